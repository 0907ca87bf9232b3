// Logs of attempts as rows: what is missing is found by an index, and of each device the newest ten are kept.
import { expect, test } from 'vitest';
import type { DeviceId } from '#base/ids.ts';
import type { AttemptLog } from '#store/attempt-log-types.ts';
import { devicesWithoutLogsSql, keptLogsSql, missingLogsSql, surplusLogsSql } from '#store/attempt-logs.ts';
import type { Store } from '#store/store-types.ts';
import { driveRollout, newPolicy, newTarget } from '#test/support/rollout-fleet.ts';
import { aMemoryStore, queryPlan } from '#test/support/test-store.ts';

const d1 = 'd1' as DeviceId;
const d2 = 'd2' as DeviceId;
const terms = { settleSeconds: 10, hold: 'none', switchWithinSeconds: null } as const;
const aLog = (given: Partial<AttemptLog> = {}): AttemptLog => ({
  text: 'täxt\n',
  totalBytes: 6,
  isWhole: true,
  module: 'web',
  code: 'exited',
  slice: ['no license'],
  fetchedAtMs: 5,
  ...given,
});

/** A rollout of both with `count` attempts of d1, all ended and sent. */
function aSite(count: number): Store {
  const store = aMemoryStore();
  const state = driveRollout(newPolicy(), [newTarget('d1'), newTarget('d2')]).state();
  const rest = { redeployedNumber: null, takesBackNumber: null, ledByNumber: null };
  store.change((write) => write.rollouts.insert({ number: 7, targetCondition: '*', state, isOpen: true, ...rest }));
  for (let attempt = 1; attempt <= count; attempt++) anAttempt(store, attempt);
  return store;
}

function anAttempt(
  store: Store,
  attempt: number,
  given: { deviceId?: DeviceId; isEnded?: boolean; isSent?: boolean } = {},
) {
  const { deviceId = d1, isEnded = true, isSent = true } = given;
  const device = store.read.rollouts.get(7)?.state.devices.get(deviceId);
  if (device === undefined) throw new Error('no such device');
  const made = { ...device, attempt, startedAtMs: 1 };
  store.change((write) => {
    write.rollouts.beginAttempt(7, deviceId, { device: made, terms });
    if (isEnded) write.rollouts.noteAttempt(7, deviceId, { ...made, endedAtMs: 2, verdict: 'failed-unchanged' });
  });
  const { id } = store.read.rollouts.attempt(7, deviceId, attempt) ?? { id: 0 };
  if (isSent) store.change((write) => write.rollouts.noteSent(id, 3));
  return id;
}

const missing = (store: Store, deviceId = d1) =>
  store.read.attemptLogs.missingOf(deviceId).map(({ attempt }) => attempt);

function keep(store: Store, attempt: number, given: Partial<AttemptLog> = {}): void {
  const found = store.read.rollouts.attempt(7, d1, attempt);
  if (found !== undefined) store.change((write) => write.attemptLogs.put(found, aLog(given)));
}

test('when a log is kept, it is read back as it was, and its attempt is missing it no more', () => {
  const store = aSite(2);
  expect(missing(store)).toEqual([2, 1]);
  expect(store.read.attemptLogs.devicesWithout()).toEqual(['d1']);
  keep(store, 2);
  keep(store, 1, { text: null });
  const [one, two] = [1, 2].map((attempt) => store.read.rollouts.attempt(7, d1, attempt)?.id ?? 0);
  expect(store.read.attemptLogs.get(two ?? 0)).toEqual(aLog());
  const { text: _text, ...head } = aLog();
  expect(store.read.attemptLogs.head(two ?? 0)).toEqual(head);
  expect(store.read.attemptLogs.get(one ?? 0)?.text).toBe(null);
  expect([...store.read.attemptLogs.keptOf(7, d1)]).toEqual([2]);
  expect(missing(store)).toEqual([]);
  expect(store.read.attemptLogs.devicesWithout()).toEqual([]);
  expect(store.read.attemptLogs.get(99)).toBeUndefined();
  expect(store.read.attemptLogs.head(99)).toBeUndefined();
});

test.each([
  ['is under way', { isEnded: false }],
  ['was never sent', { isSent: false }],
])('when an attempt %s, no log of it is missing', (_title, given) => {
  const store = aSite(0);
  anAttempt(store, 1, given);
  expect(missing(store)).toEqual([]);
});

test('when there was nothing to send, no log of it is missing', () => {
  const store = aSite(0);
  const id = anAttempt(store, 1);
  store.change((write) => write.rollouts.noteNeedless(id));
  expect(missing(store)).toEqual([]);
});

test('when a device made many attempts, the logs of its newest ten stay, and older ones are not asked for again', () => {
  const store = aSite(12);
  for (let attempt = 1; attempt <= 12; attempt++) keep(store, attempt);
  anAttempt(store, 1, { deviceId: d2 });
  expect([...store.read.attemptLogs.keptOf(7, d1)].toSorted((a, b) => a - b)).toEqual([
    3, 4, 5, 6, 7, 8, 9, 10, 11, 12,
  ]);
  expect(missing(store)).toEqual([]);
  expect(missing(store, d2)).toEqual([1]);
});

test.each([
  [missingLogsSql, ['d1'], 'rollout_attempts_by_device'],
  [devicesWithoutLogsSql, [], 'SCAN rollout_attempts'],
  [keptLogsSql, [7, 'd1'], 'sqlite_autoindex_rollout_attempts_1'],
  [surplusLogsSql, ['d1'], 'rollout_attempts_by_device'],
])('when it is asked "%s", rows are found in their order and nothing is sorted', (sql, parameters, found) => {
  const plan = queryPlan(sql, parameters);
  expect(plan).toContain(found);
  expect(plan).not.toMatch(/TEMP B-TREE|SCAN attempt_logs/);
});
