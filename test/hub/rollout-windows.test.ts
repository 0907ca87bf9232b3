// Windows that shut and open while devices are in mid-change: what their terms say whenever one could hear them.
import { describe, expect, test } from 'vitest';
import { deviceId } from '#test/support/hub-parts.ts';
import { foldedRollout } from '#test/support/journal-fold.ts';
import { rolloutSite } from '#test/support/rollout-site.ts';

const site = rolloutSite();
// The clock of the site stands at the beginning of a Thursday.
const windows = [{ days: [4, 5], fromMinute: 0, toMinute: 60, timeZone: 'UTC' }];
const hourMs = 3_600_000;
const stepLimitMs = 100 * hourMs;
const nightly = { windows, stepLimitMs };
const thursday = (hour: number, minute = 0): number => Date.UTC(2026, 0, 1, hour, minute);
const friday = thursday(24);

const versionOf = (id: string): number => site.agentOf(id).desired.version;
const secondsOf = (id: string): number => site.termsOf(id)?.switchWithinSeconds ?? -1;

/** Both clocks of the hub. */
async function passTo(atMs: number): Promise<void> {
  await site.pass(atMs - site.parts.clock.nowMs());
  await site.pass(2000);
}

async function sleep(...ids: readonly string[]): Promise<void> {
  for (const id of ids) site.connect(id, 'Disconnected');
  await site.settle();
}

async function step(id: string, name: string, more: object = {}): Promise<void> {
  const attempt = { version: versionOf(id), attempt: site.termsOf(id)?.attempt ?? 0, number: 1, step: name };
  await site.report(id, { lanyard: { attempt: { ...attempt, doneBytes: 1, totalBytes: 5, verdict: null, ...more } } });
}

async function rollBack(): Promise<void> {
  await site.operations.orderRollout({ deploymentId: 'v2', order: 'rollBack' });
  await site.settle();
}

/** Devices whose agent is Lanyard's, and says so. */
async function lanyardDevices(...ids: readonly string[]): Promise<void> {
  await site.devices(...ids);
  for (const id of ids) await site.report(id, { lanyard: { agent: '1.0' }, version: { version: '1.0' } });
}

/** What folds from the journal is what is there, and nothing is sent without end. */
async function isAtRest(): Promise<void> {
  const versions = ['d1', 'd2'].map(versionOf);
  await site.pass(5000);
  await site.pass(5000);
  expect(['d1', 'd2'].map(versionOf)).toEqual(versions);
  expect(foldedRollout(site.parts.store.read, 'v2')).toEqual(site.state());
}

