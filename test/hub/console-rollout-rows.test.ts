// Rollouts in the console's list: each as it stands, told again whenever something of it changed, and paged by the newest first.
import { expect, test } from 'vitest';
import type { ConsoleFlush } from '#contract/console-rows.ts';
import { createConsoleChanges } from '#hub/console/console-changes.ts';
import { createDeploymentOperations } from '#hub/operations/deployment-operations.ts';
import { consoleCaller } from '#test/support/console-caller.ts';
import { createConsoleOperations } from '#test/support/console-operations.ts';
import { deploymentId } from '#test/support/hub-parts.ts';
import { newWave } from '#test/support/rollout-fleet.ts';
import { rolloutSite } from '#test/support/rollout-site.ts';

const site = rolloutSite();

/** What the next flush would tell; `take` is as the feed takes it. */
function watch() {
  const { metrics } = createConsoleOperations(site.parts);
  const changes = createConsoleChanges({ read: site.parts.store.read, clock: site.parts.clock, metrics });
  site.parts.store.onCommitted((entries) => changes.note(entries));
  return {
    changes,
    take: (): Pick<ConsoleFlush, 'rollouts' | 'areGroupsChanged'> => changes.take(),
  };
}

const waves = [newWave({ name: 'canary', members: { kind: 'count', count: 1 } }), newWave({ name: 'rest' })];

test('when a rollout goes on, its row is in the next flush once, with whoever sleeps apart', async () => {
  await site.devices('d1', 'd2', 'd3');
  site.connect('d3', 'Disconnected');
  const { take, changes } = watch();
  await site.rollOut({ waves });
  const [row, ...others] = take().rollouts;
  expect(others).toEqual([]);
  expect(row).toMatchObject({
    deploymentId: 'v2',
    status: 'in-progress',
    madeBy: 'console',
    wave: { name: 'canary', number: 1 },
    waves: 2,
    asleep: 1,
    takesBack: null,
    counts: { devices: 3, meant: 3, byStanding: { pending: 3, success: 0 } },
  });
  expect(changes.areEmpty()).toBe(true);
  await site.end('d1');
  expect(take().rollouts).toMatchObject([
    { wave: { name: 'rest', number: 2 }, counts: { byStanding: { success: 1 } } },
  ]);
  expect(take().rollouts).toEqual([]);
});

test('when the deployment of a rollout is deleted, the rollout stays to be read', async () => {
  await site.devices('d1');
  await site.rollOut();
  const { take } = watch();
  createDeploymentOperations(site.parts).delete(deploymentId('v2'), undefined, 'console');
  await site.settle();
  expect(take().rollouts).toMatchObject([{ deploymentId: 'v2', status: 'canceled' }]);
});

test('when groups change, the next flush says so, and the one after does not', () => {
  const { take, changes } = watch();
  site.operations.setGroup({ id: 'canary', members: { condition: "tags.ring = 'canary'" } });
  expect(changes.areEmpty()).toBe(false);
  expect(take().areGroupsChanged).toBe(true);
  expect(changes.areEmpty()).toBe(true);
  expect(take().areGroupsChanged).toBe(false);
});

test('when rollouts are listed, the newest come first and pages follow one another, each id once', async () => {
  await site.devices('d1');
  for (const id of ['v2', 'v3', 'v4']) {
    site.parts.clock.advance(1_000);
    await site.rollOut({}, id);
    await site.end('d1');
  }
  createDeploymentOperations(site.parts).delete(deploymentId('v2'), undefined, 'console');
  await site.settle();
  await site.rollOut({}, 'v2');
  const caller = consoleCaller(site.parts);
  const first = await caller.rolloutRows({ after: null, limit: 2 });
  expect(first.rows.map((row) => row.deploymentId)).toEqual(['v2', 'v4']);
  const second = await caller.rolloutRows({ after: first.next, limit: 2 });
  const last = second.next === null ? [] : (await caller.rolloutRows({ after: second.next, limit: 2 })).rows;
  expect([...second.rows, ...last].map((row) => row.deploymentId)).toEqual(['v3']);
});
