// Twins of devices (module_id '') and modules, as rows: one column per JSON document, so that a report rewrites only its own.
import type { DeviceId, Identity, ModuleId } from '#base/ids.ts';
import { broken } from '#base/errors.ts';
import { identityKey } from '#base/ids.ts';
import type { JsonObject } from '#base/json.ts';
import type { ModuleSubject } from '#domain/conditions/condition-module.ts';
import type { ConditionSubject, Twin, TwinSection } from '#domain/values/twin.ts';
import type { Connection } from './connection.ts';
import { createMetadataWriter, metadataFromColumn, metadataToColumn } from './desired-metadata.ts';
import { createSharedReader, createSharedWriter, fromColumn, toColumn } from './json-column.ts';
import type { DesiredTwin, TwinReaders, TwinWriters } from './twin-types.ts';

interface ReportedRow {
  readonly reported: string;
  readonly reported_metadata: string;
  readonly reported_version: number;
}

interface TwinRow extends ReportedRow {
  readonly device_id: string;
  readonly module_id: string;
  readonly twin_version: number;
  readonly tags: string;
  readonly desired: string;
  readonly desired_metadata: string;
  readonly desired_version: number;
}

const twinColumns = `twins.device_id, twins.module_id, twins.version AS twin_version, tags,
  desired, desired_metadata, desired_version, reported, reported_metadata, reported_version`;

/** Metadata is read when it is asked for: it is longer than the values, and few who read a twin look at it. */
function toTwin(row: TwinRow): Twin {
  const desired = fromColumn(row.desired) as JsonObject;
  return {
    deviceId: row.device_id as DeviceId,
    moduleId: row.module_id === '' ? null : (row.module_id as ModuleId),
    version: row.twin_version,
    tags: fromColumn(row.tags) as JsonObject,
    desired: {
      value: desired,
      get metadata() {
        return metadataFromColumn(row.desired_metadata, desired);
      },
      version: row.desired_version,
    },
    reported: {
      value: fromColumn(row.reported) as JsonObject,
      get metadata() {
        return fromColumn(row.reported_metadata) as JsonObject;
      },
      version: row.reported_version,
    },
  };
}

interface DesiredRow {
  readonly version: number;
  readonly desired: string;
  readonly desired_version: number;
}

function toReported(row: ReportedRow): TwinSection {
  return {
    value: fromColumn(row.reported) as JsonObject,
    metadata: fromColumn(row.reported_metadata) as JsonObject,
    version: row.reported_version,
  };
}

interface SubjectRow {
  readonly device_id: string;
  readonly tags: string;
  readonly reported: string;
}

const selectSubject = 'SELECT device_id, tags, reported FROM twins';

function toSubject(row: SubjectRow): ConditionSubject {
  return {
    deviceId: row.device_id as DeviceId,
    tags: fromColumn(row.tags) as JsonObject,
    reported: fromColumn(row.reported) as JsonObject,
  };
}

function toModuleSubject(row: SubjectRow & { readonly module_id: string }): ModuleSubject {
  return { ...toSubject(row), moduleId: row.module_id as ModuleId };
}

function toParameters(twin: Twin): Record<string, unknown> {
  return {
    deviceId: twin.deviceId,
    moduleId: twin.moduleId ?? '',
    version: twin.version,
    tags: toColumn(twin.tags),
    desired: toColumn(twin.desired.value),
    desiredMetadata: metadataToColumn(twin.desired),
    desiredVersion: twin.desired.version,
    reported: toColumn(twin.reported.value),
    reportedMetadata: toColumn(twin.reported.metadata),
    reportedVersion: twin.reported.version,
  };
}

