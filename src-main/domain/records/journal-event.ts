// What can happen, in the past tense: the kinds of journal row and what each carries.
// The journal is the event feed, the audit trail and the outbox; a kind is never renamed once released.
import type { DeploymentId, DeviceId, ModuleId } from '#base/ids.ts';
import type { JsonObject } from '#base/json.ts';

export type JournalKind =
  | 'hub-started'
  | 'hub-stopped'
  /** The first row that does not fit the chain: from there the file was changed by other means. detail: { seq } */
  | 'journal-broken'
  /** The database's log was damaged before this start. detail: { page, changes }: changes that were on disk and are lost, or null. */
  | 'changes-lost'
  | 'device-created'
  | 'device-updated'
  | 'device-deleted'
  | 'module-created'
  | 'module-updated'
  | 'module-deleted'
  /** detail: { patch, version } */
  | 'tags-changed'
  /**
   * By itself: what comes with a new revision stands in `configuration-changed` (desired-change.ts reads both).
   * detail: { patch, version }: version is the desired `$version`, patch a merge patch from the version before; and
   * { configurations }: the ids of the automatic configurations that write to the twin, when there are any.
   */
  | 'desired-changed'
  /** detail: { patch, version, requestId }: by the device's own name of the request a redelivery is told. */
  | 'reported-changed'
  | 'deployment-created'
  | 'deployment-updated'
  | 'deployment-deleted'
  /** A person set limits of deployments. detail: { limits: name → number, or null for what is usual } */
  | 'deployment-limits-changed'
  /**
   * A new revision of a device. detail: { revision, base, applied, notApplied }, { desired }: the sections that came with it, each
   * { moduleId, patch, version } as in `desired-changed`, and { takesOver: true } when a manifest set by hand gave way to it.
   */
  | 'configuration-changed'
  /** What an automatic configuration left on a device's twins is to be taken away. */
  | 'configuration-cleared'
  /** A manifest, or settings of the device itself, set on one device past the deployments. detail: { modules } */
  | 'manifest-set'
  /** What the deployments make of a device cannot be given to it, and it keeps what it has. detail: { code, reason } */
  | 'configuration-refused'
  | 'device-connected'
  /** detail: { reason } */
  | 'device-disconnected'
  /** A connection turned away or closed. detail: { address, reason, count } */
  | 'connection-refused'
  /** Two clients fight over one identity. detail: { addresses, takeovers } */
  | 'identity-contested'
  /** A person asked for a new service key when the hub was started. */
  | 'service-key-rotated'
  /** A person chose where the hub listens from its next start. detail: { host, httpsPort, mqttPort } */
  | 'listening-chosen'
  /** A person had the service connection string shown, with its key. */
  | 'service-key-shown'
  /** A person had the database copied. detail: { fileName, bytes } */
  | 'backup-made'
  /** The machine's clock was set, while the hub ran or since it ran last. detail: { byMs }: how far, and below 0 it went back. */
  | 'clock-jumped'
  /** detail: { name, status } */
  | 'method-called'
  | 'cloud-message-queued'
  | 'cloud-message-taken'
  /** It never arrived. detail: { messageId, reason }: it expired, was sent too often, or was taken back (`purged`). */
  | 'cloud-message-expired'
  /** An import ended before its last item; what is in is in. detail: { fileName, items, done } */
  | 'file-import-interrupted'
  /** Routes of `$edgeHub` that cannot be read. detail: { routes: name → what is wrong, count } */
  | 'routes-skipped'
  /** Messages between modules that never arrived. detail: reason → count */
  | 'module-messages-dropped'
  /**
   * A deployment goes to its devices by a policy. detail: { number, policy, cause }, with { takesBackNumber } of a rollback, and
   * { status: 'finished', ledByNumber } of one that only says whom its deployment reaches.
   */
  | 'rollout-created'
  /**
   * What happened to a rollout: folding the events of all these rows from the first gives its state (domain/rollout.ts).
   * detail: { number, events, now, evaluate }: both clocks, and the devices that it reaches now or no longer; and { wayBack }: the
   * devices of `events` whose attempt that ended was one to take it back, when there are any.
   */
  | 'rollout-advanced'
  /** A device was sent an attempt. detail: { number, attempt, version }; version null: there was nothing to send. */
  | 'rollout-sent'
  /** A person let devices that hold their switch go on. detail: { number, isForced, evaluate }: these devices. */
  | 'rollout-switch-released'
  /** What a device kept of an attempt is here now. detail: { number, attempt, totalBytes, isWhole } */
  | 'attempt-log-kept'
  /** The file of a blob was seen to hold other bytes, or to be gone: it is given out no more. detail: { digest } */
  | 'image-damaged'
  /** A blob that was damaged came again. detail: { digest } */
  | 'image-healed'
  /** A tag, or (tag null) a manifest with its tags. detail: { repository, tag, digest } */
  | 'image-removed'
  /** A person brought images: from a file or from registries. detail: { kind, from, images }: how many */
  | 'images-brought'
  /** A manifest is here, or a tag names another one. detail: { repository, tag, digest } */
  | 'image-stored'
  /** What nothing names any more was deleted. detail: { manifests, blobs, freedBytes } */
  | 'images-collected'
  /** A person set how much images may take; null: as much as the disk has. detail: { bytes } */
  | 'image-quota-changed'
  /** A person set what pulls share, or whether neighbours help. detail: what was set */
  | 'image-shares-changed'
  /** detail: { groupId }, with { isDeleted: true } when it was deleted; or { rings }: the whole order of the rings. */
  | 'group-changed';

/** Who did it: a person at the console, a script with a service key, the hub itself, or a device. */
export type Actor = 'console' | 'service' | 'hub' | 'device';

export interface NewJournalEntry {
  readonly kind: JournalKind;
  readonly actor: Actor;
  readonly deviceId?: DeviceId | undefined;
  readonly moduleId?: ModuleId | null | undefined;
  readonly deploymentId?: DeploymentId | undefined;
  readonly detail?: JsonObject | undefined;
}

export interface JournalEntry {
  /** Numbered from 1 without gaps. */
  readonly seq: number;
  readonly atMs: number;
  readonly kind: JournalKind;
  readonly actor: Actor;
  readonly deviceId: DeviceId | null;
  readonly moduleId: ModuleId | null;
  readonly deploymentId: DeploymentId | null;
  readonly detail: JsonObject;
}
