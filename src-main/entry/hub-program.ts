// The hub composed: store, site CA, hub, listeners. Started in an order in which a refusal leaves no trace, stopped in reverse.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Clock } from '#base/clock.ts';
import { asAppError, refused } from '#base/errors.ts';
import type { DeviceId } from '#base/ids.ts';
import type { ReadyLine } from '#contract/ready-line.ts';
import { createChainWatch } from '#hub/site/chain-watch.ts';
import { createConsoleListener } from '#hub/console/console-listener.ts';
import { createSiteDesk, type SiteDesk, type SitePlace } from '#hub/console/console-site.ts';
import { createHub, type Hub } from '#hub/hub.ts';
import { reachableNames } from '#hub/certificates/server-certificate.ts';
import { openServiceKey, rotateServiceKey } from '#hub/site/service-key.ts';
import { createListeningDesk, type ListeningAtStart } from '#hub/site/site-listening.ts';
import { openSiteCa } from '#hub/certificates/site-ca.ts';
import { createSiteListener } from '#hub/site/site-listener.ts';
import { serviceApi } from '#service-api/service-api.ts';
import { openStore } from '#store/open-store.ts';
import type { Store } from '#store/store-types.ts';
import type { HubFlags } from './hub-flags.ts';
import { builtPageDir, productRoot } from './build-freshness.js';
import { consoleHost, givenListening, openListening, requireGivenPorts, siteAddresses } from './hub-listening.ts';
import { requirePort } from './port-probe.ts';
import { openSiteImages, type SiteImages } from './site-images.ts';

export interface HubProgram {
  readonly ready: ReadyLine;
  readonly hub: Hub;
  readonly store: Store;
  readonly imageWork: SiteImages['work'];
  /** Rejects (`store.corrupt`) when the database fails its check, which runs beside the work. */
  checkIntegrity(): Promise<void>;
  stop(): Promise<void>;
}

interface Needs {
  readonly clock: Clock;
  readonly log: Logger;
  /** The last lines of it, oldest first. */
  readonly recentLog?: () => readonly string[];
}

/** Serves when it resolves. Throws `refused` with one sentence when it must not or cannot start. */
export async function startHubProgram(flags: HubFlags, needs: Needs): Promise<HubProgram> {
  await requireGivenPorts(flags);
  const opened: (() => void | Promise<void>)[] = [];
  const stop = async () => {
    for (const close of opened.splice(0).toReversed()) await close();
  };
  try {
    const store = openStore({ dir: flags.dataDir, ...needs });
    opened.push(() => store.close());
    const atStart = await openListening(flags, store, needs.log);
    const { hub, imageWork, ready } = await serve(flags, atStart, needs, store, opened);
    const chainWatch = createChainWatch({ store, log: needs.log });
    opened.push(() => chainWatch.stop());
    void chainWatch.start();
    return { ready, hub, store, imageWork, checkIntegrity: () => checkIntegrity(store, flags.dataDir), stop };
  } catch (error) {
    // Only to close what was opened already; the error goes on to the process's edge.
    await stop();
    throw error;
  }
}

async function serve(
  flags: HubFlags,
  { listening, missed }: ListeningAtStart,
  { clock, log, recentLog = () => [] }: Needs,
  store: Store,
  opened: (() => void | Promise<void>)[],
): Promise<Pick<HubProgram, 'hub' | 'imageWork' | 'ready'>> {
  const { dataDir: dir } = flags;
  const { host } = listening;
  const ca = await openSiteCa({ dir, clock });
  tellLimits(flags, log);
  const hub = await createHub({ store, clock, log, ca, deploymentLimits: flags.limits });
  opened.push(() => hub.stop());
  const site = await createSiteListener({ dir, ca, clock, log, link: hub.link, ...listening });
  const serviceKey = flags.rotatesServiceKey ? rotateServiceKey(store) : openServiceKey(store);
  const isOwnName = (name: string) => reachableNames(host).includes(name);
  await site.https.register(serviceApi({ hub: hub.operations, clock, log, serviceKey, isOwnName }));
  const { registry } = hub.operations;
  const imagesAsked = (deviceId: DeviceId) => hub.imagesAsked(deviceId);
  const known = { store, registry, imagesAsked, ca, clock, log, serviceKey, isOwnName };
  const siteImages = await openSiteImages({ dataDir: dir, ...known });
  opened.push(() => siteImages.stop());
  await siteImages.serveOn(site.https);
  opened.push(() => site.stop());
  const ports = await site.start();
  const now = { host, ...ports };
  const { own, ...addresses } = siteAddresses(now, { missed, caFile: ca.caFile, serviceKey });
  const reach = { host: consoleHost, port: flags.consolePort, site: addresses.site };
  const failureOf = (deviceId: DeviceId) => hub.evaluation.failureOf(deviceId);
  const parts = { store, clock, log, failureOf };
  const place = { dataDir: dir, ...now, ...addresses, caFile: ca.caFile, serviceKey };
  const listeningDesk = createListeningDesk({ store, now, missed, given: givenListening(flags), tryPort: requirePort });
  const siteDesk = openSiteDesk(
    { ...place, connections: site.connections, recentLog },
    { ...parts, clocks: hub.operations.clocks, listening: listeningDesk },
  );
  opened.push(() => siteDesk.stop());
  const page = createConsoleListener({
    ...parts,
    hub: hub.operations,
    images: siteImages.console,
    siteDesk: siteDesk.console,
    rendererDir: builtPageDir(productRoot(import.meta.dirname)),
    ...reach,
  });
  opened.push(() => page.stop());
  const { url } = await page.start();
  siteDesk.start();
  hub.start();
  return {
    hub,
    imageWork: siteImages.work,
    ready: { event: 'ready', console: url, ...own, caFile: ca.caFile, pid: process.pid },
  };
}

function tellLimits({ limits }: HubFlags, log: Logger): void {
  if (Object.keys(limits).length === 0) return;
  log.info({ limits }, 'limits of this run, by --limit: they go before those of the site, which stay as they are');
}

function openSiteDesk(
  place: Omit<SitePlace, 'version' | 'names'>,
  parts: Omit<Parameters<typeof createSiteDesk>[0], 'place'>,
): SiteDesk {
  const names = () => reachableNames(place.host);
  return createSiteDesk({ ...parts, place: { ...place, version: productVersion(), names } });
}

function productVersion(): string {
  const about = JSON.parse(readFileSync(join(productRoot(import.meta.dirname), 'package.json'), 'utf8')) as {
    readonly version: string;
  };
  return about.version;
}

async function checkIntegrity(store: Store, dataDir: string): Promise<void> {
  const found = await store.checkIntegrity();
  if (found === 'ok') return;
  const database = join(dataDir, 'hub.db');
  const backups = join(dataDir, 'backups');
  const mend = existsSync(backups) ? `put back the newest copy from ${backups}` : 'put back a copy of it';
  throw refused('store.corrupt', `The database ${database} is damaged (${found[0]}): stop the hub and ${mend}.`, {
    subject: database,
    cause: asAppError(found.join('; ')),
  });
}