describe('when a window shuts', () => {
  test('everybody in mid-change is told to hold, and gets a time for the same attempt in the next one', async () => {
    await lanyardDevices('d1', 'd2');
    await site.rollOut({ ...nightly });
    expect(site.termsOf('d1')).toMatchObject({ attempt: 1, hold: 'none' });
    expect(secondsOf('d1')).toBeGreaterThan(3580);
    expect(secondsOf('d1')).toBeLessThanOrEqual(3590);
    const before = versionOf('d1');
    await step('d1', 'held', { hold: { by: 'lock', module: 'web', message: 'it works' } });
    await passTo(thursday(1));
    for (const id of ['d1', 'd2']) expect(site.termsOf(id)).toMatchObject({ attempt: 1, hold: 'window' });
    expect(secondsOf('d1')).toBe(-1);
    expect(versionOf('d1')).toBe(before + 1);
    await isAtRest();
    await passTo(friday);
    for (const id of ['d1', 'd2']) expect(site.termsOf(id)).toMatchObject({ attempt: 1, hold: 'none' });
    expect(secondsOf('d2')).toBeGreaterThan(3580);
    await isAtRest();
    await site.end('d1');
    expect(site.standings()).toMatchObject({ d1: 'success' });
  });

  test('in the last seconds before it nobody begins, and who is in mid-change is told to hold', async () => {
    await lanyardDevices('d1', 'd2');
    await site.rollOut({ ...nightly, concurrency: 1 });
    await passTo(thursday(0, 59) + 52_000);
    expect(site.termsOf('d1')).toMatchObject({ attempt: 1, hold: 'window' });
    await site.end('d1');
    expect(site.standings()).toEqual({ d1: 'success', d2: 'pending' });
    await passTo(thursday(9));
    expect(site.state().devices.get(deviceId('d2'))).toMatchObject({ attempt: 0 });
    await passTo(friday);
    expect(site.termsOf('d2')).toMatchObject({ attempt: 1, hold: 'none' });
  });

  test('who is beyond its switch, and who was let go on by a person, is told nothing', async () => {
    await lanyardDevices('d1', 'd2');
    await site.rollOut({ ...nightly });
    await step('d1', 'verifying');
    site.operations.switchNow({ deploymentId: 'v2', deviceIds: ['d2'], isForced: false });
    await site.settle();
    await sleep('d1', 'd2');
    const before = ['d1', 'd2'].map(versionOf);
    await passTo(thursday(9));
    expect(['d1', 'd2'].map(versionOf)).toEqual(before);
    expect(site.termsOf('d2')).toMatchObject({ hold: 'none' });
    expect(secondsOf('d2')).toBe(-1);
  });

  test('who waits for a person goes on doing so, and the person passes the window', async () => {
    await lanyardDevices('d1', 'd2');
    await site.rollOut({ ...nightly, needsPersonToSwitch: true });
    const before = versionOf('d1');
    await sleep('d2');
    await passTo(thursday(9));
    expect(['d1', 'd2'].map((id) => site.termsOf(id)?.hold)).toEqual(['person', 'person']);
    expect(versionOf('d1')).toBe(before);
    site.operations.switchNow({ deploymentId: 'v2', deviceIds: ['d1'], isForced: false });
    await site.settle();
    expect(site.termsOf('d1')).toMatchObject({ hold: 'none' });
    await isAtRest();
  });

  test.each([thursday(5), thursday(-2)])(
    'when the clock of the hub is set out of it, to %s, all hold until it is right',
    async (wrong) => {
      await lanyardDevices('d1', 'd2');
      await site.rollOut({ ...nightly });
      site.parts.clock.jumpTo(wrong);
      await site.pass(2000);
      expect(['d1', 'd2'].map((id) => site.termsOf(id)?.hold)).toEqual(['window', 'window']);
      site.parts.clock.jumpTo(thursday(0, 30));
      await site.pass(2000);
      expect(secondsOf('d1')).toBeGreaterThan(1700);
      expect(secondsOf('d1')).toBeLessThan(1800);
      await isAtRest();
    },
  );

  test('when the clock of the hub is set within it, they are told what is left by that', async () => {
    await lanyardDevices('d1', 'd2');
    await site.rollOut({ ...nightly });
    await site.pass(2000);
    site.parts.clock.jumpTo(thursday(0, 50));
    await site.pass(2000);
    for (const id of ['d1', 'd2']) expect(secondsOf(id)).toBeLessThan(590);
    await isAtRest();
  });
});

