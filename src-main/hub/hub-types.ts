// What the hub can do, as one named object per noun. The service API, the console API and the device link all call these,
// so that a rule holds whichever door a request came through. Every method throws `AppError` (refused or unready).
import type { DeploymentId, DeviceId, Identity, ModuleId } from '#base/ids.ts';
import type { Json, JsonObject } from '#base/json.ts';
import type { ConsoleFiles } from '#contract/console-files.ts';
import type { ConsoleLive } from '#contract/console-live.ts';
import type { ConsolePreflights } from '#contract/console-preflights.ts';
import type { ConsoleRollbacks } from '#contract/console-rollbacks.ts';
import type { ConsoleRolloutSights } from '#contract/console-rollout-sights.ts';
import type { ConsoleRollouts } from '#contract/console-rollouts.ts';
import type { ConsoleSettings } from '#contract/console-settings.ts';
import type { DeploymentHead, GivenHead } from '#domain/deployments/deployment-head.ts';
import type {
  AutomaticConfiguration,
  Deployment,
  DeploymentStatus,
  ModulesContent,
  RemovalRule,
  TwinContent,
} from '#domain/records/deployment.ts';
import type { Actor } from '#domain/records/journal-event.ts';
import type { Authentication, Device, Module } from '#domain/records/registry.ts';
import type { Twin } from '#domain/values/twin.ts';
import type { DeviceClocks } from '#hub/console/device-clocks.ts';
import type { MetricsOperations } from '#hub/evaluation/deployment-metrics.ts';
import type { EffectiveOperations } from '#hub/preview/effective-view.ts';
import type { PreviewOperations } from '#hub/preview/preview.ts';
import type { LeftValues } from '#store/configuration-write-types.ts';
import type { CloudMessage, DeploymentCounts } from '#store/store-types.ts';

/** `*` or a version: what the caller believes it changes. Undefined: no check. */
export type IfMatch = number | '*' | undefined;

export interface NewDevice {
  readonly deviceId: DeviceId;
  readonly status?: 'enabled' | 'disabled';
  readonly statusReason?: string | null;
  readonly isEdge?: boolean;
  /** Missing, or `sas` with empty keys: keys are generated. */
  readonly authentication?: Authentication;
  /** What its twin is born with; no update looks at it. */
  readonly twin?: TwinChange;
}

export interface RegistryStatistics {
  readonly totalDevices: number;
  readonly enabledDevices: number;
  readonly disabledDevices: number;
}

export interface RegistryOperations {
  createDevice(device: NewDevice, actor: Actor): Device;
  getDevice(deviceId: DeviceId): Device;
  listDevices(limit: number): readonly Device[];
  statistics(): RegistryStatistics;
  /** Cloud-to-device messages the device has not taken yet. */
  countWaitingMessages(deviceId: DeviceId): number;
  updateDevice(device: NewDevice, ifMatch: IfMatch, actor: Actor): Device;
  deleteDevice(deviceId: DeviceId, ifMatch: IfMatch, actor: Actor): void;
  createModule(
    identity: Identity,
    managedBy: string | null,
    authentication: Authentication | undefined,
    actor: Actor,
  ): Module;
  getModule(deviceId: DeviceId, moduleId: ModuleId): Module;
  listModules(deviceId: DeviceId): readonly Module[];
  updateModule(
    identity: Identity,
    change: { readonly managedBy?: string | null; readonly authentication?: Authentication },
    ifMatch: IfMatch,
    actor: Actor,
  ): Module;
  deleteModule(deviceId: DeviceId, moduleId: ModuleId, ifMatch: IfMatch, actor: Actor): void;
}

export interface TwinChange {
  readonly tags?: JsonObject;
  readonly desired?: JsonObject;
}

interface ReportDelivery {
  /** The device's own name of the request (`$rid`). */
  readonly requestId: string;
  /** The version the same report led to before, or null; asked inside the transaction, perhaps more than once. */
  versionTaken(): number | null;
}

export interface TwinOperations {
  get(identity: Identity): Twin;
  /** Merge patch of tags and desired. */
  patch(identity: Identity, change: TwinChange, ifMatch: IfMatch, actor: Actor): Twin;
  /** A section that is given replaces the old one whole; one that is not given stays. */
  replace(identity: Identity, change: TwinChange, ifMatch: IfMatch, actor: Actor): Twin;
  /**
   * A device's own merge patch. Resolves once on disk, with the new reported `$version`. One that comes again because its
   * acknowledgement was lost is not taken again; its answer is that of the first time.
   */
  report(identity: Identity, patch: JsonObject, delivery?: ReportDelivery): Promise<{ readonly version: number }>;
}

/** As it came through a door: whatever of its head and content is wrong is refused by the operation it is given to. */
export interface GivenDeployment extends GivenHead {
  readonly id: string;
  readonly content: unknown;
  readonly onRemoval?: RemovalRule;
}

export interface NewEdgeDeployment extends DeploymentHead {
  readonly kind: 'edge';
  readonly content: ModulesContent;
}

export interface NewAutomaticConfiguration extends DeploymentHead {
  readonly kind: 'device' | 'module';
  readonly content: TwinContent;
  /** Missing: `leave` for a new one, no change for one that is there. */
  readonly onRemoval?: RemovalRule;
}

