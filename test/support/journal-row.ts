// A row of the journal, with what a test says of it and nothing else in it.
import type { DeploymentId, DeviceId, ModuleId } from '#base/ids.ts';
import type { JsonObject } from '#base/json.ts';
import type { Actor, JournalEntry, JournalKind } from '#domain/records/journal-event.ts';

interface RowParts {
  readonly seq?: number;
  readonly atMs?: number;
  readonly actor?: Actor;
  readonly deviceId?: string | null;
  readonly moduleId?: string | null;
  readonly deploymentId?: string | null;
  readonly detail?: JsonObject;
}

/** `kind` is any text: a newer hub writes kinds that this one does not know. */
export function aJournalRow(kind: string, parts: RowParts = {}): JournalEntry {
  const { seq = 1, atMs = 0, actor = 'hub', deviceId = 'pump', moduleId = null, deploymentId = null } = parts;
  return {
    seq,
    atMs,
    kind: kind as JournalKind,
    actor,
    deviceId: deviceId as DeviceId | null,
    moduleId: moduleId as ModuleId | null,
    deploymentId: deploymentId as DeploymentId | null,
    detail: parts.detail ?? {},
  };
}

/** As it comes from the disk: a key `__proto__` is one of its own. */
export function fromDisk(text: string): JsonObject {
  return JSON.parse(text) as JsonObject;
}
