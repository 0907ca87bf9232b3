// What a rollout's screens are drawn from: its devices as cells, its course in time, and whom an order would hit.
import { expect, test } from 'vitest';
import { curvePoints } from '#hub/rollouts/attempt-curve.ts';
import { createRolloutSights } from '#hub/rollouts/rollout-sights.ts';
import { newGate, newWave } from '#test/support/rollout-fleet.ts';
import { rolloutSite } from '#test/support/rollout-site.ts';

const site = rolloutSite();
const v2 = { deploymentId: 'v2' } as const;
const sights = () => createRolloutSights({ ...site.parts, controller: site.controller });

test('when cells are asked for, they come page by page with who sleeps, and rows only for devices that are in it', async () => {
  await site.devices('d1', 'd2', 'd3');
  site.connect('d3', 'Disconnected');
  await site.rollOut();
  const first = sights().rolloutCells({ ...v2, after: null, limit: 2 });
  expect(first.cells).toMatchObject([
    { deviceId: 'd1', wave: 0, standing: 'pending', isAwake: true, attempt: 1 },
    { deviceId: 'd2', wave: 0 },
  ]);
  expect(sights().rolloutCells({ ...v2, after: first.next, limit: 2 })).toMatchObject({
    cells: [{ deviceId: 'd3', isAwake: false, attempt: 0 }],
    next: null,
  });
  const rows = sights().rolloutDeviceRows({ ...v2, deviceIds: ['d3', 'nobody', 'd1'] });
  expect(rows.map((row) => `${row.deviceId}: ${row.explanation}`)).toEqual([
    'd3: It waits for its turn: it is switched off and holds up nobody. It goes on when it wakes.',
    expect.stringMatching(/^d1: Attempt 1 was sent to it/),
  ]);
  expect(() => sights().rolloutCells({ deploymentId: 'v9', after: null, limit: 1 })).toThrow(/no rollout of 'v9'/);
});

test('when devices fail, are tried again and succeed, the course tells each moment as it was, and the newest ends first', async () => {
  // A third one keeps the rollout open.
  await site.devices('d1', 'd2', 'd3');
  await site.rollOut();
  await site.pass(10_000);
  await site.end('d1', 'failed-rolled-back');
  await site.end('d2');
  await site.pass(10_000);
  const failing = await sights().rolloutCourse(v2);
  expect(failing.points).toHaveLength(curvePoints + 1);
  expect(failing.points[0]).toMatchObject({ successful: 0, failed: 0 });
  expect(failing.points.at(-1)).toMatchObject({ successful: 1, failed: 1, takenBack: 0 });
  await site.operations.orderRollout({ ...v2, order: 'retryFailed' });
  await site.pass(10_000);
  expect((await sights().rolloutCourse(v2)).points.at(-1)).toMatchObject({ successful: 1, failed: 0 });
  await site.end('d1');
  await site.pass(60_000);
  const { points, ends, ended } = await sights().rolloutCourse(v2);
  expect(points.at(-1)).toMatchObject({ successful: 2, failed: 0 });
  expect(points.some(({ failed }) => failed === 1)).toBe(true);
  expect(ends.map(({ deviceId, attempt, verdict }) => `${deviceId} ${attempt} ${verdict}`)).toEqual([
    'd1 2 done',
    'd2 1 done',
    'd1 1 failed-rolled-back',
  ]);
  expect(ends.at(-1)?.reason).toContain('Module web ended with code 1.');
  expect(ended).toBe(3);
});

test('when a failed attempt is followed by another by itself, the device has not failed', async () => {
  await site.devices('d1');
  await site.rollOut({ retries: 1 });
  await site.pass(10_000);
  await site.end('d1', 'failed-rolled-back');
  await site.pass(10_000);
  const { points } = await sights().rolloutCourse(v2);
  expect(points.every(({ failed }) => failed === 0)).toBe(true);
  await site.end('d1', 'failed-rolled-back');
  await site.pass(1_000);
  expect((await sights().rolloutCourse(v2)).points.at(-1)).toMatchObject({ failed: 1 });
});

test('when whoever asked for the course goes away, it is not read on', async () => {
  await site.devices('d1');
  await site.rollOut();
  await expect(sights().rolloutCourse(v2, AbortSignal.abort())).rejects.toThrow(/aborted/);
});

test('when orders are asked for, each says whom it would hit, or why it cannot be given', async () => {
  await site.devices('d1', 'd2', 'd3');
  await site.rollOut({
    waves: [
      newWave({ name: 'one', members: { kind: 'count', count: 1 }, gate: newGate({ needsPerson: true }) }),
      newWave({ name: 'rest' }),
    ],
  });
  const orders = () =>
    Object.fromEntries(
      sights()
        .rolloutOrders(v2)
        .orders.map((row) => [row.order, row.unfit ?? row.deviceIds.join()]),
    );
  expect(orders()).toMatchObject({
    pause: 'd2,d3',
    cancel: 'd2,d3',
    releaseWave: 'd2,d3',
    rollBack: 'd1',
    retryFailed: expect.stringMatching(/^No device of it has failed/),
    resume: expect.stringMatching(/^It is not paused/),
  });
  expect(sights().rolloutOrders(v2)).toMatchObject({
    inChange: { devices: 1, deviceIds: ['d1'] },
    held: { devices: 0 },
    takesBack: null,
    made: { by: 'console' },
  });
  await site.operations.orderRollout({ ...v2, order: 'cancel' });
  expect(orders()['pause']).toBe('It is canceled, which is final.');
});

test('when an order hits many, the first of them by id are named', async () => {
  const ids = Array.from({ length: 15 }, (_, at) => `d${String(99 - at)}`);
  await site.devices(...ids);
  await site.rollOut();
  const rollBack = sights()
    .rolloutOrders(v2)
    .orders.find(({ order }) => order === 'rollBack');
  expect(rollBack).toMatchObject({ devices: 15, deviceIds: ids.toSorted().slice(0, 12) });
});
