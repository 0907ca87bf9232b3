// Twins of devices (module_id '') and modules: one row for what a device says and its tags, one for what it is told, so that a report
// and a new revision write only their own.
import type { DeviceId, Identity, ModuleId } from '#base/ids.ts';
import { broken } from '#base/errors.ts';
import { identityKey } from '#base/ids.ts';
import type { JsonObject } from '#base/json.ts';
import type { ModuleSubject } from '#domain/conditions/condition-module.ts';
import type { ConditionSubject, Twin, TwinSection } from '#domain/values/twin.ts';
import type { Connection } from './connection.ts';
import { metadataFromColumn } from './desired-metadata.ts';
import { readDesired, writeDesired } from './desired-sections.ts';
import { fromColumn, toColumn } from './json-column.ts';
import { desiredSql, type SharedDocuments } from './shared-documents.ts';
import type { TwinReaders, TwinWriters } from './twin-types.ts';

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

const selectTwin = `SELECT twins.device_id, twins.module_id, twin_version, tags, ${desiredSql} AS desired, desired_metadata,
    desired_version, reported, reported_metadata, reported_version
  FROM twins CROSS JOIN desired_sections AS sections
    ON sections.module_id = twins.module_id AND sections.device_id = twins.device_id`;

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

export function readTwins(db: Connection): TwinReaders {
  const get = db.prepare<[string, string], TwinRow>(
    `${selectTwin} WHERE twins.device_id = +? AND twins.module_id = +?`,
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
  return {
    get({ deviceId, moduleId }) {
      const row = get.get(deviceId, moduleId ?? '');
      return row === undefined ? undefined : toTwin(row);
    },
    reported({ deviceId, moduleId }) {
      const row = reported.get(deviceId, moduleId ?? '');
      return row === undefined ? undefined : toReported(row);
    },
    subject(deviceId) {
      const row = subject.get(deviceId);
      return row === undefined ? undefined : toSubject(row);
    },
    subjects: (page) => subjects.all(page.after ?? '', page.limit).map(toSubject),
    moduleSubjects: (deviceId) => moduleSubjects.all(deviceId).map(toModuleSubject),
    ...readDesired(db),
  };
}

export function writeTwins(db: Connection, documents: SharedDocuments): TwinWriters {
  const insert = db.prepare<[string, string, string, string, string, number]>(
    `INSERT INTO twins (device_id, module_id, tags, reported, reported_metadata, reported_version)
     VALUES (?, ?, ?, ?, ?, ?)`,
  );
  const update = db.prepare<[string, string, string, number, string, string]>(
    `UPDATE twins SET tags = ?, reported = ?, reported_metadata = ?, reported_version = ?
     WHERE device_id = ? AND module_id = ?`,
  );
  const sections = writeDesired(db, documents);
  // Positional: binding by name costs a property look-up per parameter on the hottest statement of the hub.
  const updateReported = db.prepare<[string, string, number, string, string]>(
    'UPDATE twins SET reported = ?, reported_metadata = ?, reported_version = ? WHERE device_id = ? AND module_id = ?',
  );
  return {
    insert(twin) {
      const { deviceId, moduleId, tags, reported } = twin;
      insert.run(deviceId, moduleId ?? '', toColumn(tags), ...reportedValues(reported));
      sections.insert(twin, twin.desired);
    },
    update(twin) {
      const { deviceId, moduleId, tags, reported } = twin;
      const { changes } = update.run(toColumn(tags), ...reportedValues(reported), deviceId, moduleId ?? '');
      assertFound(changes, twin);
      sections.update(twin, twin.desired);
    },
    updateDesired: (twin, desired) => assertFound(sections.update(twin, desired), twin),
    updateDesiredAlike(deviceIds, moduleId, desired) {
      if (sections.updateAlike(deviceIds, moduleId, desired) === deviceIds.length) return;
      throw broken(`Of ${deviceIds.length} devices not all have a twin of '${moduleId ?? ''}' to write to.`);
    },
    updateReported(identity, reported) {
      const { deviceId, moduleId } = identity;
      const { changes } = updateReported.run(...reportedValues(reported), deviceId, moduleId ?? '');
      assertFound(changes, identity);
    },
  };
}

function reportedValues({ value, metadata, version }: TwinSection): readonly [string, string, number] {
  return [toColumn(value), toColumn(metadata), version];
}

function assertFound(changes: number, identity: Identity): void {
  if (changes === 0) throw broken(`There is no twin of '${identityKey(identity)}' to write to.`);
}
