// A row of the journal as its sentence needs it: about the device `pump-1` and the deployment `line`, unless told otherwise.
import type { JsonObject } from '#base/json.ts';
import type { JournalKind } from '#domain/records/journal-event.ts';
import type { ToldEntry } from '#renderer/words/journal-sentence.ts';

export function aToldRow(kind: JournalKind, detail: JsonObject = {}, ids: Partial<ToldEntry> = {}): ToldEntry {
  return { kind, deviceId: 'pump-1', moduleId: null, deploymentId: 'line', detail, ...ids };
}
