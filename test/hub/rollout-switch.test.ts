// A person's "now" to devices that hold their switch, over the real store and evaluation: which of them hear it, that it lasts, and
// what is told of who holds.
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import type { SwitchNowRequest } from '#contract/console-switch.ts';
import { foldedRollout } from '#test/support/journal-fold.ts';
import { rolloutSite } from '#test/support/rollout-site.ts';

const site = rolloutSite();

/** The device says that it holds its switch. */
async function hold(id: string, holder: JsonObject | null = null): Promise<void> {
  const { version } = site.agentOf(id).desired;
  const attempt = {
    version,
    attempt: site.termsOf(id)?.attempt ?? 0,
    number: 1,
    step: 'held',
    doneBytes: 5,
    totalBytes: 5,
  };
  await site.report(id, { lanyard: { attempt: { ...attempt, verdict: null, reason: null, hold: holder } } });
}

async function switchNow(request: Partial<SwitchNowRequest> = {}) {
  const answer = site.operations.switchNow({ deploymentId: 'v2', deviceIds: null, isForced: false, ...request });
  await site.settle();
  return answer;
}

const versionOf = (id: string): number => site.agentOf(id).desired.version;
const explanationOf = (id: string): string | undefined =>
  site.operations
    .rolloutDevices({ deploymentId: 'v2', after: null, limit: 10 })
    .rows.find(({ deviceId }) => deviceId === id)?.explanation;

const byLock = { by: 'lock', module: 'press', message: "module 'press' says 'cycle 12 of 40'" };
const lockSentence =
  "module 'press' says 'cycle 12 of 40'. It goes on when that lock is gone, or a person says now by force.";

describe('devices that wait for a person', () => {
  test('when one is told, it goes on with the same attempt, and the others wait', async () => {
    await site.devices('d1', 'd2');
    await site.rollOut({ needsPersonToSwitch: true });
    expect(site.termsOf('d1')).toMatchObject({ attempt: 1, hold: 'person' });
    await hold('d1', { by: 'person', module: null, message: 'the rollout leaves the moment to a person' });
    expect(explanationOf('d1')).toBe(
      'It has all it needs for attempt 1 and holds its switch: the rollout leaves the moment to a person. ' +
        'It goes on when a person says now.',
    );
    const before = versionOf('d1');
    expect(await switchNow({ deviceIds: ['d1', 'd1'] })).toEqual({ told: ['d1'], held: [] });
    expect(site.termsOf('d1')).toEqual({ ...site.termsOf('d2'), hold: 'none' });
    expect(versionOf('d1')).toBe(before + 1);
    expect(site.termsOf('d2')).toMatchObject({ attempt: 1, hold: 'person' });
    await site.end('d1');
    expect(site.standings()).toMatchObject({ d1: 'success' });
    expect(foldedRollout(site.parts.store.read, 'v2')).toEqual(site.state());
  });

  test('when all are told, those that sleep hear it when they wake, and a hub that starts anew does not forget', async () => {
    await site.devices('d1', 'd2');
    await site.rollOut({ needsPersonToSwitch: true });
    await hold('d1');
    site.connect('d2', 'Disconnected');
    await site.settle();
    expect(await switchNow()).toEqual({ told: ['d1', 'd2'], held: [] });
    await site.restart();
    expect([site.termsOf('d1')?.hold, site.termsOf('d2')?.hold]).toEqual(['none', 'none']);
    const row = site.parts.store.read.journal
      .list({ limit: 10_000 })
      .find(({ kind }) => kind === 'rollout-switch-released');
    expect(row).toMatchObject({ actor: 'console', detail: { isForced: false, evaluate: ['d1', 'd2'] } });
  });

  test('when they were told already, nothing is sent again', async () => {
    await site.devices('d1');
    await site.rollOut({ needsPersonToSwitch: true });
    await switchNow();
    const before = versionOf('d1');
    expect(await switchNow()).toEqual({ told: ['d1'], held: [] });
    expect(versionOf('d1')).toBe(before);
  });

  test('when the attempt failed, the next one waits for a person again; so does the way back', async () => {
    await site.devices('d1');
    await site.rollOut({ needsPersonToSwitch: true, retries: 1 });
    await switchNow();
    await site.end('d1', 'failed-rolled-back');
    expect(site.termsOf('d1')).toMatchObject({ attempt: 2, hold: 'person' });
    await site.operations.orderRollout({ deploymentId: 'v2', order: 'rollBack' });
    await site.settle();
    expect(site.termsOf('d1')).toMatchObject({ attempt: 3, isRollback: true, hold: 'person' });
    await hold('d1');
    expect(await switchNow()).toEqual({ told: ['d1'], held: [] });
    expect(site.termsOf('d1')).toMatchObject({ attempt: 3, isRollback: true, hold: 'none' });
  });
});

