// What a flush says of what configurations wrote and left: whenever another answer is to be had, and not when a device only reports.
import { expect, test } from 'vitest';
import { createConsoleChanges } from '#hub/console/console-changes.ts';
import { createConsoleOperations } from '#test/support/console-operations.ts';
import { runningHubParts } from '#test/support/fresh-hub-parts.ts';
import {
  aBase,
  aNewConfiguration,
  deploymentId,
  deviceId,
  deviceIdentity,
  moduleId,
  moduleIdentity,
} from '#test/support/hub-parts.ts';

const parts = runningHubParts();

function watch() {
  const { metrics } = createConsoleOperations(parts);
  const changes = createConsoleChanges({ read: parts.store.read, clock: parts.clock, metrics });
  parts.store.onCommitted((entries) => changes.note(entries));
  return changes;
}

const patch = (tags: Record<string, string | null>) =>
  parts.twins.patch(deviceIdentity('d1'), { tags }, '*', 'service');

/** Each in its turn; evaluation has come to rest before the next. */
const story: Readonly<Record<string, () => unknown>> = {
  'a device no longer matches': () => patch({ role: null }),
  'it matches again': () => patch({ role: 'line' }),
  'the configuration is deleted': () => parts.deployments.delete(deploymentId('settings'), '*', 'service'),
  'a device is deleted': () => parts.registry.deleteDevice(deviceId('d3'), '*', 'service'),
  'a module is deleted': () => parts.registry.deleteModule(deviceId('d2'), moduleId('cam'), '*', 'service'),
  'what was left is taken away': () => parts.deployments.removeLeftValues(deploymentId('settings'), 'console'),
};

test('when what configurations left on twins is another, a flush says so, whatever brought it about', async () => {
  for (const id of ['d1', 'd2', 'd3']) {
    parts.registry.createDevice({ deviceId: deviceId(id), isEdge: false }, 'service');
    parts.twins.patch(deviceIdentity(id), { tags: { role: 'line' } }, '*', 'service');
  }
  parts.registry.createModule(moduleIdentity('d2', 'cam'), null, undefined, 'service');
  parts.deployments.create(aNewConfiguration('settings', { targetCondition: "tags.role = 'line'" }), 'service');
  const ofModules = {
    kind: 'module' as const,
    targetCondition: "from devices.modules where moduleId = 'cam'",
    content: { 'properties.desired.rate': 2 },
  };
  parts.deployments.create(aNewConfiguration('modules', ofModules), 'service');
  await parts.controller.settled();
  parts.deployments.delete(deploymentId('modules'), '*', 'service');
  await parts.controller.settled();
  const changes = watch();
  for (const [what, happens] of Object.entries(story)) {
    const before = parts.deployments.leftValues();
    await happens();
    await parts.controller.settled();
    expect(parts.deployments.leftValues(), what).not.toEqual(before);
    expect(changes.take().areWritesChanged, what).toBe(true);
    while (!changes.areEmpty()) changes.take();
  }
  expect(parts.deployments.leftValues()).toEqual([]);
});

test('when a device reports, nobody need ask what was left behind', async () => {
  parts.registry.createDevice({ deviceId: deviceId('d1'), isEdge: true }, 'service');
  parts.deployments.create(aBase('base'), 'service');
  await parts.controller.settled();
  const changes = watch();
  await parts.twins.report(moduleIdentity('d1', '$edgeAgent'), { load: 1 });
  const taken = changes.take();
  // Its deployments are told anew all the same.
  expect(taken.deployments).toHaveLength(1);
  expect(taken.areWritesChanged).toBe(false);
  expect(changes.areEmpty()).toBe(true);
});

test('when nobody follows, what waited to be told is forgotten', async () => {
  parts.registry.createDevice({ deviceId: deviceId('d1'), isEdge: true }, 'service');
  parts.deployments.create(aBase('base'), 'service');
  const changes = watch();
  await parts.controller.settled();
  expect(changes.areEmpty()).toBe(false);
  changes.clear();
  expect(changes.areEmpty()).toBe(true);
  expect(changes.take().areWritesChanged).toBe(false);
});
