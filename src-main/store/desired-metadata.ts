// The metadata of a desired section as its column keeps it. A section that was replaced whole bears the same stamp at every place,
// and of that the stamp alone is kept: metadata is otherwise three times as long as the values, and a fleet is written at once.
import { emptyObject, isJsonObject, type Json, type JsonObject } from '#base/json.ts';
import type { TwinSection } from '#domain/values/twin.ts';
import type { Connection } from './connection.ts';
import { fromColumn, toColumn } from './json-column.ts';

type Section = Pick<TwinSection, 'value' | 'metadata'>;

/** `$lastUpdated` and `$lastUpdatedVersion`. Metadata itself is an object, so that the two are never taken for each other. */
type Stamp = readonly [string, number];

/** JSON of the one stamp as an array, or of the whole metadata. */
export function metadataToColumn({ value, metadata }: Section): string {
  const whole = toColumn(metadata);
  const { $lastUpdated, $lastUpdatedVersion } = metadata;
  if (typeof $lastUpdated !== 'string' || typeof $lastUpdatedVersion !== 'number') return whole;
  const stamp = [$lastUpdated, $lastUpdatedVersion] as const;
  return toColumn(stampedWith(stamp, value)) === whole ? toColumn(stamp) : whole;
}

export function metadataFromColumn(column: string, value: JsonObject): JsonObject {
  const kept = fromColumn(column);
  return Array.isArray(kept) ? stampedWith(kept as unknown as Stamp, value) : (kept as JsonObject);
}

/** The same of a frozen section, which many rows may share, made once. */
export function createMetadataWriter(): (section: Section) => string {
  const columns = new WeakMap<object, string>();
  return (section) => {
    const { value, metadata } = section;
    if (!Object.isFrozen(value) || !Object.isFrozen(metadata)) return metadataToColumn(section);
    const column = columns.get(metadata) ?? metadataToColumn(section);
    columns.set(metadata, column);
    return column;
  };
}

/** For queries: the JSON of the whole metadata, from both columns of a row. */
export const wholeMetadataSql =
  'whole_metadata(coalesce(sections.desired, documents.desired), sections.desired_metadata)';

export function defineWholeMetadata(db: Connection): void {
  db.function('whole_metadata', { deterministic: true }, (desired: unknown, metadata: unknown) => {
    const column = String(metadata);
    if (!column.startsWith('[')) return column;
    return toColumn(metadataFromColumn(column, fromColumn(String(desired)) as JsonObject));
  });
}

/** As a replacement writes it (domain/twin-change.ts): the stamp, then every key of the values in their order. */
function stampedWith([lastUpdated, version]: Stamp, value: JsonObject): JsonObject {
  const stamp = { $lastUpdated: lastUpdated, $lastUpdatedVersion: version };
  const stamped = (under: JsonObject): JsonObject => {
    const metadata: { [key: string]: Json } = Object.assign(emptyObject(), stamp);
    for (const key of Object.keys(under)) {
      const child = under[key] as Json;
      metadata[key] = isJsonObject(child) ? stamped(child) : stamp;
    }
    return metadata;
  };
  return stamped(value);
}
