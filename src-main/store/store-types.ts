// What the store offers: readers for anybody, and writers only inside `change`: no row outside a transaction or without its entry.
import type { DeploymentId, DeviceId, Identity, ModuleId } from '#base/ids.ts';
import type { Json, JsonObject } from '#base/json.ts';
import type { AutomaticRecord } from '#domain/layering/automatic-record.ts';
import type { Deployment, DeploymentStatus } from '#domain/records/deployment.ts';
import type { EffectiveConfiguration } from '#domain/layering/effective-configuration.ts';
import type { JournalEntry, NewJournalEntry } from '#domain/records/journal-event.ts';
import type { ConnectionState, Device, Module } from '#domain/records/registry.ts';
import type { TwinSection } from '#domain/values/twin.ts';
import type { StoreCopies } from './backup-copy.ts';
import type { ConfigurationWriteReaders, ConfigurationWriteWriters } from './configuration-write-types.ts';
import type { DeviceLikenessReaders } from './device-likenesses.ts';
import type { DeviceSightReaders } from './device-sights.ts';
import type { GroupReaders, GroupWriters } from './group-types.ts';
import type { AttemptLogReaders, AttemptLogWriters } from './attempt-log-types.ts';
import type { ImageReaders, ImageWriters } from './image-types.ts';
import type { JournalSearchReaders } from './journal-search.ts';
import type { JournalReaders } from './journal-types.ts';
import type { ModuleMessageReaders, ModuleMessageWriters } from './module-message-types.ts';
import type { QueryReaders } from './query-types.ts';
import type { RolloutReaders, RolloutWriters } from './rollout-types.ts';
import type { TwinReaders, TwinWriters } from './twin-types.ts';
import type { UnfinishedWorkReaders, UnfinishedWorkWriters } from './unfinished-work-types.ts';

/** Where a listing goes on: the last key of the page before. */
interface Page<Key> {
  readonly after?: Key | undefined;
  readonly limit: number;
}

/** A device's tag of one value. */
export interface TagValue {
  readonly path: readonly string[];
  readonly value: string | number | boolean;
}

/** One effective configuration a device was given, and what automatic ones made of its twins. Numbered per device from 1. */
export interface Revision {
  readonly deviceId: DeviceId;
  readonly revision: number;
  readonly atMs: number;
  readonly effective: EffectiveConfiguration;
  /** Null: an older version of the hub wrote it, and kept nothing of this. */
  readonly automatic: AutomaticRecord | null;
}

/** Per twin of one device: deployment id → status. Keys are module ids; '' is the device's own twin. */
type TwinStatuses = Readonly<Record<string, Readonly<Record<string, DeploymentStatus>>>>;

/** IoT Hub's four system metrics of a deployment; of an automatic configuration the first two, and zero for the others. */
export interface DeploymentCounts {
  readonly targetedCount: number;
  readonly appliedCount: number;
  readonly reportedSuccessfulCount: number;
  readonly reportedFailedCount: number;
}

/** What the metrics of deployments read of one edge device: its `$edgeAgent` as it was sent and as it reports. */
export interface AgentStanding {
  readonly desired: JsonObject;
  readonly desiredVersion: number;
  readonly reported: JsonObject;
  /** Deployment id → how it stands on `$edgeAgent`. */
  readonly statuses: Readonly<Record<string, DeploymentStatus>>;
}

/** The store as it was at one moment, whatever is written meanwhile. */
export interface StoreSnapshot {
  readonly read: StoreReaders;
  /** Number of the newest journal row in it. */
  readonly asOf: number;
  /** To be called soon: while it is open the log cannot be folded back into the database. */
  close(): void;
}

/** A cloud-to-device message that waits until the device takes it. */
export interface CloudMessage {
  readonly id: number;
  readonly deviceId: DeviceId;
  readonly messageId: string;
  readonly body: Uint8Array;
  /** System properties by their wire names (`$.mid`, `$.to` …) and application properties. */
  readonly properties: Readonly<Record<string, string>>;
  /** Both by the time of messages, which the wall clock does not set (hub/message-time.ts). */
  readonly enqueuedAtMs: number;
  readonly expiresAtMs: number | null;
  readonly deliveryCount: number;
}

