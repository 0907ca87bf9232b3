// What the console asks of a hub, over a store alone: as the hub itself puts it together.
import type { Clock } from '#base/clock.ts';
import type { ConsoleOperations } from '#hub/console-source.ts';
import { createDeploymentFiles } from '#hub/deployment-files.ts';
import { createDeploymentOperations } from '#hub/deployment-operations.ts';
import { createMetricsOperations } from '#hub/deployment-metrics.ts';
import { createEffectiveOperations } from '#hub/effective-view.ts';
import { createPreviewOperations } from '#hub/preview.ts';
import { createSettingsOperations } from '#hub/settings-operations.ts';
import { createQueryOperations } from '#hub/query-operations.ts';
import type { Store } from '#store/store-types.ts';

export function createConsoleOperations(parts: { readonly store: Store; readonly clock: Clock }): ConsoleOperations {
  const queries = createQueryOperations(parts);
  return {
    queries,
    effective: createEffectiveOperations(parts.store.read),
    previews: createPreviewOperations(parts),
    deployments: createDeploymentOperations(parts),
    files: createDeploymentFiles(parts),
    settings: createSettingsOperations(parts),
    metrics: createMetricsOperations({ ...parts, queries }),
  };
}