describe('when a device sleeps', () => {
  test('and did not hear of its change before the window shut, it finds terms that hold whenever it wakes', async () => {
    await lanyardDevices('d1', 'd2');
    await site.rollOut({ ...nightly });
    await sleep('d1');
    await site.pass(2000);
    expect(site.termsOf('d1')).toMatchObject({ attempt: 1, hold: 'window' });
    expect(site.termsOf('d2')).toMatchObject({ attempt: 1, hold: 'none' });
    await passTo(thursday(9));
    site.connect('d1');
    await site.settle();
    await site.pass(5000);
    expect(site.termsOf('d1')).toMatchObject({ attempt: 1, hold: 'window' });
    await isAtRest();
  });

  test('and wakes in a window, it gets what is left of that one, and not what was left when it fell asleep', async () => {
    await lanyardDevices('d1', 'd2');
    await site.rollOut({ ...nightly });
    await sleep('d1');
    await passTo(thursday(0, 50));
    expect(site.termsOf('d1')).toMatchObject({ attempt: 1, hold: 'window' });
    site.connect('d1');
    await site.settle();
    await site.pass(1000);
    expect(site.termsOf('d1')).toMatchObject({ attempt: 1, hold: 'none' });
    expect(secondsOf('d1')).toBeLessThan(590);
    expect(secondsOf('d1')).toBeGreaterThan(570);
    await isAtRest();
  });

  test('while it is rolled back, it holds from the beginning, also where no hub is there to say so later', async () => {
    await lanyardDevices('d1', 'd2');
    await site.rollOut({ ...nightly });
    await site.end('d1');
    await sleep('d1');
    await rollBack();
    expect(site.termsOf('d1')).toMatchObject({ attempt: 2, isRollback: true, hold: 'window' });
    await site.end('d2');
    expect(site.state().status).toBe('rolled-back');
    await passTo(thursday(9));
    site.connect('d1');
    await site.settle();
    await step('d1', 'held', { hold: { by: 'window', module: null, message: 'no window' } });
    await site.pass(20 * 60_000);
    expect(site.termsOf('d1')).toMatchObject({ attempt: 2, hold: 'window' });
    expect(site.standings()).toEqual({ d1: 'installing', d2: 'rolled-back' });
    await passTo(friday);
    expect(site.termsOf('d1')).toMatchObject({ attempt: 2, isRollback: true, hold: 'none' });
    await site.end('d1');
    expect(site.standings()).toEqual({ d1: 'rolled-back', d2: 'rolled-back' });
    expect(foldedRollout(site.parts.store.read, 'v2')).toEqual(site.state());
  });

  test('and failed in a rollout that is over, what it is left with is taken from it when it is there in a window', async () => {
    await lanyardDevices('d1', 'd2');
    await site.rollOut({ ...nightly });
    await site.end('d1', 'failed-left');
    await sleep('d1');
    await site.end('d2');
    expect(site.state().status).toBe('finished');
    expect(site.bases()).toMatchObject({ d1: 'v2' });
    await passTo(thursday(9));
    site.connect('d1');
    await site.settle();
    expect(site.bases()).toMatchObject({ d1: 'v2' });
    await passTo(friday);
    expect(site.bases()).toMatchObject({ d1: 'v1' });
    // It may have to download it.
    expect(site.termsOf('d1')).toMatchObject({ attempt: 2, isRollback: true, hold: 'none' });
    expect(secondsOf('d1')).toBeGreaterThan(3580);
    await site.end('d1');
    expect(site.standings()).toEqual({ d1: 'failure', d2: 'success' });
    const attempts = site.operations.rolloutAttempts({ deploymentId: 'v2', deviceId: 'd1' });
    expect(attempts).toMatchObject([
      {
        attempt: 2,
        purpose: 'roll-back',
        verdict: null,
        reason: expect.stringContaining('The rollout was over') as string,
      },
      { attempt: 1, verdict: 'failed-left' },
    ]);
    await isAtRest();
    expect(foldedRollout(site.parts.store.read, 'v2')).toEqual(site.state());
  });
});

describe('when a hub starts anew', () => {
  test('after the window shut, whoever was awake before and may have missed its terms is told to hold, once', async () => {
    await lanyardDevices('d1', 'd2');
    await site.rollOut({ ...nightly });
    const before = versionOf('d1');
    site.parts.clock.jumpTo(thursday(9));
    await site.restart();
    expect(['d1', 'd2'].map((id) => site.termsOf(id)?.hold)).toEqual(['window', 'window']);
    await site.restart();
    expect(versionOf('d1')).toBe(before + 1);
    await isAtRest();
  });

  test('within it, what is left of it is told anew, for nobody knows who heard of what', async () => {
    await lanyardDevices('d1', 'd2');
    await site.rollOut({ ...nightly });
    site.parts.clock.jumpTo(thursday(0, 50));
    await site.restart();
    expect(secondsOf('d1')).toBeLessThan(590);
    expect(secondsOf('d1')).toBeGreaterThan(570);
    await isAtRest();
  });
});

test('when a person hurries it, nobody is held, neither who sleeps nor outside the windows', async () => {
  await lanyardDevices('d1', 'd2');
  await site.rollOut({ ...nightly });
  await sleep('d1');
  await passTo(thursday(9));
  await site.operations.orderRollout({ deploymentId: 'v2', order: 'hurry' });
  await site.settle();
  await site.pass(1000);
  for (const id of ['d1', 'd2']) {
    expect(site.termsOf(id)).toMatchObject({ attempt: 1, hold: 'none' });
    expect(secondsOf(id)).toBe(-1);
  }
  await passTo(thursday(20));
  expect(site.state().devices.get(deviceId('d1'))).toMatchObject({ attempt: 1, isChanging: true });
  expect(site.termsOf('d1')).toMatchObject({ hold: 'none' });
  await site.pass(hourMs);
  await isAtRest();
});

test('when there are no windows, nothing is ever said of them', async () => {
  await lanyardDevices('d1', 'd2');
  await site.rollOut({ stepLimitMs });
  const before = versionOf('d1');
  await sleep('d1');
  await passTo(thursday(9));
  expect(site.termsOf('d1')).toMatchObject({ hold: 'none', switchWithinSeconds: null });
  expect(versionOf('d1')).toBe(before);
});