/** A telemetry message as it arrived. */
export interface TelemetryMessage {
  readonly deviceId: DeviceId;
  readonly moduleId: ModuleId | null;
  readonly receivedAtMs: number;
  readonly properties: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** One topic filter of a persistent MQTT session. */
export interface SessionSubscription {
  readonly filter: string;
  /** 0 or 1. */
  readonly qos: number;
}

export interface StoreReaders {
  readonly devices: {
    get(deviceId: DeviceId): Device | undefined;
    /** By device id, ascending. */
    list(page: Page<DeviceId>): readonly Device[];
    /** The same, ids alone. */
    ids(page: Page<DeviceId>): readonly DeviceId[];
    count(): number;
  };
  readonly modules: {
    get(deviceId: DeviceId, moduleId: ModuleId): Module | undefined;
    ofDevice(deviceId: DeviceId): readonly Module[];
    idsOf(deviceId: DeviceId): readonly ModuleId[];
  };
  readonly twins: TwinReaders;
  readonly tagValues: {
    /** False where the table cannot tell values apart as conditions do: then any device may have it. */
    canFind(tag: TagValue): boolean;
    /** Every device that has the value at the path, and at times others; by device id, ascending. */
    candidates(tag: TagValue, page: Page<DeviceId>): readonly DeviceId[];
    /** How many they are, counted no further than `limit`. */
    countCandidates(tag: TagValue, limit: number): number;
  };
  readonly deployments: {
    get(id: DeploymentId): Deployment | undefined;
    /** All, newest last. */
    list(): readonly Deployment[];
    /** The same, ids alone: contents take long to read. */
    ids(): readonly DeploymentId[];
    count(): number;
    counts(id: DeploymentId): DeploymentCounts;
    /** Of one device. */
    statuses(deviceId: DeviceId): TwinStatuses;
  };
  readonly configurationWrites: ConfigurationWriteReaders;
  readonly revisions: {
    latest(deviceId: DeviceId): Revision | undefined;
    get(deviceId: DeviceId, revision: number): Revision | undefined;
    /** Newest first, with numbers below `before`. */
    list(
      deviceId: DeviceId,
      page: { readonly before?: number | undefined; readonly limit: number },
    ): readonly Revision[];
    /** The newest at or before `revision` to which a base applied: what an unmanaged device still runs. */
    lastManaged(deviceId: DeviceId, revision: number): number | undefined;
  };
  readonly deviceLikenesses: DeviceLikenessReaders;
  readonly deviceSights: DeviceSightReaders;
  readonly agentStandings: {
    /** Undefined: no such device, or no edge device. */
    get(deviceId: DeviceId): AgentStanding | undefined;
  };
  readonly cloudMessages: {
    /** Waiting messages of a device, oldest first. */
    waiting(deviceId: DeviceId, limit: number): readonly CloudMessage[];
    countWaiting(deviceId: DeviceId): number;
    /** When the newest of those that wait, for whichever device, was queued. */
    newestAtMs(): number | undefined;
    /** Messages whose expiry is at or before `nowMs`. */
    expired(nowMs: number, limit: number): readonly CloudMessage[];
  };
  readonly moduleMessages: ModuleMessageReaders;
  readonly telemetry: {
    /** Newest first. */
    latest(identity: Identity, limit: number): readonly TelemetryMessage[];
    count(): number;
  };
  readonly sessionSubscriptions: {
    of(identity: Identity): readonly SessionSubscription[];
  };
  readonly journal: JournalReaders;
  readonly journalSearch: JournalSearchReaders;
  readonly queries: QueryReaders;
  readonly unfinishedWork: UnfinishedWorkReaders;
  readonly groups: GroupReaders;
  readonly rollouts: RolloutReaders;
  readonly attemptLogs: AttemptLogReaders;
  readonly images: ImageReaders;
  readonly settings: {
    /** Small values of the hub itself (hub id, service key, …). */
    get(name: string): Json | undefined;
  };
}

export interface StoreWriters {
  readonly devices: {
    insert(device: Device): void;
    /** All but its presence and `createdAtMs`. */
    update(device: Device): void;
    /** Its modules, twins, statuses, revisions, waiting messages and telemetry go with it; the journal stays. */
    delete(deviceId: DeviceId): void;
    /** The only writer of presence: activity is `atMs`, and so is the moment of change if the state differs. */
    setPresence(identity: Identity, state: ConnectionState, atMs: number): void;
  };
  readonly modules: {
    insert(module: Module): void;
    /** All but its presence and `createdAtMs`. */
    update(module: Module): void;
    delete(deviceId: DeviceId, moduleId: ModuleId): void;
  };
  readonly twins: TwinWriters;
  readonly deployments: {
    /** Returns it with the `createdAtMs` it really got (unique, never below the newest so far). */
    insert(deployment: Deployment): Deployment;
    update(deployment: Deployment): void;
    /** How it stood on devices is seen no more, and goes in portions (`unfinishedWork.dropGoneStatuses`). */
    delete(id: DeploymentId): void;
    /**
     * Replaces all of one device: module id ('' for its own twin) → deployment id → status; none of what is gone meanwhile.
     * Only rows that differ are written; `before`: what `statuses` reads now, for who has read it.
     */
    replaceStatuses(deviceId: DeviceId, statuses: TwinStatuses, before?: TwinStatuses): void;
    /** The same of many devices, each of which `statuses` reads `before` of now. */
    replaceStatusesAlike(deviceIds: readonly DeviceId[], statuses: TwinStatuses, before: TwinStatuses): void;
  };
  readonly configurationWrites: ConfigurationWriteWriters;
  readonly unfinishedWork: UnfinishedWorkWriters;
  readonly revisions: {
    /** `latest`: the number of the device's newest, 0 for none, for who has read it. */
    append(
      deviceId: DeviceId,
      atMs: number,
      effective: EffectiveConfiguration,
      automatic?: AutomaticRecord,
      latest?: number,
    ): Revision;
    /** The same one of many devices, whose newest has the number `latest` now. Returns the new number. */
    appendAlike(
      deviceIds: readonly DeviceId[],
      revision: Pick<Revision, 'atMs' | 'effective'> & { readonly automatic: AutomaticRecord; readonly latest: number },
    ): number;
  };
  readonly cloudMessages: {
    enqueue(message: Omit<CloudMessage, 'id' | 'deliveryCount'>): CloudMessage;
    markDelivered(id: number): void;
    /** Whether it was still there. */
    delete(id: number): boolean;
  };
  readonly moduleMessages: ModuleMessageWriters;
  readonly telemetry: {
    append(message: TelemetryMessage): void;
    /** Keeps the newest rows, as many as hold so many bytes (the last one may go over), and no more than `rows`. */
    trim(keep: { readonly rows: number; readonly bytes: number }): void;
  };
  readonly sessionSubscriptions: {
    set(identity: Identity, subscription: SessionSubscription): void;
    delete(identity: Identity, filter: string): void;
    clear(identity: Identity): void;
  };
  readonly journal: {
    append(entry: NewJournalEntry): JournalEntry;
    /** A row for each of many devices, in their order. */
    appendAlike(deviceIds: readonly DeviceId[], entry: Omit<NewJournalEntry, 'deviceId'>): void;
  };
  readonly groups: GroupWriters;
  readonly rollouts: RolloutWriters;
  readonly attemptLogs: AttemptLogWriters;
  readonly images: ImageWriters;
  readonly settings: {
    set(name: string, value: Json): void;
  };
}

/** What a report reads and writes, and nothing more: so the reports of one commit can share one write of each twin. */
export interface ReportWriters {
  /** As the reports before it left it, those of the same commit included; `store.read` may not show those yet. */
  reported(identity: Identity): TwinSection | undefined;
  updateReported(identity: Identity, reported: TwinSection): void;
  readonly journal: StoreWriters['journal'];
}

export interface Store extends StoreCopies {
  readonly read: StoreReaders;
  /** One transaction, on disk when it returns. What `work` throws rolls all of it back and is thrown on. */
  change<T>(work: (write: StoreWriters) => T): T;
  /**
   * Group commit for the hot paths: shares a transaction and its fsync with the other changes of the moment, but fails alone.
   * `work` reads and writes the store and does nothing else: when a neighbour fails it is undone and run again.
   * Resolves once on disk; rejects with what `work` threw, or `unready` (`store.full`) when the disk refuses.
   */
  changeSoon<T>(work: (write: StoreWriters) => T): Promise<T>;
  /** As `changeSoon`, for the hottest path: what devices report. */
  reportSoon<T>(work: (write: ReportWriters) => T): Promise<T>;
  /** A view of what is committed now that changes no more; reading it touches nothing. */
  snapshot(): StoreSnapshot;
  /** Called after each commit with the entries it wrote, in order. Returns how to stop. */
  onCommitted(listener: (entries: readonly JournalEntry[]) => void): () => void;
  /**
   * SQLite's own check of every page (`quick_check`), in a worker thread: 'ok', or what is wrong, one line each. To be
   * called once at every start after the hub serves; it reads the whole file. Rejects when the store is closed meanwhile.
   */
  checkIntegrity(): Promise<'ok' | readonly string[]>;
  /** Commits what waits, then closes. */
  close(): void;
}
