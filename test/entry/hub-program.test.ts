// The hub composed from its flags, over a real data directory: what a run alone is given, and what the site keeps.
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { readHubFlags } from '#entry/hub-flags.ts';
import { startHubProgram } from '#entry/hub-program.ts';
import { createSystemClock } from '#entry/system-clock.ts';
import { aNewDeployment } from '#test/support/hub-parts.ts';
import { aTemporaryFolder } from '#test/support/test-store.ts';

/** What of the limit of labels holds, and what the run said of it. */
async function run(dataDir: string, ...flags: string[]) {
  const ports = ['--https-port', '0', '--mqtt-port', '0', '--console-port', '0'];
  const lines: string[] = [];
  const log = pino({}, { write: (line) => void lines.push(line) });
  const clock = createSystemClock();
  const program = await startHubProgram(readHubFlags(['--data-dir', dataDir, ...ports, ...flags], process), {
    clock,
    log,
  });
  onTestFinished(() => program.stop());
  const { settings, deployments } = program.hub.operations;
  return {
    settings,
    stop: () => program.stop(),
    create: (id: string) => deployments.create(aNewDeployment(id, { labels: { a: '', b: '' } }), 'service'),
    labels: async () => (await settings.deploymentLimits()).find(({ name }) => name === 'labels'),
    said: () =>
      lines.filter((line) => line.includes('--limit')).map((line) => (JSON.parse(line) as { limits: unknown }).limits),
  };
}

test('when a run is given a limit, it goes before the setting, is said in the log, and is gone with the run', async () => {
  const dir = aTemporaryFolder();
  const first = await run(dir, '--limit', 'labels=1');
  expect(first.said()).toEqual([{ labels: 1 }]);
  await first.settings.setDeploymentLimits({ limits: { labels: 2 } });
  expect(await first.labels()).toMatchObject({ value: 1, setting: 2, forThisRun: 1 });
  expect(() => first.create('d')).toThrow(/it has 2 labels, and this hub allows 1: .*--limit/);
  await first.stop();

  const second = await run(dir);
  expect(second.said()).toEqual([]);
  expect(await second.labels()).toMatchObject({ value: 2, setting: 2, forThisRun: null });
  expect(second.create('d').labels).toEqual({ a: '', b: '' });
});
