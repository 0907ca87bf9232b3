// What a person hands on when something is wrong: versions, addresses, counts and the last lines of the log, in one file of JSON.
// No key, token or password is in it: only what is named here is put in, and texts are gone over once more (secret-text.ts).
import { arch, cpus, freemem, loadavg, release, totalmem } from 'node:os';
import { performance } from 'node:perf_hooks';
import type { Clock } from '#base/clock.ts';
import type { BackupList, DiagnosticsFile, SiteNews, SiteSettings } from '#contract/console-site.ts';
import type { StoreReaders } from '#store/store-types.ts';
import { withoutSecretText } from './secret-text.ts';

export async function writeDiagnostics(parts: {
  readonly read: StoreReaders;
  readonly clock: Clock;
  readonly settings: SiteSettings;
  readonly facts: SiteNews;
  readonly backups: BackupList;
  readonly log: readonly string[];
  readonly secrets: readonly string[];
}): Promise<DiagnosticsFile> {
  const { read, clock, settings, facts, backups, secrets } = parts;
  const { caPem: _, unread: __, retention, certificates, ...about } = settings;
  const memory = process.memoryUsage();
  const loop = performance.eventLoopUtilization();
  const content = {
    product: 'Lanyard',
    madeAt: new Date(clock.nowMs()).toISOString(),
    hub: { ...about, startedAt: new Date(settings.startedAtMs).toISOString(), connections: facts.connections },
    machine: {
      architecture: arch(),
      release: release(),
      processors: cpus().length,
      load: loadavg(),
      totalMemoryBytes: totalmem(),
      freeMemoryBytes: freemem(),
      disk: facts.disk,
      clockJump: facts.clockJump,
    },
    process: { residentBytes: memory.rss, heapUsedBytes: memory.heapUsed, eventLoopUse: loop.utilization },
    kept: { databaseBytes: facts.databaseBytes, imageBytes: facts.imageBytes, retention, backups: backups.rows },
    unread: [...settings.unread, ...backups.unread],
    counts: {
      devices: read.devices.count(),
      deployments: read.deployments.count(),
      rollouts: read.rollouts.heads(mostCounted).length,
      groups: read.groups.list().length,
      images: read.images.countListed(),
      journalRows: read.journal.lastSeq(),
    },
    certificates,
    log: parts.log.map(lineOf),
  };
  const stamp = new Date(clock.nowMs()).toISOString().slice(0, 19).replaceAll(/[:T]/g, '-');
  return { fileName: `lanyard-diagnostics-${stamp}.json`, text: withoutSecretText(textOf(content), secrets) };
}

const mostCounted = 10_000;

function textOf(content: unknown): string {
  return `${JSON.stringify(content, null, 2)}\n`;
}

/** Lines are JSON themselves: as such they can be read, and their quotes are those that the patterns know. */
function lineOf(line: string): unknown {
  // A line that was cut is a text like another.
  try {
    return JSON.parse(line);
  } catch {
    return line;
  }
}
