// Devices that have what they need and hold their switch: for a lock, a person, or because a window closed on them.
import { expect, test } from 'vitest';
import { deviceId } from '#test/support/hub-parts.ts';
import { foldedRollout } from '#test/support/journal-fold.ts';
import { rolloutSite } from '#test/support/rollout-site.ts';

const site = rolloutSite();

test('when a device holds its switch, however long, that is no failure; when it goes on, its time runs again', async () => {
  await site.devices('d1');
  await site.rollOut({ stepLimitMs: 60_000 });
  const { version } = site.agentOf('d1').desired;
  const step = (name: string, number: number) =>
    site.report('d1', {
      lanyard: { attempt: { version, attempt: 1, number, step: name, doneBytes: 5, totalBytes: 9 } },
    });
  await step('downloading', 1);
  await step('held', 2);
  await site.pass(600_000);
  await site.restart();
  await site.pass(600_000);
  expect(site.standings()).toEqual({ d1: 'installing' });
  const [row] = site.operations.rolloutDevices({ deploymentId: 'v2', after: null, limit: 1 }).rows;
  expect(row).toMatchObject({
    bytes: { done: 5, total: 9 },
    explanation: expect.stringContaining('holds its switch') as string,
  });
  await step('installing', 3);
  await site.pass(59_000);
  expect(site.standings()).toEqual({ d1: 'installing' });
  await site.pass(2000);
  expect(site.standings()).toEqual({ d1: 'failure' });
});

test('when a window closes on a device that holds its switch, the next one gives it new terms for the same attempt', async () => {
  await site.devices('d1');
  // The clock of the site stands at the beginning of a Thursday.
  const windows = [{ days: [4, 5], fromMinute: 0, toMinute: 60, timeZone: 'UTC' }];
  await site.rollOut({ windows });
  const { version } = site.agentOf('d1').desired;
  expect(site.termsOf('d1')).toMatchObject({ attempt: 1, switchWithinSeconds: expect.any(Number) as number });
  const before = site.termsOf('d1')?.switchWithinSeconds ?? 0;
  expect(before).toBeGreaterThan(3590);
  await site.report('d1', { lanyard: { attempt: { version, attempt: 1, number: 1, step: 'held', verdict: null } } });
  const { clock } = site.parts;
  clock.jumpTo(clock.nowMs() + 7_200_000);
  await site.pass(2000);
  expect(site.agentOf('d1').desired.version).toBe(version);
  clock.jumpTo(Date.UTC(2026, 0, 2));
  await site.pass(2000);
  expect(site.termsOf('d1')?.attempt).toBe(1);
  expect(site.agentOf('d1').desired.version).toBe(version + 1);
  await site.end('d1');
  expect(site.standings()).toEqual({ d1: 'success' });
  expect(foldedRollout(site.parts.store.read, 'v2')).toEqual(site.state());
});

test('when the disk of its agent is full, it fails at its deadline, and does not switch once that is mended', async () => {
  await site.devices('d1', 'd2');
  await site.rollOut({ stepLimitMs: 60_000 });
  const { version } = site.agentOf('d1').desired;
  const hold = { by: 'disk', module: null, message: 'the disk is full' };
  const attempt = { version, attempt: 1, number: 1, step: 'held', doneBytes: 5, totalBytes: 9, hold };
  await site.report('d1', { lanyard: { attempt } });
  const steps = site.parts.journal('rollout-advanced').length;
  await site.report('d1', { lanyard: { attempt: { ...attempt, number: 2 } } });
  expect(site.parts.journal('rollout-advanced')).toHaveLength(steps);
  const [row] = site.operations.rolloutDevices({ deploymentId: 'v2', after: null, limit: 1 }).rows;
  expect(row?.explanation).toContain('cannot switch: the disk is full. It goes on when that is mended.');
  await site.pass(61_000);
  expect(site.state().devices.get(deviceId('d1'))).toMatchObject({ standing: 'failure', verdict: 'failed-unchanged' });
  expect(site.bases()).toMatchObject({ d1: 'v1' });
  expect(foldedRollout(site.parts.store.read, 'v2')).toEqual(site.state());
});
