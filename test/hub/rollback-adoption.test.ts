// A deployment without a rollout that is taken back: it is given one first, part by part on a large site, and nobody notices.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { newPolicy } from '#test/support/rollout-fleet.ts';
import { eventually } from '#test/support/eventually.ts';
import { aBase, deploymentId, deviceId } from '#test/support/hub-parts.ts';
import { rollbackSite, without } from '#test/support/rollback-site.ts';

const { site, back, given, folded } = rollbackSite();
const many = Array.from({ length: 600 }, (_, number) => `d${String(number).padStart(3, '0')}`);

async function plainly(...ids: readonly string[]): Promise<void> {
  await site.devices(...ids);
  site.parts.deployments.create(aBase('v2', { priority: 5, modules: ['web', 'v2'] }), 'service');
  await site.settle();
}
const number = () => site.parts.deployments.get(deploymentId('v2')).createdAtMs;
const reached = () => site.parts.store.read.rollouts.devices(number(), { after: null, limit: 1000 });

test('when it reaches hundreds, they are written part by part, nobody loses it meanwhile, and the journal tells the same', async () => {
  await plainly(...many);
  const before = many.map((id) => site.agentOf(id).desired.version);
  const sizes = new Set<number>();
  const made = site.rollbacks.createRollback({
    way: without({ deviceIds: ['d599'] }),
    policy: newPolicy({ settleMs: 0 }),
  });
  while (await Promise.race([made.then(() => false), nextTurn(true)])) sizes.add(reached().length);
  expect([...sizes]).toEqual([0, 250, 500, 600]);
  await site.settle();
  await eventually(async () => {
    await site.settle();
    expect(site.termsOf('d599')?.attempt).toBe(1);
  });
  await site.end('d599');
  expect(given('d599')?.base).toBe('v1');
  const touched = many.filter((id, index) => site.agentOf(id).desired.version !== before[index]);
  expect(touched).toEqual(['d599']);
  expect(folded('v2')).toEqual(site.parts.store.read.rollouts.get(number())?.state);
  expect(reached().filter(([, { isAdmitted }]) => isAdmitted)).toHaveLength(599);
});

test('when the hub ended before it was whole, it is no rollout, and what is left of it is gone with the next try', async () => {
  await plainly('d1', 'd2');
  await back(without({ deploymentId: 'v1', deviceIds: ['d1'] }));
  const { store } = site.parts;
  const whole = store.read.rollouts.head(site.parts.deployments.get(deploymentId('v1')).createdAtMs);
  if (whole === undefined) throw new Error('v1 was given no rollout');
  store.change((write) => {
    write.rollouts.prepare({ ...whole, number: number(), state: { ...whole.state, deploymentId: deploymentId('v2') } });
    const [left] = store.read.rollouts.devices(whole.number, { after: 'd1' as never, limit: 1 });
    if (left !== undefined) write.rollouts.putSame(number(), [deviceId('elsewhere')], left[1]);
  });
  await site.restart();
  expect(store.read.rollouts.head(number())).toBeUndefined();
  expect(store.read.rollouts.numbers()).not.toContain(number());
  expect(store.read.rollouts.numberOf(deploymentId('v2'))).toBeUndefined();
  expect(store.read.rollouts.heads(10).map(({ state }) => state.deploymentId)).not.toContain('v2');
  expect(store.read.rollouts.ofDevice(deviceId('elsewhere'))).toEqual([]);
  expect(reached().map(([id]) => id)).toEqual(['elsewhere']);
  await back(without({ deviceIds: ['d2'] }));
  expect(reached().map(([id]) => id)).toEqual(['d1', 'd2']);
});

test('when two ask for it at once, the second is told to wait', async () => {
  await plainly('d1', 'd2');
  const request = { way: without(), policy: newPolicy({ settleMs: 0 }) };
  const [first, second] = await Promise.allSettled([
    site.rollbacks.createRollback(request),
    site.rollbacks.createRollback(request),
  ]);
  expect(first.status).toBe('fulfilled');
  expect(second).toMatchObject({ status: 'rejected', reason: { code: 'rollback.exists' } });
});