describe('devices that a module holds', () => {
  test('when it says who holds, that is told, follows what it says, and is gone when it goes on', async () => {
    await site.devices('d1');
    await site.rollOut();
    await hold('d1', byLock);
    expect(explanationOf('d1')).toBe(`It has all it needs for attempt 1 and holds its switch: ${lockSentence}`);
    await hold('d1', { ...byLock, message: "module 'press' says 'cycle 13 of 40'" });
    expect(explanationOf('d1')).toContain('cycle 13 of 40');
    await site.pass(86_400_000);
    expect(site.standings()).toEqual({ d1: 'installing' });
    expect(foldedRollout(site.parts.store.read, 'v2')).toEqual(site.state());
    await site.end('d1');
    expect(site.state().devices.get(site.agentOf('d1').deviceId)).toMatchObject({ standing: 'success', reason: null });
  });

  test.each([
    ['says nothing of who holds', null],
    ['names a holder that is not known here', { by: 'oracle', module: null, message: 'the stars' }],
    ['says it in another shape', { by: 'lock', message: 7 }],
  ])('when its agent %s, it is held all the same', async (_title, holder) => {
    await site.devices('d1');
    await site.rollOut();
    await hold('d1', holder);
    expect(explanationOf('d1')).toContain('holds its switch, for a lock on it or until a person lets it go on');
    expect(await switchNow()).toEqual({ told: ['d1'], held: [] });
  });

  test('when a person says now, it is told who holds and nothing is sent; with force it goes on, once', async () => {
    await site.devices('d1', 'd2');
    await site.rollOut();
    await hold('d1', byLock);
    const before = versionOf('d1');
    expect(await switchNow()).toEqual({ told: ['d2'], held: [{ deviceId: 'd1', reason: lockSentence }] });
    expect(versionOf('d1')).toBe(before);
    expect(await switchNow({ deviceIds: ['d1'], isForced: true })).toEqual({ told: ['d1'], held: [] });
    expect(site.termsOf('d1')).toMatchObject({ attempt: 1, hold: 'none', isForced: true });
    expect(site.termsOf('d2')).not.toHaveProperty('isForced');
    expect(versionOf('d1')).toBe(before + 1);
    await switchNow({ deviceIds: ['d1'], isForced: true });
    expect(versionOf('d1')).toBe(before + 1);
  });
});

test('when a named device is not in mid-change, it is refused by name and nobody is told', async () => {
  await site.devices('d1', 'd2');
  await site.rollOut({ needsPersonToSwitch: true, concurrency: 1 });
  await expect(switchNow({ deviceIds: ['d1', 'd2', 'a', 'b', 'c', 'd', 'e', 'f'] })).rejects.toThrow(
    "there is no switch to let go on: 'd2', 'a', 'b', 'c', 'd' and 2 more",
  );
  expect(site.termsOf('d1')).toMatchObject({ hold: 'person' });
});

test('when a device comes to an open window with terms of the last one, it gets new ones as soon as it says so', async () => {
  await site.devices('d1');
  const { clock } = site.parts;
  const windows = [{ days: [4, 5], fromMinute: 0, toMinute: 60, timeZone: 'UTC' }];
  await site.rollOut({ windows });
  const { version } = site.agentOf('d1').desired;
  const attempt = { version, attempt: 1, number: 1, step: 'downloading', doneBytes: 1, totalBytes: 5 };
  await site.report('d1', { lanyard: { attempt } });
  site.connect('d1', 'Disconnected');
  clock.jumpTo(Date.UTC(2026, 0, 2));
  await site.pass(2000);
  expect(versionOf('d1')).toBe(version);
  site.connect('d1');
  await hold('d1', { by: 'window', module: null, message: 'its time to switch was over before it was ready' });
  await site.pass(1000);
  expect(versionOf('d1')).toBe(version + 1);
  const seconds = site.termsOf('d1')?.switchWithinSeconds ?? 0;
  expect(seconds).toBeGreaterThan(3500);
  // It has not heard of them yet.
  await site.pass(5000);
  expect(versionOf('d1')).toBe(version + 1);
});
