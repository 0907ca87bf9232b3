// Which rollouts need a person: those whose plan asks for one, from when it is time until the wave is opened, and those that stopped.
import { expect, test } from 'vitest';
import { attentionOfRollouts } from '#hub/console/attention-rollouts.ts';
import { createRolloutOutcomes } from '#hub/rollouts/rollout-outcomes.ts';
import { rolloutRow } from '#hub/rollouts/rollout-rows.ts';
import { deploymentId } from '#test/support/hub-parts.ts';
import { newGate, newWave } from '#test/support/rollout-fleet.ts';
import { rolloutSite } from '#test/support/rollout-site.ts';

const site = rolloutSite();
const matters = () => attentionOfRollouts(site.parts.store.read, site.parts.clock.nowMs());
const row = () => rolloutRow(site.parts.store.read, deploymentId('v2'));

const gate = newGate({ needsPerson: true });
const inThree = [
  newWave({ name: 'canary', members: { kind: 'count', count: 1 }, gate }),
  newWave({ name: 'line 2', members: { kind: 'count', count: 1 }, gate }),
  newWave({ name: 'rest' }),
];

test('when a wave came to its gate and a person is to open the next, it needs one until it is opened', async () => {
  await site.devices('d1', 'd2', 'd3');
  await site.rollOut({ waves: inThree });
  expect(matters()).toEqual([]);
  expect(row()).toMatchObject({ status: 'in-progress', waitsForPerson: null });
  await site.end('d1');
  const sinceMs = row()?.waitsForPerson?.sinceMs;
  expect(sinceMs).toBeTypeOf('number');
  const wave = { name: 'line 2', number: 2, waves: 3, after: 'canary' };
  expect(row()).toMatchObject({ status: 'in-progress', waitsForPerson: { ...wave, sinceMs } });
  const matter = { kind: 'rollout-waits', deploymentId: 'v2', ...wave };
  expect(matters()).toEqual([{ key: 'rollout v2 waits', level: 'warning', sinceMs, matter }]);
  // It is the same matter after a while, and after a start.
  await site.pass(60_000);
  await site.restart();
  expect(matters()).toMatchObject([{ sinceMs, matter }]);
  await site.operations.orderRollout({ deploymentId: 'v2', order: 'releaseWave' });
  await site.settle();
  expect(matters()).toEqual([]);
  expect(row()?.waitsForPerson).toBeNull();
  await site.end('d2');
  expect(matters()).toMatchObject([{ matter: { kind: 'rollout-waits', name: 'rest', number: 3, after: 'line 2' } }]);
});

test('when a person looks elsewhere, each wave that may be opened is news once', async () => {
  await site.devices('d1', 'd2', 'd3');
  await site.rollOut({ waves: inThree });
  const outcomes = createRolloutOutcomes(site.operations);
  expect(outcomes.look().news).toEqual([]);
  await site.end('d1');
  const reason = 'Wave 2 of 3 (line 2) may be opened.';
  expect(outcomes.look().news).toMatchObject([
    { deploymentId: 'v2', outcome: 'waits', reason, succeeded: 1, failed: 0 },
  ]);
  expect(outcomes.look().news).toEqual([]);
  await site.operations.orderRollout({ deploymentId: 'v2', order: 'releaseWave' });
  await site.settle();
  expect(outcomes.look().news).toEqual([]);
  await site.end('d2');
  expect(outcomes.look().news).toMatchObject([{ outcome: 'waits', reason: 'Wave 3 of 3 (rest) may be opened.' }]);
});

test('when the share is to stay for a while, a person is needed when it has, though nothing else happens', async () => {
  await site.devices('d1', 'd2');
  const soaking = newWave({ ...inThree[0], gate: newGate({ needsPerson: true, soakMs: 60_000 }) });
  await site.rollOut({ waves: [soaking, newWave({ name: 'rest' })] });
  await site.end('d1');
  await site.pass(58_000);
  expect(matters()).toEqual([]);
  await site.pass(3_000);
  expect(matters()).toMatchObject([{ matter: { kind: 'rollout-waits', number: 2, waves: 2 } }]);
});

test('when it stops by itself, that is what needs a person, and no wave to open', async () => {
  await site.devices('d1', 'd2', 'd3');
  await site.rollOut({ waves: inThree });
  await site.end('d1', 'failed-left');
  expect(matters()).toMatchObject([
    {
      key: 'rollout v2',
      level: 'urgent',
      matter: { kind: 'rollout-stopped', status: 'paused', failures: 1, devices: 3, isByPerson: false },
    },
  ]);
  expect(row()?.waitsForPerson).toBeNull();
});

test('when a person paused one that waited, it is a pause and nothing else', async () => {
  await site.devices('d1', 'd2', 'd3');
  await site.rollOut({ waves: inThree });
  await site.end('d1');
  await site.operations.orderRollout({ deploymentId: 'v2', order: 'pause' });
  await site.settle();
  expect(matters()).toMatchObject([{ level: 'note', matter: { kind: 'rollout-stopped', isByPerson: true } }]);
});
