// The site's desk where there is no program around the hub: the real one, of a folder that is not there unless it is named.
import { join } from 'node:path';
import { pino } from 'pino';
import type { Clock } from '#base/clock.ts';
import { createSiteDesk, type SiteDesk, type SitePlace } from '#hub/console/console-site.ts';
import { createListeningDesk, usualListening, type ListeningParts } from '#hub/site/site-listening.ts';
import { theSiteFacts } from './site-facts.ts';
import type { Store } from '#store/store-types.ts';

export const aServiceKey = Buffer.alloc(32, 7).toString('base64');

/** On loopback, on a machine with one network card, whose ports are all free. */
export const aListening: Omit<ListeningParts, 'store'> = {
  now: usualListening,
  missed: null,
  given: {},
  tryPort: async () => undefined,
  addresses: () => [{ address: '192.168.7.4', card: 'eth0' }],
};

export function aSiteDesk(
  parts: { readonly store: Store; readonly clock: Clock },
  {
    upMs,
    failureOf = () => undefined,
    clocks = { all: () => [] },
    listening = aListening,
    ...place
  }: Partial<SitePlace> & {
    readonly upMs?: () => number;
    readonly failureOf?: Parameters<typeof createSiteDesk>[0]['failureOf'];
    readonly clocks?: Parameters<typeof createSiteDesk>[0]['clocks'];
    readonly listening?: Omit<ListeningParts, 'store'>;
  } = {},
): SiteDesk {
  const dataDir = place.dataDir ?? '/nowhere';
  return createSiteDesk({
    ...parts,
    log: pino({ level: 'silent' }),
    failureOf,
    clocks,
    listening: createListeningDesk({ ...parts, ...listening }),
    ...(upMs && { upMs }),
    place: {
      version: '1.2.3',
      dataDir,
      host: '127.0.0.1',
      httpsPort: 8443,
      mqttPort: 8883,
      caFile: join(dataDir, 'site-ca.pem'),
      names: () => ['127.0.0.1', 'localhost'],
      site: () => theSiteFacts,
      serviceConnectionString: () =>
        `HostName=127.0.0.1:8443;SharedAccessKeyName=service;SharedAccessKey=${aServiceKey}`,
      serviceKey: aServiceKey,
      connections: () => 0,
      recentLog: () => [],
      ...place,
    },
  });
}
