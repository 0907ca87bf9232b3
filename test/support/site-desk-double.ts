// The site's desk where there is no program around the hub: the real one, of a folder that is not there unless it is named.
import { join } from 'node:path';
import { pino } from 'pino';
import type { Clock } from '#base/clock.ts';
import { createSiteDesk, type SiteDesk, type SitePlace } from '#hub/console/console-site.ts';
import type { Store } from '#store/store-types.ts';

export const aServiceKey = Buffer.alloc(32, 7).toString('base64');

export function aSiteDesk(
  parts: { readonly store: Store; readonly clock: Clock },
  {
    upMs,
    failureOf = () => undefined,
    clocks = { all: () => [] },
    ...place
  }: Partial<SitePlace> & {
    readonly upMs?: () => number;
    readonly failureOf?: Parameters<typeof createSiteDesk>[0]['failureOf'];
    readonly clocks?: Parameters<typeof createSiteDesk>[0]['clocks'];
  } = {},
): SiteDesk {
  const dataDir = place.dataDir ?? '/nowhere';
  return createSiteDesk({
    ...parts,
    log: pino({ level: 'silent' }),
    failureOf,
    clocks,
    ...(upMs && { upMs }),
    place: {
      version: '1.2.3',
      dataDir,
      host: '127.0.0.1',
      https: 'https://127.0.0.1:8443',
      mqtts: 'mqtts://127.0.0.1:8883',
      httpsPort: 8443,
      mqttPort: 8883,
      caFile: join(dataDir, 'site-ca.pem'),
      names: () => ['127.0.0.1', 'localhost'],
      serviceConnectionString: `HostName=127.0.0.1:8443;SharedAccessKeyName=service;SharedAccessKey=${aServiceKey}`,
      serviceKey: aServiceKey,
      connections: () => 0,
      recentLog: () => [],
      ...place,
    },
  });
}
