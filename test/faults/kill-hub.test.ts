// kill -9 at random moments while devices report. LANYARD_KILLS says how often; the figures are printed for the record, the
// assertions are about what may never happen.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { processorMs } from '#test/bench/until-quiet.ts';
import { startHubProcess, type HubProcess } from '#test/support/hub-process.ts';
import { seedSite } from '#test/support/seed-site.ts';
import { askedKills } from './asked-kills.ts';
import { findFixedPort } from './fixed-port.ts';
import { disagreements, readEvidence } from './journal-evidence.ts';
import { startReporting, type ReportingDevice } from './reporting-device.ts';

const kills = askedKills(10);
const deviceCount = 50;
// The product promises 2 s on a machine of its own; the figures show it. Here only a start that hangs fails: on a machine
// with six times more work than processors, 14 s were seen.
const hangingStartMs = 30_000;

let hub: HubProcess | undefined;
let devices: readonly ReportingDevice[] = [];
let dataDir = '';

afterEach(async () => {
  await Promise.all(devices.map((device) => device.close()));
  await hub?.end('SIGKILL');
  rmSync(dataDir, { recursive: true, force: true });
});

test(
  `when the hub is killed ${kills} times under load, it loses no acknowledged report and serves again`,
  { timeout: 60_000 + kills * 15_000 },
  async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'lanyard-kill-'));
    seedSite({ dir: dataDir, devices: deviceCount });
    const port = await findFixedPort();
    const flags = hubFlags(port);
    hub = await startHubProcess(flags);
    const { caFile } = hub.ready;
    const acknowledgements = countAcknowledgements();
    devices = Array.from({ length: deviceCount }, (_, index) =>
      startReporting({ index, port, caFile, onAcknowledged: acknowledgements.add }),
    );
    await acknowledgements.reach(deviceCount);

    const starts: Start[] = [];
    for (let kill = 0; kill < kills; kill += 1) {
      await acknowledgements.reach(acknowledgements.count() + Math.floor(Math.random() * 600));
      await hub.end('SIGKILL');
      // Some die again before they serve.
      if (kill % 5 === 4) await killWhileItStarts(flags);
      const startedAtMs = performance.now();
      hub = await startHubProcess(flags);
      starts.push(startSince(startedAtMs, hub.ready.pid));
      await acknowledgements.reach(acknowledgements.count() + 1);
    }
    await Promise.all(devices.map((device) => device.finish()));
    expect(await hub.end('SIGTERM')).toEqual({ code: 0, signal: null });

    const evidence = await readEvidence(dataDir, devices);
    say(starts, devices, evidence.rows);
    expect(disagreements(devices, evidence)).toEqual([]);
    expect(evidence.firstBrokenSeq).toBeNull();
    expect(evidence.integrity).toBe('ok');
    expect(Math.max(...starts.map(({ ms }) => ms))).toBeLessThan(hangingStartMs);
  },
);

function hubFlags(port: number): readonly string[] {
  const free = ['--https-port', '0', '--console-port', '0'];
  return ['--data-dir', dataDir, '--mqtt-port', String(port), ...free];
}

async function killWhileItStarts(flags: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, ['src-main/entry/hub-main.js', ...flags], { stdio: 'ignore' });
  const ended = once(child, 'exit');
  // A random moment is what this is about; no event stands for it.
  await Promise.race([delay(Math.random() * 800), ended]);
  child.kill('SIGKILL');
  await ended;
}

function countAcknowledgements() {
  let count = 0;
  let waiting: { readonly from: number; readonly resolve: () => void } | undefined;
  return {
    count: () => count,
    add: (): void => {
      count += 1;
      if (waiting !== undefined && count >= waiting.from) waiting.resolve();
    },
    reach: (from: number): Promise<void> =>
      new Promise((resolve) => {
        waiting = { from, resolve };
        if (count >= from) resolve();
      }),
  };
}

/** What one start took; under load mostly the waiting for its turn, so what it worked stands beside. */
interface Start {
  readonly ms: number;
  readonly processorMs: number;
  /** Of the machine, over the last minute. */
  readonly load: number;
}

function startSince(startedAtMs: number, pid: number): Start {
  return { ms: performance.now() - startedAtMs, processorMs: processorMs(pid), load: loadavg()[0] ?? 0 };
}

function say(
  starts: readonly Start[],
  devices: readonly ReportingDevice[],
  rows: ReadonlyMap<string, ReadonlyMap<number, number>>,
): void {
  const acknowledged = sum(devices.map((device) => device.acknowledged.size));
  const resent = sum(devices.map(({ sent }) => countAboveOne(sent)));
  const twice = sum([...rows.values()].map(countAboveOne));
  console.info(
    `${kills} kills: ${acknowledged} reports acknowledged; ${resent} sent again after a kill, of these ${twice} taken twice; ` +
      `starts in ms: ${inWords(starts.map(({ ms }) => ms))}, of processor ${inWords(starts.map((start) => start.processorMs))}; ` +
      `load: ${inWords(starts.map(({ load }) => load))}`,
  );
}

function inWords(values: readonly number[]): string {
  const sorted = values.toSorted((left, right) => left - right).map(Math.round);
  return `median ${sorted[Math.floor(sorted.length / 2)]}, worst ${sorted.at(-1)}`;
}

function countAboveOne(times: ReadonlyMap<number, number>): number {
  return [...times.values()].filter((count) => count > 1).length;
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
