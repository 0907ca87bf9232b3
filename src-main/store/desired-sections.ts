// The desired sections of twins, as rows apart from what twins report: short ones, so that those of many devices share a page.
import type { DeviceId, ModuleId } from '#base/ids.ts';
import type { JsonObject } from '#base/json.ts';
import type { Twin, TwinSection } from '#domain/values/twin.ts';
import type { Connection } from './connection.ts';
import { createMetadataWriter } from './desired-metadata.ts';
import { createSharedReader, toColumn } from './json-column.ts';
import { desiredSql, type SectionColumns, type SharedDocuments } from './shared-documents.ts';
import type { DesiredTwin, TwinReaders } from './twin-types.ts';

interface DesiredRow {
  readonly twin_version: number;
  readonly desired: string;
  readonly desired_version: number;
}

type DesiredReaders = Pick<TwinReaders, 'desired' | 'versions' | 'desiredTwinsOf' | 'desiredOf'>;

export function readDesired(db: Connection): DesiredReaders {
  const desired = db.prepare<[string, string], DesiredRow>(
    `SELECT twin_version, ${desiredSql} AS desired, desired_version FROM desired_sections AS sections
     WHERE device_id = +? AND module_id = +?`,
  );
  const versions = db.prepare<[string, string], { readonly version: number; readonly desiredVersion: number }>(
    `SELECT twin_version AS version, desired_version AS desiredVersion FROM desired_sections
     WHERE device_id = +? AND module_id = +?`,
  );
  const ofModules = db.prepare<[string], DesiredRow & { readonly module_id: ModuleId }>(
    `SELECT module_id, twin_version, ${desiredSql} AS desired, desired_version FROM desired_sections AS sections
     WHERE device_id = +? AND module_id > ''`,
  );
  const readShared = createSharedReader();
  const toDesired = (row: DesiredRow): DesiredTwin['desired'] => {
    return { value: readShared(row.desired) as JsonObject, version: row.desired_version };
  };
  return {
    desired({ deviceId, moduleId }): DesiredTwin | undefined {
      const row = desired.get(deviceId, moduleId ?? '');
      return row && { deviceId, moduleId, version: row.twin_version, desired: toDesired(row) };
    },
    versions: ({ deviceId, moduleId }) => versions.get(deviceId, moduleId ?? ''),
    desiredTwinsOf: (deviceId) =>
      new Map(
        ofModules.all(deviceId).map((row) => {
          const { module_id: moduleId, twin_version: version } = row;
          return [moduleId, { deviceId, moduleId, version, desired: toDesired(row) }];
        }),
      ),
    desiredOf: (deviceId) =>
      new Map(ofModules.all(deviceId).map((row) => [row.module_id, readShared(row.desired) as JsonObject])),
  };
}

type Written = Pick<Twin, 'deviceId' | 'moduleId' | 'version'>;

interface DesiredWriters {
  insert(twin: Written, desired: TwinSection): void;
  /** Returns how many there were of it. */
  update(twin: Written, desired: TwinSection): number;
  /** The same of many devices, by one version of the twin. */
  updateAlike(deviceIds: readonly DeviceId[], moduleId: ModuleId | null, desired: TwinSection): number;
}

type SectionValues = readonly [...SectionColumns, metadata: string, desiredVersion: number];
type Values = readonly [version: number, ...SectionValues];

export function writeDesired(db: Connection, documents: SharedDocuments): DesiredWriters {
  const insert = db.prepare<[string, string, ...Values]>(
    `INSERT INTO desired_sections (device_id, module_id, twin_version, digest, desired, desired_metadata, desired_version)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  const update = db.prepare<[...Values, string, string]>(
    `UPDATE desired_sections SET twin_version = ?, digest = ?, desired = ?, desired_metadata = ?, desired_version = ?
     WHERE device_id = +? AND module_id = +?`,
  );
  const updateAlike = db.prepare<[...SectionValues, string, string]>(
    `UPDATE desired_sections SET twin_version = twin_version + 1, digest = ?, desired = ?, desired_metadata = ?,
       desired_version = ?
     WHERE device_id IN (SELECT value FROM json_each(?)) AND module_id = +?`,
  );
  const writeMetadata = createMetadataWriter();
  const sectionOf = (desired: TwinSection): SectionValues => [
    ...documents.columnsOf(desired.value),
    writeMetadata(desired),
    desired.version,
  ];
  const valuesOf = ({ version }: Written, desired: TwinSection): Values => [version, ...sectionOf(desired)];
  return {
    insert: (twin, desired) => void insert.run(twin.deviceId, twin.moduleId ?? '', ...valuesOf(twin, desired)),
    update: (twin, desired) => update.run(...valuesOf(twin, desired), twin.deviceId, twin.moduleId ?? '').changes,
    updateAlike: (deviceIds, moduleId, desired) =>
      updateAlike.run(...sectionOf(desired), toColumn(deviceIds), moduleId ?? '').changes,
  };
}
