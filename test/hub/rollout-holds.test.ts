// Devices that have what they need and hold their switch, for a lock, a person, or a disk that is full.
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
