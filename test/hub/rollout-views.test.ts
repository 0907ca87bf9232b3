// What others see of a rollout: twins without one are as they always were, exports never hold its terms, and a view says why a
// deployment that matches a device has not come to it.
import { expect, test } from 'vitest';
import { createEffectiveOperations } from '#hub/effective-view.ts';
import { createFileExports } from '#hub/file-exports.ts';
import { deviceId, deviceIdentity, moduleIdentity } from '#test/support/hub-parts.ts';
import { newWave } from '#test/support/rollout-fleet.ts';
import { rolloutSite } from '#test/support/rollout-site.ts';

const site = rolloutSite();

test('when no deployment has a rollout, devices are sent what they always were, and exports never hold terms', async () => {
  await site.devices('d1');
  expect(site.agentOf('d1').desired.value).not.toHaveProperty('lanyard');
  await site.rollOut();
  expect(site.agentOf('d1').desired.value).toHaveProperty('lanyard');
  const exports = createFileExports(site.parts);
  const modules = exports.exportModules({ deviceId: 'd1' });
  const state = await exports.exportSite({ reader: 'iot-hub', devices: true });
  expect(modules.text + state.text).not.toContain('lanyard');
  expect(site.parts.twins.get(deviceIdentity('d1')).desired.value).toEqual({});
  expect(site.parts.twins.get(moduleIdentity('d1', '$edgeHub')).desired.value).toEqual({});
});

test('when a deployment matches and has not come to a device, its effective view says why, and nobody added the terms', async () => {
  await site.devices('d1', 'd2', 'd3');
  const rest = newWave({ name: 'rest' });
  await site.rollOut({
    waves: [
      newWave({ name: 'a', members: { kind: 'count', count: 1 } }),
      newWave({ name: 'b', members: { kind: 'count', count: 1 } }),
      rest,
    ],
  });
  const view = createEffectiveOperations(site.parts.store.read);
  const reasons = (id: string) =>
    view
      .effective({ deviceId: id, revision: null, after: 0, limit: 200 })
      .notApplied.map((row) => `${row.id}: ${row.reason}`);
  expect(reasons('d2')).toEqual(['v2: waits for its turn in the rollout: wave 2 of 3 is not open yet']);
  expect(reasons('d1')).toEqual(['v1: outranked by v2']);
  const { values } = view.effective({ deviceId: 'd1', revision: null, after: 0, limit: 200 });
  expect(values.filter(({ kind, differs }) => kind === 'added' || differs)).toEqual([]);
  site.parts.registry.createDevice({ deviceId: deviceId('d6'), isEdge: true }, 'service');
  await site.settle();
  expect(reasons('d6')).toEqual(['v2: its rollout is for the devices that matched when it was made']);
  site.operations.orderRollout({ deploymentId: 'v2', order: 'cancel' });
  expect(reasons('d2')).toEqual([
    'v2: its rollout does not give it: It was not begun and will not be. A person canceled it.',
  ]);
  const { history } = site.operations.rollout({ deploymentId: 'v2' });
  expect(history.map(({ status, cause }) => `${status}: ${cause.by}`)).toEqual([
    'pending: console',
    'in-progress: hub',
    'canceled: console',
  ]);
});
