// What the console shows, as plain JSON: rows of its lists, one device in full, and the numbered changes that keep both live.
// Ids and texts in here may come from devices: whoever draws them treats them as hostile.
import type { NotAppliedReason } from '#domain/layering/effective-configuration.ts';
import type { DeviceHealth } from '#domain/journal/device-health.ts';
import type { ApplyOutcome, DeviceState } from '#domain/journal/device-state.ts';
import type { ModuleStanding } from '#domain/updates/module-standing.ts';
import type { Cause, RolloutStatus } from '#domain/rollouts/rollout-state.ts';
import type { StandingCounts } from '#domain/rollouts/rollout-tally.ts';
import type { WaitedWave } from '#domain/rollouts/rollout-waiting.ts';
import type { Json, JsonObject } from '#base/json.ts';
import type { SiteReach } from './console-listening.ts';

/** No list answer holds more rows, so that a message stays small and the hub's loop free. */
export const largestPage = 200;
/** Of devices, which are read in turns and of which there are ten thousand: below half of what makes a follower lag. */
export const largestDevicePage = 500;

/** Devices of one call that makes or changes them. */
export const mostDevicesAtOnce = 50;

export interface DeviceRow {
  readonly deviceId: string;
  readonly state: DeviceState;
  readonly connected: boolean;
  /** Epoch ms of the newest sign of life; null when it never connected. */
  readonly lastSeenAtMs: number | null;
  /** Modules that are to run, without the system's own, and how many of them do. */
  readonly wantedModules: number;
  readonly runningModules: number;
  /** Deployment ids: merged into what it was sent, and matched but not merged. */
  readonly applied: readonly string[];
  readonly notApplied: readonly string[];
  /** How the applied configuration went, by IoT Hub's rule; null where none is applied. */
  readonly outcome: ApplyOutcome | null;
  /** It was carried out and every module is as wanted, as its last report says. */
  readonly isHealthy: boolean;
  /** The values of its tags by path, `place.floor`, as far as a list has room for them (`mostTags`, `longestTag`). */
  readonly tags: Readonly<Record<string, string | number | boolean>>;
}

/** Of one device in a list, in the order of its twin. */
export const mostTags = 32;
/** Longer texts are cut and end in `…`. */
export const longestTag = 64;

export interface DeploymentRow {
  readonly id: string;
  /** `device` and `module`: automatic configurations of their twins. */
  readonly type: 'base' | 'layer' | 'device' | 'module';
  readonly priority: number;
  readonly targetCondition: string;
  readonly createdAtMs: number;
  readonly targetedCount: number;
  readonly appliedCount: number;
  readonly reportedSuccessfulCount: number;
  readonly reportedFailedCount: number;
  /** Our own: of those it applies to, success with every module as wanted. Null for automatic configurations. */
  readonly healthyCount: number | null;
}

/** One deployment that wrote (part of) a module's entry: `paths` is empty where it wrote the entry whole. */
export interface ModuleOrigin {
  readonly deploymentId: string;
  readonly paths: readonly string[];
}

export interface ModuleDetail extends ModuleStanding {
  readonly origins: readonly ModuleOrigin[];
}

export interface DeviceDeployment {
  readonly id: string;
  readonly applied: boolean;
  /** Why it matches and yet does not apply; null where it applies, or no reason is kept. */
  readonly reason: NotAppliedReason | null;
}

/** What a device fetches right now, as its agent counts it. */
export interface DeviceDownload {
  readonly doneBytes: number;
  /** Null: not every layer's size is known yet. */
  readonly totalBytes: number | null;
  /** Those under way, by the engine's short names; none where its agent does not tell. */
  readonly layers: readonly DownloadLayer[];
}

export interface DownloadLayer {
  readonly id: string;
  /** One that it belongs to; null: its agent does not tell. */
  readonly image: string | null;
  /** Which modules wait for that image. */
  readonly modules: readonly string[];
  readonly doneBytes: number;
  readonly totalBytes: number | null;
}

/** What the agent does to get to what is wanted, step by step. */
export interface DeviceAttempt {
  /** `held`: ready, and somebody on the device does not let it switch. */
  readonly step: 'downloading' | 'installing' | 'verifying' | 'held';
  /** Since when it is told to be at it, by the hub's clock; null: not known. */
  readonly sinceMs: number | null;
}