export function readTwins(db: Connection): TwinReaders {
  const get = db.prepare<[string, string], TwinRow>(
    `SELECT ${twinColumns} FROM twins WHERE device_id = ? AND module_id = ?`,
  );
  const reported = db.prepare<[string, string], ReportedRow>(
    'SELECT reported, reported_metadata, reported_version FROM twins WHERE device_id = ? AND module_id = ?',
  );
  const subject = db.prepare<[string], SubjectRow>(`${selectSubject} WHERE device_id = ? AND module_id = ''`);
  const subjects = db.prepare<[string, number], SubjectRow>(
    `${selectSubject} WHERE module_id = '' AND device_id > ? ORDER BY device_id LIMIT ? | 0`,
  );
  const moduleSubjects = db.prepare<[string], SubjectRow & { readonly module_id: string }>(
    "SELECT device_id, module_id, tags, reported FROM twins WHERE device_id = ? AND module_id > '' AND module_id NOT LIKE '$%'",
  );
  const desired = db.prepare<[string, string], DesiredRow>(
    'SELECT version, desired, desired_version FROM twins WHERE device_id = ? AND module_id = ?',
  );
  const versions = db.prepare<[string, string], { readonly version: number; readonly desiredVersion: number }>(
    'SELECT version, desired_version AS desiredVersion FROM twins WHERE device_id = +? AND module_id = +?',
  );
  const desiredOf = db.prepare<[string], DesiredRow & { readonly module_id: ModuleId }>(
    "SELECT module_id, version, desired, desired_version FROM twins WHERE device_id = ? AND module_id > ''",
  );
  const readShared = createSharedReader();
  const toDesired = (row: DesiredRow): DesiredTwin['desired'] => {
    return { value: readShared(row.desired) as JsonObject, version: row.desired_version };
  };
  return {
    get({ deviceId, moduleId }) {
      const row = get.get(deviceId, moduleId ?? '');
      return row === undefined ? undefined : toTwin(row);
    },
    reported({ deviceId, moduleId }) {
      const row = reported.get(deviceId, moduleId ?? '');
      return row === undefined ? undefined : toReported(row);
    },
    desired({ deviceId, moduleId }): DesiredTwin | undefined {
      const row = desired.get(deviceId, moduleId ?? '');
      return row && { deviceId, moduleId, version: row.version, desired: toDesired(row) };
    },
    versions: ({ deviceId, moduleId }) => versions.get(deviceId, moduleId ?? ''),
    subject(deviceId) {
      const row = subject.get(deviceId);
      return row === undefined ? undefined : toSubject(row);
    },
    subjects: (page) => subjects.all(page.after ?? '', page.limit).map(toSubject),
    moduleSubjects: (deviceId) => moduleSubjects.all(deviceId).map(toModuleSubject),
    desiredTwinsOf: (deviceId) =>
      new Map(
        desiredOf.all(deviceId).map((row) => {
          const { module_id: moduleId, version } = row;
          return [moduleId, { deviceId, moduleId, version, desired: toDesired(row) }];
        }),
      ),
    desiredOf: (deviceId) =>
      new Map(desiredOf.all(deviceId).map((row) => [row.module_id, readShared(row.desired) as JsonObject])),
  };
}

export function writeTwins(db: Connection): TwinWriters {
  const insert = db.prepare(`
    INSERT INTO twins (device_id, module_id, version, tags, desired, desired_metadata, desired_version,
      reported, reported_metadata, reported_version)
    VALUES ($deviceId, $moduleId, $version, $tags, $desired, $desiredMetadata, $desiredVersion,
      $reported, $reportedMetadata, $reportedVersion)`);
  const update = db.prepare(`
    UPDATE twins SET version = $version, tags = $tags, desired = $desired, desired_metadata = $desiredMetadata,
      desired_version = $desiredVersion, reported = $reported, reported_metadata = $reportedMetadata,
      reported_version = $reportedVersion
    WHERE device_id = $deviceId AND module_id = $moduleId`);
  const updateDesired = db.prepare<[number, string, string, number, string, string]>(
    `UPDATE twins SET version = ?, desired = ?, desired_metadata = ?, desired_version = ?
     WHERE device_id = ? AND module_id = ?`,
  );
  // Positional: binding by name costs a property look-up per parameter on the hottest statement of the hub.
  const updateReported = db.prepare<[string, string, number, string, string]>(
    'UPDATE twins SET reported = ?, reported_metadata = ?, reported_version = ? WHERE device_id = ? AND module_id = ?',
  );
  const writeShared = createSharedWriter();
  const writeMetadata = createMetadataWriter();
  return {
    insert: (twin) => void insert.run(toParameters(twin)),
    update: (twin) => assertFound(update.run(toParameters(twin)).changes, twin),
    updateDesired({ deviceId, moduleId, version }, desired) {
      const texts = [writeShared(desired.value), writeMetadata(desired)] as const;
      const { changes } = updateDesired.run(version, ...texts, desired.version, deviceId, moduleId ?? '');
      assertFound(changes, { deviceId, moduleId });
    },
    updateReported(identity, { value, metadata, version }) {
      const { deviceId, moduleId } = identity;
      const { changes } = updateReported.run(toColumn(value), toColumn(metadata), version, deviceId, moduleId ?? '');
      assertFound(changes, identity);
    },
  };
}

function assertFound(changes: number, identity: Identity): void {
  if (changes === 0) throw broken(`There is no twin of '${identityKey(identity)}' to write to.`);
}
