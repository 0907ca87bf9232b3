// What the console's procedures stand on: the parts of the hub that answer them. A new area brings its interface here and its
// procedures in a file of its own.
import type { z } from 'zod';
import type { PreviewChange } from '#domain/layering/preview-change.ts';
import type { ConsoleConfigurations } from './console-configurations.ts';
import type { ConsoleDevicePage } from './console-device-page.ts';
import type { ConsoleDevices } from './console-devices.ts';
import type { ConsoleDeployments } from './console-deployments.ts';
import type { ConsoleFiles } from './console-files.ts';
import type { ConsoleHistory } from './console-history.ts';
import type { ConsoleImages } from './console-images.ts';
import type {
  comparisonRequest,
  effectiveRequest,
  Follower,
  matchesRequest,
  PageRequest,
  previewDevicesRequest,
  queryRequest,
  revisionsRequest,
} from './console-inputs.ts';
import type { ConsoleLive } from './console-live.ts';
import type { ConsolePreflights } from './console-preflights.ts';
import type { ConsoleRollbacks } from './console-rollbacks.ts';
import type { ConsoleRolloutSights } from './console-rollout-sights.ts';
import type { ConsoleRollouts } from './console-rollouts.ts';
import type {
  ConsoleEvent,
  DeploymentPage,
  DeviceDetail,
  DevicePage,
  QueryAnswer,
  RolloutPage,
} from './console-rows.ts';
import type { ConsoleSettings } from './console-settings.ts';
import type { ConsoleSite } from './console-site.ts';
import type { EffectiveView, RevisionComparison, RevisionPage } from './effective-view.ts';
import type { ConditionMatches, DeviceIdPage, PreviewAnswer } from './preview-view.ts';

export interface ConsoleSource {
  devices(page: PageRequest): Promise<DevicePage>;
  deployments(page: PageRequest): Promise<DeploymentPage>;
  rollouts(page: PageRequest): RolloutPage;
  /** Null: there is no such device. */
  device(deviceId: string): DeviceDetail | null;
  /** A page of a twin query, as scripts may ask them: the search of the app. */
  query(request: z.infer<typeof queryRequest>): Promise<QueryAnswer>;
  follow(follower: Follower): AsyncGenerator<ConsoleEvent, void, undefined>;
  /** What a device is given, now or at a revision, value by value. */
  effective(request: z.infer<typeof effectiveRequest>): EffectiveView;
  revisions(request: z.infer<typeof revisionsRequest>): RevisionPage;
  compareRevisions(request: z.infer<typeof comparisonRequest>): RevisionComparison;
  /** What the changes would do to the fleet; nothing is written. */
  preview(changes: readonly PreviewChange[], signal: AbortSignal | undefined): Promise<PreviewAnswer>;
  previewDevices(request: z.infer<typeof previewDevicesRequest>): DeviceIdPage;
  matchesOf(request: z.infer<typeof matchesRequest>, signal: AbortSignal | undefined): Promise<ConditionMatches>;
}

export interface ConsoleContext {
  readonly source: ConsoleSource;
  readonly files: ConsoleFiles;
  readonly configurations: ConsoleConfigurations;
  readonly deployments: ConsoleDeployments;
  readonly settings: ConsoleSettings;
  readonly rollouts: ConsoleRollouts & ConsolePreflights & ConsoleRolloutSights;
  readonly rollbacks: ConsoleRollbacks;
  readonly images: ConsoleImages;
  readonly siteDesk: ConsoleSite;
  readonly devicePage: ConsoleDevicePage;
  readonly manyDevices: ConsoleDevices;
  readonly history: ConsoleHistory;
  readonly live: ConsoleLive;
  readonly isLagging: () => boolean;
}