/** IoT Hub's ConfigurationContent for one device: the manifest of its modules, settings of its own twin, or both. */
export interface DirectContent {
  readonly modulesContent?: ModulesContent;
  readonly deviceContent?: TwinContent;
}

export type NewDeployment = NewEdgeDeployment | NewAutomaticConfiguration;

export interface DeploymentOperations {
  create(deployment: GivenDeployment, actor: Actor): Deployment;
  get(id: DeploymentId): Deployment;
  list(): readonly Deployment[];
  counts(id: DeploymentId): DeploymentCounts;
  /** Module id ('' for the device's own twin) → deployment id → how that deployment stands there (the twin's `configurations`). */
  statuses(deviceId: DeviceId): Readonly<Record<string, Readonly<Record<string, DeploymentStatus>>>>;
  /** Condition, priority, labels and metrics; other content is refused (`deployment.immutable`). */
  update(deployment: GivenDeployment, ifMatch: IfMatch, actor: Actor): Deployment;
  delete(id: DeploymentId, ifMatch: IfMatch, actor: Actor): void;
  /**
   * What becomes of an automatic configuration's values on twins that it no longer matches, or once it is deleted. Lanyard's
   * own, beside the IoT Hub object: no etag changes.
   */
  setOnRemoval(id: DeploymentId, onRemoval: RemovalRule, actor: Actor): AutomaticConfiguration;
  /** The configurations, deleted ones too, whose values were left on twins, and on how many. */
  leftValues(): readonly LeftValues[];
  /**
   * Takes away what a configuration left on twins, where it still stands as it was written; on how many devices. They are marked in
   * portions, the first at once; a hub that is ended in between goes on when it starts.
   */
  removeLeftValues(id: DeploymentId, actor: Actor): number;
  /** IoT Hub's applyConfigurationContent: writes to the twins of one device, past the deployments. */
  applyContent(deviceId: DeviceId, content: DirectContent, actor: Actor): void;
}

export interface QueryPage {
  /** `twin`: whole twins, as IoT Hub writes them. `raw`: what the query selected of them. */
  readonly kind: 'twin' | 'raw';
  readonly rows: readonly JsonObject[];
  /** Where the next page begins; null behind the last. */
  readonly continuation: string | null;
}

/** Both look at twins for a few milliseconds at a time and let others run in between. Both refuse with `query.invalid`,
 * and with `query.too-many-groups` what is no count any more. */
export interface QueryOperations {
  /**
   * One page of a twin query (domain/twin-query.ts). A continuation is good for the query it came from alone
   * (`request.invalid`), and for ever: twins that come or go meanwhile are met or missed, none is given twice.
   */
  run(query: string, page: { readonly limit: number; readonly continuation: string | null }): Promise<QueryPage>;
  /** How many rows a query has, over all pages. */
  count(query: string): Promise<number>;
}

export interface MethodCall {
  readonly name: string;
  readonly payload: Json;
  /** How long to wait for the answer, and for the device to connect at all. */
  readonly responseTimeoutMs: number;
  readonly connectTimeoutMs: number;
}

export interface MethodOperations {
  /** Resolves with the device's answer; `unready` (`device.offline`, `method.timeout`) when none came. */
  invoke(
    identity: Identity,
    call: MethodCall,
    actor: Actor,
  ): Promise<{ readonly status: number; readonly payload: Json }>;
}

/** A message that waits, by ages that setting the clock leaves alone. */
export interface WaitingMessage extends Pick<CloudMessage, 'messageId' | 'body' | 'deliveryCount'> {
  readonly ageMs: number;
  /** Null: never. */
  readonly expiresInMs: number | null;
}

export interface CloudMessageOperations {
  /** Queued on disk until the device takes it. At most 50 wait per device, as in IoT Hub. */
  send(
    deviceId: DeviceId,
    message: {
      readonly body: Uint8Array;
      readonly properties: Readonly<Record<string, string>>;
      readonly expiresAtMs: number | null;
    },
    actor: Actor,
  ): CloudMessage;
  /** Those that the device has not taken yet, oldest first. */
  waiting(deviceId: DeviceId): readonly WaitingMessage[];
  /** Takes them back, how many: those under way the device may still get. */
  purge(deviceId: DeviceId, actor: Actor): number;
}

export interface HubOperations {
  readonly registry: RegistryOperations;
  readonly twins: TwinOperations;
  readonly deployments: DeploymentOperations;
  readonly queries: QueryOperations;
  readonly methods: MethodOperations;
  readonly clocks: Pick<DeviceClocks, 'all' | 'ask' | 'of'>;
  readonly cloudMessages: CloudMessageOperations;
  readonly live: ConsoleLive;
  readonly effective: EffectiveOperations;
  readonly previews: PreviewOperations;
  readonly metrics: MetricsOperations;
  readonly files: ConsoleFiles;
  readonly settings: ConsoleSettings;
  readonly rollouts: ConsoleRollouts & ConsolePreflights & ConsoleRolloutSights;
  readonly rollbacks: ConsoleRollbacks;
}
