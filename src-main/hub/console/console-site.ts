// The site itself as the console asks for it: facts, attention, settings, copies of the database, and what is handed on.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Clock } from '#base/clock.ts';
import type { AppError } from '#base/errors.ts';
import type { DeviceId } from '#base/ids.ts';
import type { SiteFacts } from '#contract/console-rows.ts';
import type { ConsoleSite, SiteSettings, UnreadFile } from '#contract/console-site.ts';
import type { JournalEntry } from '#domain/records/journal-event.ts';
import { readCertificates } from '#hub/certificates/site-certificates.ts';
import { unreadFile } from '#hub/certificates/site-unread.ts';
import { createClockWatch, machineUpMs } from '#hub/device-link/clock-watch.ts';
import type { ListeningDesk } from '#hub/site/site-listening.ts';
import { retentionOf } from '#hub/site/retention.ts';
import { backupsIn, createSiteBackups } from '#hub/site/site-backups.ts';
import type { Store } from '#store/store-types.ts';
import { createAttentionWatch } from './attention.ts';
import type { DeviceClocks } from './device-clocks.ts';
import { writeDiagnostics } from './diagnostics.ts';
import { createSiteFacts } from './site-facts.ts';

/** What whoever started the hub knows of it. */
export interface SitePlace {
  /** Of the product. */
  readonly version: string;
  readonly dataDir: string;
  readonly host: string;
  readonly httpsPort: number;
  readonly mqttPort: number;
  readonly caFile: string;
  /** What devices and tools are told at this moment. */
  readonly site: () => SiteFacts;
  readonly serviceConnectionString: () => string;
  /** Names and addresses of this moment. */
  readonly names: () => readonly string[];
  /** The key in it. */
  readonly serviceKey: string;
  readonly connections: () => number;
  /** The last lines of the log, oldest first; none where it is not kept. */
  readonly recentLog: () => readonly string[];
}

export interface SiteDesk {
  readonly console: ConsoleSite;
  start(): void;
  stop(): void;
}

export function createSiteDesk(parts: {
  readonly place: SitePlace;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Logger;
  readonly listening: ListeningDesk;
  readonly failureOf: (deviceId: DeviceId) => AppError | undefined;
  readonly clocks: Pick<DeviceClocks, 'all'>;
  readonly upMs?: () => number;
}): SiteDesk {
  const { place, store, clock, log } = parts;
  const { dataDir } = place;
  const startedAtMs = clock.nowMs();
  const jumps = createJumpMemory(store, clock);
  const backups = createSiteBackups({ store, dir: backupsIn(dataDir), clock, onProgress: () => facts.look() });
  const facts = createSiteFacts({
    ...place,
    read: store.read,
    clock,
    log,
    clockJump: jumps.newest,
    backup: () => backups.underWay(),
  });
  const attention = createAttentionWatch({ ...parts, dataDir });
  const clockWatch = createClockWatch({ store, clock, log, upMs: parts.upMs ?? machineUpMs });

  const settings = () => settingsOf(place, store, startedAtMs);

  async function diagnostics() {
    const [about, measured, list] = await Promise.all([settings(), facts.measure(), backups.list()]);
    const secrets = [place.serviceKey];
    const found = { settings: about, facts: measured, backups: list, log: place.recentLog(), secrets };
    return writeDiagnostics({ read: store.read, clock, ...found });
  }

  return {
    console: {
      followSite: facts.follow,
      followAttention: attention.follow,
      settings,
      listening: parts.listening.view,
      chooseListening: parts.listening.choose,
      reveal() {
        store.change((write) => write.journal.append({ kind: 'service-key-shown', actor: 'console' }));
        return { text: place.serviceConnectionString() };
      },
      backups: () => backups.list(),
      backUp: () => backups.make(),
      cancelBackup: () => backups.cancel(),
      diagnostics,
    },
    start() {
      for (const watch of [jumps, clockWatch, attention]) watch.start();
    },
    stop() {
      backups.cancel();
      for (const watch of [attention, clockWatch, jumps, facts]) watch.stop();
    },
  };
}

async function settingsOf(place: SitePlace, { read }: Pick<Store, 'read'>, startedAtMs: number): Promise<SiteSettings> {
  const { certificates, unread } = await readCertificates(place.dataDir);
  const ca = await readCa(place.caFile);
  const { version, dataDir, host, httpsPort, mqttPort, caFile, names } = place;
  const { https, mqtts } = place.site();
  return {
    version,
    https,
    mqtts,
    host,
    httpsPort,
    mqttPort,
    names: names(),
    caFile,
    caPem: ca.pem,
    dataDir,
    database: join(dataDir, 'hub.db'),
    backupsDir: backupsIn(dataDir),
    certificates,
    // The certificates' own readers looked at the same file, unless it lies elsewhere.
    unread: [...unread, ...(unread.some(({ path }) => path === caFile) ? [] : ca.unread)],
    retention: retentionOf(read, place.recentLog().length),
    startedAtMs,
    nodeVersion: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
  };
}

/** Without it the rest is still worth knowing. */
async function readCa(file: string): Promise<{ readonly pem: string | null; readonly unread: readonly UnreadFile[] }> {
  try {
    return { pem: await readFile(file, 'utf8'), unread: [] };
  } catch (error) {
    return { pem: null, unread: [unreadFile('site-ca', file, error)] };
  }
}

const dayMs = 24 * 3_600_000;

/** Of this run: those of an earlier one stand in the list of attention. */
function createJumpMemory(store: Pick<Store, 'onCommitted'>, clock: Clock) {
  let newest: { readonly atMs: number; readonly byMs: number } | null = null;
  let stopListening: (() => void) | null = null;

  function take({ kind, atMs, detail }: JournalEntry): void {
    if (kind === 'clock-jumped' && typeof detail['byMs'] === 'number') newest = { atMs, byMs: detail['byMs'] };
  }

  return {
    newest: () => (newest === null || Math.abs(clock.nowMs() - newest.atMs) > dayMs ? null : newest),
    start() {
      stopListening = store.onCommitted((entries) => {
        for (const entry of entries) take(entry);
      });
    },
    stop: () => stopListening?.(),
  };
}
