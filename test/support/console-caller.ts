// The console's API called without a wire: its router over the operations of a hub's parts.
import { createConsoleRouter } from '#contract/console-api.ts';
import { createConsoleConfigurations } from '#hub/console/console-configurations.ts';
import { createConsoleDeployments } from '#hub/console/console-deployments.ts';
import { createConsoleDevicePage } from '#hub/console/console-device-page.ts';
import { createConsoleDevices } from '#hub/console/console-devices.ts';
import { createConsoleFeed } from '#hub/console/console-feed.ts';
import { createConsoleHistory } from '#hub/console/console-history.ts';
import { createConsoleSource } from '#hub/console/console-source.ts';
import { createImagesDouble } from './console-images-double.ts';
import { createConsoleOperations } from './console-operations.ts';
import type { HubParts } from './hub-parts.ts';
import { aSiteDesk } from './site-desk-double.ts';
import { theSiteFacts } from './site-facts.ts';

/** `signal`: as if the window that asks were closed. */
export function consoleCaller(parts: HubParts, signal?: AbortSignal) {
  const hub = createConsoleOperations(parts);
  const feed = createConsoleFeed({ ...parts, site: () => theSiteFacts, metrics: hub.metrics });
  const context = {
    source: createConsoleSource({ ...parts, feed, failureOf: () => undefined, hub }),
    files: hub.files,
    configurations: createConsoleConfigurations(hub.deployments),
    deployments: createConsoleDeployments({ ...parts, hub }),
    settings: hub.settings,
    rollouts: hub.rollouts,
    rollbacks: hub.rollbacks,
    images: createImagesDouble(parts.clock).images,
    siteDesk: aSiteDesk(parts).console,
    devicePage: createConsoleDevicePage({ ...parts, hub, deviceHost: () => '127.0.0.1:8883' }),
    manyDevices: createConsoleDevices({ ...parts, hub, deviceHost: () => '127.0.0.1:8883' }),
    history: createConsoleHistory(parts),
    live: hub.live,
    isLagging: () => false,
  };
  return createConsoleRouter().createCaller(context, signal && { signal });
}
