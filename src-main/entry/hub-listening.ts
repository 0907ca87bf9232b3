// Where this run of the hub listens, and what it tells of that: the machine itself reaches it by another name than the site does.
import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Listening } from '#contract/console-listening.ts';
import type { SiteFacts } from '#contract/console-rows.ts';
import { isEvery, reachOf, toldHost } from '#hub/site/machine-addresses.ts';
import { serviceConnectionString } from '#hub/site/service-key.ts';
import { keptListening, listeningAtStart, usualListening, type ListeningAtStart } from '#hub/site/site-listening.ts';
import type { Store } from '#store/store-types.ts';
import type { HubFlags } from './hub-flags.ts';
import { requireFreePorts, type WantedPort } from './port-probe.ts';

/** The page's listener: for programs of this machine alone. */
export const consoleHost = '127.0.0.1';

/** What the flags say of it. */
export function givenListening({ host, httpsPort, mqttPort }: HubFlags): Partial<Listening> {
  return {
    ...(host !== undefined && { host }),
    ...(httpsPort !== undefined && { httpsPort }),
    ...(mqttPort !== undefined && { mqttPort }),
  };
}

/** Before anything of the data is touched: what is known already must be free. Of a site that is there the rest is known later. */
export async function requireGivenPorts(flags: HubFlags): Promise<void> {
  const isNew = !existsSync(join(flags.dataDir, 'hub.db'));
  await requireFreePorts([
    ...(isNew ? sitePorts({ ...usualListening, ...givenListening(flags) }) : []),
    pagePort(flags),
  ]);
}

/** What this run takes, all of it free. */
export async function openListening(flags: HubFlags, { read }: Store, log: Logger): Promise<ListeningAtStart> {
  const atStart = listeningAtStart(givenListening(flags), keptListening(read));
  if (atStart.missed !== null)
    log.warn(
      { address: atStart.missed },
      'the address chosen in the settings is none of this machine now: the hub serves this machine alone, and no device reaches it',
    );
  await requireFreePorts([...sitePorts(atStart.listening), pagePort(flags)]);
  return atStart;
}

function sitePorts({ host, httpsPort, mqttPort }: Listening): readonly WantedPort[] {
  return [
    { flag: '--https-port', host, port: httpsPort },
    { flag: '--mqtt-port', host, port: mqttPort },
  ];
}

function pagePort({ consolePort }: HubFlags): WantedPort {
  return { flag: '--console-port', host: consoleHost, port: consolePort };
}

interface Told {
  readonly https: string;
  readonly mqtts: string;
  readonly serviceConnectionString: string;
}

export interface SiteAddresses {
  /** For programs of this machine, which reach a hub that listens everywhere as `localhost`. */
  readonly own: Told;
  /** For devices and tools of the site, at this moment: a laptop gets other addresses while it runs. */
  readonly site: () => SiteFacts;
  readonly serviceConnectionString: () => string;
}

export function siteAddresses(
  { host, httpsPort, mqttPort }: Listening,
  needs: { readonly missed: string | null; readonly caFile: string; readonly serviceKey: string },
): SiteAddresses {
  const by = (name: string): Told => ({
    https: `https://${name}:${httpsPort}`,
    mqtts: `mqtts://${name}:${mqttPort}`,
    serviceConnectionString: serviceConnectionString(name, httpsPort, needs.serviceKey),
  });
  const told = () => by(toldHost(host));
  return {
    own: isEvery(host) ? by('localhost') : told(),
    serviceConnectionString: () => told().serviceConnectionString,
    site: () => {
      const { https, mqtts } = told();
      return { https, mqtts, caFile: needs.caFile, machine: hostname(), reach: reachOf(host, needs.missed) };
    },
  };
}
