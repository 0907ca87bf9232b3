// The hub composed from its flags, over a real data directory: what a run alone is given, and what the site keeps.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, isIP } from 'node:net';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { readHubFlags } from '#entry/hub-flags.ts';
import { startHubProgram } from '#entry/hub-program.ts';
import { createSystemClock } from '#entry/system-clock.ts';
import type { Listening } from '#contract/console-listening.ts';
import { machineAddresses } from '#hub/site/machine-addresses.ts';
import { keptListening } from '#hub/site/site-listening.ts';
import { openConsoleWindow } from '#test/support/console-window.ts';
import { aNewDeployment } from '#test/support/hub-parts.ts';
import { aTemporaryFolder } from '#test/support/test-store.ts';

/** What of the limit of labels holds, and what the run said of it. */
async function run(dataDir: string, ...flags: string[]) {
  const ports = flags.includes('--kept-ports') ? [] : ['--https-port', '0', '--mqtt-port', '0'];
  const own = flags.filter((flag) => flag !== '--kept-ports');
  const lines: string[] = [];
  const log = pino({}, { write: (line) => void lines.push(line) });
  const clock = createSystemClock();
  const program = await startHubProgram(
    readHubFlags(['--data-dir', dataDir, '--console-port', '0', ...ports, ...own], process),
    {
      clock,
      log,
    },
  );
  onTestFinished(() => program.stop());
  const { settings, deployments } = program.hub.operations;
  return {
    ready: program.ready,
    store: program.store,
    lines,
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

/** Ports that are free now. */
async function freePorts(): Promise<{ readonly httpsPort: number; readonly mqttPort: number }> {
  const servers = [createServer(), createServer()];
  for (const server of servers) await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const [httpsPort = 0, mqttPort = 0] = servers.map((server) => (server.address() as AddressInfo).port);
  for (const server of servers) await new Promise((resolve) => server.close(resolve));
  return { httpsPort, mqttPort };
}

test('when where it listens was chosen in the settings, the next start without flags listens there', async () => {
  const dir = aTemporaryFolder();
  const first = await run(dir);
  const chosen = { host: '0.0.0.0', ...(await freePorts()) };
  await chooseOver(first.ready.console, chosen);
  await first.stop();

  const second = await run(dir, '--kept-ports');
  expect(second.ready).toMatchObject({
    https: `https://localhost:${chosen.httpsPort}`,
    mqtts: `mqtts://localhost:${chosen.mqttPort}`,
  });
  for (const port of [chosen.httpsPort, chosen.mqttPort]) await reachable('127.0.0.1', port);
  for (const { address } of machineAddresses().filter(({ address }) => isIP(address) === 4))
    await reachable(address, chosen.mqttPort);
  await second.stop();

  // Flags of one run go before it and are not kept.
  const third = await run(dir, '--host', '127.0.0.1');
  expect(new URL(third.ready.https).port).not.toBe(String(chosen.httpsPort));
  expect(new URL(third.ready.https).hostname).toBe('127.0.0.1');
  expect(keptListening(third.store.read)).toEqual(chosen);
});

test('when the chosen address is none of this machine any more, it keeps to loopback, and the page is told', async () => {
  const dir = aTemporaryFolder();
  const first = await run(dir);
  // TEST-NET-3: of nobody.
  first.store.change((write) =>
    write.settings.set('listening', { host: '203.0.113.77', httpsPort: 9443, mqttPort: 9883 }),
  );
  await first.stop();
  const second = await run(dir);
  expect(new URL(second.ready.https).hostname).toBe('127.0.0.1');
  expect(second.lines.join('\n')).toContain('the address chosen in the settings is none of this machine now');
  const { client, close } = await openConsoleWindow(second.ready.console);
  onTestFinished(close);
  expect(await client.listening.query()).toMatchObject({ missed: '203.0.113.77', next: { host: '203.0.113.77' } });
});

test('when a chosen port is taken at the next start, it is refused in a sentence with the way out', async () => {
  const dir = aTemporaryFolder();
  const first = await run(dir);
  const { httpsPort, mqttPort } = await freePorts();
  await chooseOver(first.ready.console, { host: '127.0.0.1', httpsPort, mqttPort });
  await first.stop();
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(mqttPort, '127.0.0.1', resolve));
  onTestFinished(() => void other.close());
  await expect(run(dir, '--kept-ports')).rejects.toThrow(
    `Port ${mqttPort} on 127.0.0.1 is taken, perhaps by a hub that runs already: stop that program, or choose another with --mqtt-port`,
  );
});

/** As the page does it. */
async function chooseOver(url: string, chosen: Listening): Promise<void> {
  const { client, close } = await openConsoleWindow(url);
  await client.chooseListening.mutate(chosen);
  close();
}

async function reachable(host: string, port: number): Promise<void> {
  const socket = connect({ host, port });
  await once(socket, 'connect');
  socket.destroy();
}