export interface DeviceDetail {
  readonly row: DeviceRow;
  readonly isEdge: boolean;
  readonly enabled: boolean;
  readonly statusReason: string | null;
  readonly createdAtMs: number;
  readonly connectionChangedAtMs: number | null;
  readonly tags: Readonly<Record<string, Json>>;
  /** `$version` of what the hub wants, and the one the agent last worked on. */
  readonly desiredVersion: number;
  readonly reportedVersion: number | null;
  readonly lastDesiredStatus: { readonly code: number; readonly description: string } | null;
  readonly revision: { readonly number: number; readonly atMs: number } | null;
  readonly base: string | null;
  /** Why the device could not be given what its deployments make of it; null when it could. */
  readonly refusal: string | null;
  /** Whether what it was sent runs as wanted, and which modules do not and why; null where no deployment applies. */
  readonly health: DeviceHealth | null;
  /** Null: it is at nothing, or does not tell. */
  readonly attempt: DeviceAttempt | null;
  /** Null: it fetches nothing. */
  readonly download: DeviceDownload | null;
  readonly modules: readonly ModuleDetail[];
  readonly deployments: readonly DeviceDeployment[];
}

/** `number` is that of the last flush before the rows were read: an older row never replaces a newer one. */
export interface DevicePage {
  readonly number: number;
  readonly rows: readonly DeviceRow[];
  /** Where the next page goes on; null on the last. */
  readonly next: string | null;
  /** All there are, told with the first page. */
  readonly total?: number;
}

export interface DeploymentPage {
  readonly number: number;
  readonly rows: readonly DeploymentRow[];
  readonly next: string | null;
}

/** A rollout in a few words: where it is, and how its devices stand. */
export interface RolloutRow {
  readonly deploymentId: string;
  readonly createdAtMs: number;
  readonly status: RolloutStatus;
  readonly cause: Cause;
  /** Who made it. */
  readonly madeBy: Cause['by'];
  /** Its newest open wave; null: none is open yet. */
  readonly wave: { readonly name: string; readonly number: number } | null;
  readonly waves: number;
  /** Out of how many: `meant`, which holds no one that it was never for. */
  readonly counts: StandingCounts;
  /** Of those still to come or in change: switched off. */
  readonly asleep: number;
  /** The rollout of this deployment is what it takes back; null: it takes none back. */
  readonly takesBack: string | null;
  /** The wave that it waits for a person to open; null: it waits for nobody. */
  readonly waitsForPerson: WaitedWave | null;
}

export interface RolloutPage {
  readonly number: number;
  /** Newest first. */
  readonly rows: readonly RolloutRow[];
  readonly next: string | null;
}

export interface QueryAnswer {
  /** `twin`: whole twins, in IoT Hub's JSON. `raw`: what the query selected of them. */
  readonly kind: 'twin' | 'raw';
  readonly rows: readonly JsonObject[];
  /** Where the next page goes on; null on the last. */
  readonly continuation: string | null;
}

/** Where devices and tools reach this hub, for the screens that explain how. */
export interface SiteFacts {
  /** As devices and tools of the site are told them. */
  readonly https: string;
  readonly mqtts: string;
  readonly caFile: string;
  /** The machine's own name: what tells two laptops apart. */
  readonly machine: string;
  readonly reach: SiteReach;
}

/** All changes since the flush before, the latest state of each key. A jump in `number`: take a new snapshot. */
export interface ConsoleFlush {
  readonly type: 'flush';
  readonly number: number;
  readonly devices: readonly DeviceRow[];
  readonly removedDevices: readonly string[];
  readonly deployments: readonly DeploymentRow[];
  readonly removedDeployments: readonly string[];
  /** A rollout never goes: what was rolled out stays to be read when its deployment is deleted. */
  readonly rollouts: readonly RolloutRow[];
  /** Groups, who is in them, or the order of rings. */
  readonly areGroupsChanged: boolean;
  /** What is written to devices' twins, or was left there by configurations that no longer match. */
  readonly areWritesChanged: boolean;
  /** As in the hello; in every flush, so that none who missed one misses it. */
  readonly journalBrokenSeq: number | null;
}

/** First of every subscription: the flushes that follow start after `number`. */
interface ConsoleHello {
  readonly type: 'hello';
  readonly number: number;
  readonly site: SiteFacts;
  /** The journal row from which on it proves nothing, because it was changed by other means; null: none was found (yet). */
  readonly journalBrokenSeq: number | null;
}

export type ConsoleEvent = ConsoleHello | ConsoleFlush;
