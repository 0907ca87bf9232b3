// Which rollouts need a person: those whose plan asks for one, from when it is time until the wave is opened, and those that stopped.
import { expect, test } from 'vitest';
import type { Device } from '#domain/records/registry.ts';
import { watchOf } from '#domain/rollouts/rollout-watch.ts';
import { attentionOfRollouts } from '#hub/console/attention-rollouts.ts';
import { deviceUnderway } from '#hub/console/device-page-underway.ts';
import { createRolloutOutcomes } from '#hub/rollouts/rollout-outcomes.ts';
import { rolloutRow } from '#hub/rollouts/rollout-rows.ts';
import { deploymentId, deviceId } from '#test/support/hub-parts.ts';
import { newGate, newWave } from '#test/support/rollout-fleet.ts';
import { rolloutSite } from '#test/support/rollout-site.ts';

const site = rolloutSite();
const matters = () => attentionOfRollouts(site.parts.store.read, site.parts.clock.nowMs());
const newOutcomes = () => {
  const { store, clock } = site.parts;
  return createRolloutOutcomes({ rollouts: site.operations, read: store.read, clock });
};
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
  const outcomes = newOutcomes();
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

const watchedSince = (what: 'still' | 'silent' | 'asked') => watchOf(site.state())[what]?.sinceMs;

/** As the Lanyard agent of a device tells that it holds its switch; since when the rollout is watched for that. */
async function hold(id: string, by: 'lock' | 'person', number = 1): Promise<number | undefined> {
  const { version } = site.agentOf(id).desired;
  const attempt = site.termsOf(id)?.attempt ?? 0;
  const hold = { by, module: by === 'lock' ? 'web' : null, message: 'cycle 5' };
  await site.report(id, { lanyard: { attempt: { version, attempt, number, step: 'held', hold } } });
  return watchedSince(by === 'lock' ? 'still' : 'asked');
}

/** Ten minutes of ticks, as far as what a person is told goes. */
const passTenMinutes = async (): Promise<void> => {
  await site.pass(600_000);
  await site.pass(1_000);
};

const newsOf = (outcomes: ReturnType<typeof newOutcomes>) =>
  outcomes.look().news.map(({ outcome, reason }) => [outcome, reason]);

test('when a lock holds the only device that may change, it is told after ten minutes, with who waits behind it, and notified once', async () => {
  await site.devices('d1', 'd2', 'd3');
  await site.rollOut({ concurrency: 1 });
  const sinceMs = await hold('d1', 'lock');
  const outcomes = newOutcomes();
  expect(outcomes.look().news).toEqual([]);
  expect(matters()).toEqual([]);
  await passTenMinutes();
  const reason = expect.stringContaining('holds its switch: cycle 5.') as string;
  const matter = {
    kind: 'rollout-held',
    deploymentId: 'v2',
    devices: 1,
    deviceIds: ['d1'],
    held: 1,
    behind: 2,
    reason,
  };
  expect(matters()).toEqual([{ key: 'rollout v2 rollout-held', level: 'warning', sinceMs, matter }]);
  expect(newsOf(outcomes)).toEqual([
    ['needs-you', expect.stringMatching(/^It stands still, with 1 device in the way\. /)],
  ]);
  await site.pass(3 * 86_400_000);
  expect(outcomes.look().news).toEqual([]);
  // The same matter after a start, which notifies nobody anew.
  await site.restart();
  expect(matters()).toMatchObject([{ sinceMs, matter }]);
  expect(newOutcomes().look().news).toEqual([]);
  await site.end('d1');
  expect(matters()).toEqual([]);
});

test('when a budget leaves room for nobody, or something is in the way of a device, it is told with what that is', async () => {
  await site.devices('d1', 'd2', 'd3');
  site.connect('d3', 'Disconnected');
  site.operations.setGroup({ id: 'line', members: { deviceIds: ['d1', 'd2', 'd3'] } });
  const modules = { web: { runtimeStatus: 'running', settings: { image: 'web:1' } } };
  for (const id of ['d1', 'd2', 'd3']) await site.report(id, { modules });
  await site.rollOut({ budgets: [{ groupId: 'line', atLeastUp: 2 }] });
  await passTenMinutes();
  const counts = { held: 0, behind: 0 };
  const short =
    "It waits for its turn: at least 2 of group 'line' must stay up. It begins when that leaves room for it.";
  expect(matters()).toMatchObject([
    { matter: { kind: 'rollout-held', devices: 2, deviceIds: ['d1', 'd2'], ...counts, reason: short } },
  ]);
  const number = site.parts.store.read.rollouts.numberOf(deploymentId('v2')) ?? 0;
  const answer = { kind: 'wait', obstacles: ['Its disk is full.'] } as const;
  site.controller.order(number, { kind: 'preflight-answered', deviceId: deviceId('d2'), answer }, 'hub');
  const reason = 'It waits for its turn: Its disk is full.';
  expect(matters()).toMatchObject([{ matter: { devices: 1, deviceIds: ['d2'], held: 0, behind: 1, reason } }]);
  await site.operations.orderRollout({ deploymentId: 'v2', order: 'cancel' });
  expect(matters()).toEqual([]);
});

