// Which desired sections a journal row changed: the row of a twin tells of its own, the row of a new revision of a device of all that
// came with it.
import type { DeploymentId, ModuleId } from '#base/ids.ts';
import { isJsonObject, type Json, type JsonObject } from '#base/json.ts';
import type { JournalEntry } from '#domain/records/journal-event.ts';

/** A type, for it stands in the detail of a journal row, which is JSON. */
export type DesiredChange = {
  /** Null: of the device's own twin. */
  readonly moduleId: ModuleId | null;
  /** A merge patch from the version before. */
  readonly patch: JsonObject;
  /** The desired `$version` it leads to. */
  readonly version: number;
  /** The automatic configurations that write to the twin, when there are any. */
  readonly configurations?: readonly DeploymentId[];
};

const none: readonly DesiredChange[] = [];

/**
 * The changes of desired sections in a row, those of one object for a fleet as that object.
 * `desired-changed` of `$edgeAgent` with `{ patch, version: 5 }` → one change of `$edgeAgent` to version 5.
 */
export function desiredChangesIn({ kind, moduleId, detail }: JournalEntry): readonly DesiredChange[] {
  if (kind === 'desired-changed') return isChange(detail) ? [{ ...detail, moduleId }] : none;
  // Revisions of an older hub stand beside the rows of their twins.
  if (kind !== 'configuration-changed' || !Array.isArray(detail['desired'])) return none;
  return (detail['desired'] as readonly Json[]).filter(isChange);
}

function isChange(detail: Json): detail is JsonObject & DesiredChange {
  return isJsonObject(detail) && isJsonObject(detail['patch']) && typeof detail['version'] === 'number';
}