test('when devices hold their switch for a person, that is told at once, and not as standing still as well', async () => {
  await site.devices('d1', 'd2', 'd3');
  await site.rollOut({ needsPersonToSwitch: true });
  const outcomes = newOutcomes();
  outcomes.look();
  const sinceMs = await hold('d1', 'person');
  const matter = { kind: 'rollout-person-now', deploymentId: 'v2', devices: 1, deviceIds: ['d1'] };
  expect(matters()).toEqual([{ key: 'rollout v2 rollout-person-now', level: 'warning', sinceMs, matter }]);
  expect(newsOf(outcomes)).toEqual([['needs-you', '1 device holds its switch until you say when.']]);
  await hold('d2', 'person');
  await hold('d3', 'person');
  expect(matters()).toMatchObject([{ matter: { devices: 3, deviceIds: ['d1', 'd2', 'd3'] } }]);
  await passTenMinutes();
  expect(matters()).toHaveLength(1);
  expect(outcomes.look().news).toEqual([]);
  // One that is let go on and is held by a lock of its own is another matter.
  site.operations.switchNow({ deploymentId: 'v2', deviceIds: ['d1'], isForced: false });
  await hold('d1', 'lock', 2);
  expect(matters()).toMatchObject([
    { matter: { kind: 'rollout-person-now', devices: 2, deviceIds: ['d2', 'd3'] } },
    { matter: { kind: 'rollout-held', devices: 1, deviceIds: ['d1'], held: 1, behind: 0 } },
  ]);
});

test('when all of a wave is switched off, the wave that waits for it is told after ten minutes', async () => {
  await site.devices('d1', 'd2', 'd3');
  site.connect('d1', 'Disconnected');
  const waves = [newWave({ name: 'canary', members: { kind: 'count', count: 1 } }), newWave({ name: 'rest' })];
  await site.rollOut({ waves });
  const outcomes = newOutcomes();
  outcomes.look();
  await passTenMinutes();
  const matter = { kind: 'rollout-asleep', deploymentId: 'v2', name: 'canary', number: 2, waves: 2, devices: 1 };
  expect(matters()).toMatchObject([{ key: 'rollout v2 rollout-asleep', level: 'warning', matter }]);
  const what = 'All of wave canary is switched off: wake one of its devices, or open the next wave.';
  expect(newsOf(outcomes)).toEqual([['needs-you', what]]);
  const { rows } = site.operations.rolloutDevices({ deploymentId: 'v2', after: null, limit: 5 });
  const sentence = "All of wave 'canary' is switched off: wake one of its devices, or open the next wave.";
  expect(rows.map(({ explanation }) => explanation.includes(sentence))).toEqual([false, true, true]);
  // On the page of a device too, where only that device was read.
  const { store, clock } = site.parts;
  const device = { deviceId: deviceId('d2'), isEdge: true } as Device;
  const page = deviceUnderway({ read: store.read, clock, cloudMessages: { waiting: () => [] } }, device);
  expect(page.rollouts.map(({ explanation }) => explanation)).toEqual([expect.stringContaining(sentence)]);
  site.connect('d1');
  await site.settle();
  expect(matters()).toEqual([]);
});

test('when most of a wave fell silent while in change, the gate opens as before, and a person is told, urgently', async () => {
  await site.devices('d1', 'd2', 'd3', 'd4', 'd5');
  const waves = [newWave({ name: 'canary', members: { kind: 'count', count: 3 } }), newWave({ name: 'rest' })];
  await site.rollOut({ waves, concurrency: 3 });
  const outcomes = newOutcomes();
  outcomes.look();
  site.connect('d1', 'Disconnected');
  site.connect('d2', 'Disconnected');
  await site.settle();
  const sinceMs = watchedSince('silent');
  await site.end('d3');
  expect(site.state().currentWave).toBe(1);
  expect(matters()).toEqual([]);
  await passTenMinutes();
  const matter = { kind: 'rollout-silent', deploymentId: 'v2', devices: 2, deviceIds: ['d1', 'd2'], succeeded: 1 };
  expect(matters()).toContainEqual({ key: 'rollout v2 rollout-silent', level: 'urgent', sinceMs, matter });
  expect(newsOf(outcomes)).toContainEqual(['needs-you', '2 devices fell silent while in change and are not back.']);
  site.connect('d1');
  await site.settle();
  await site.end('d1');
  expect(matters()).toMatchObject([{ level: 'warning', matter: { devices: 1, deviceIds: ['d2'] } }]);
});

test('when the rule of a rollout that a person paused is reached, that is news of its own', async () => {
  await site.devices('d1', 'd2');
  const stop = { atLeastFailed: 1, comparison: '≥', percent: 1, action: { kind: 'pause' } } as const;
  await site.rollOut({ stop });
  await site.operations.orderRollout({ deploymentId: 'v2', order: 'pause' });
  const outcomes = newOutcomes();
  outcomes.look();
  await site.end('d1', 'failed-left');
  expect(outcomes.look().news).toMatchObject([{ outcome: 'stopped', failed: 1 }]);
  expect(matters()).toMatchObject([{ level: 'urgent', matter: { kind: 'rollout-stopped', isByPerson: false } }]);
});
