// What evaluation reads of devices, many in one look, with a text that is the same for devices that stand alike: of a fleet, one
// is then compared with what its deployments say, and the others get the same.
import type { DeviceId } from '#base/ids.ts';
import type { JsonObject } from '#base/json.ts';
import type { ConditionSubject } from '#domain/values/twin.ts';
import type { Connection } from './connection.ts';
import { createSharedReader, toColumn } from './json-column.ts';

export interface DeviceLikeness {
  readonly deviceId: DeviceId;
  readonly isEdge: boolean;
  readonly subject: ConditionSubject;
  /** Number of the newest; 0: none. */
  readonly revision: number;
  /** Whether automatic configurations wrote to it: each device has a book of its own for that. */
  readonly hasBooks: boolean;
  /**
   * Its modules with the desired values of all its twins, or their digests, its statuses, and the contents of its newest revision. Not in it:
   * versions, numbers, and what `subject` has. As they come from SQLite, for texts that were put together are slow to compare.
   */
  readonly texts: readonly (string | null)[];
  /** Of `$edgeAgent`, whose section changes with nearly every revision; null: it has none. */
  readonly agent: { readonly version: number; readonly desiredVersion: number } | null;
}

export interface DeviceLikenessReaders {
  /** In the order asked for; those that are not there are left out. */
  of(deviceIds: readonly DeviceId[]): readonly DeviceLikeness[];
}

type Row = readonly [
  deviceId: DeviceId,
  isEdge: number,
  tags: string,
  reported: string,
  twins: string,
  statuses: string | null,
  revision: number | null,
  effective: string | null,
  automatic: string | null,
  hasBooks: number,
  agentVersion: number | null,
  agentDesiredVersion: number | null,
];

// A status of a deployment that is gone stands in the text as well: its number is never given twice. Every piece of a text ends where
// its kind says: JSON with its last bracket, a digest after 64 letters, an id before the blank. Few sites have configurations that
// wrote anything: whether there is any is asked once for all.
const selectRows = `
  SELECT devices.device_id, is_edge, own.tags, own.reported,
    (SELECT group_concat(coalesce(desired, hex(digest)) || module_id, ' ')
      FROM desired_sections AS sections WHERE sections.device_id = devices.device_id),
    (SELECT group_concat(status || module_id || ' ' || deployment_number, ' ')
      FROM deployment_statuses AS statuses WHERE statuses.device_id = devices.device_id),
    newest.revision, hex(revisions.digest), hex(automatic_digest),
    EXISTS (SELECT 1 FROM configuration_writes)
      AND EXISTS (SELECT 1 FROM configuration_writes AS writes WHERE writes.device_id = devices.device_id),
    agent.twin_version, agent.desired_version
  FROM json_each(?) AS asked
    CROSS JOIN devices ON devices.device_id = asked.value
    CROSS JOIN twins AS own ON own.device_id = devices.device_id AND own.module_id = ''
    LEFT JOIN desired_sections AS agent ON agent.device_id = devices.device_id AND agent.module_id = '$edgeAgent'
    LEFT JOIN newest_revisions AS newest ON newest.device_id = devices.device_id
    LEFT JOIN revisions ON revisions.revision = newest.revision AND revisions.device_id = newest.device_id
  ORDER BY asked.key`;

export function readDeviceLikenesses(db: Connection): DeviceLikenessReaders {
  const rows = db.prepare<[string], Row>(selectRows).raw();
  const readShared = createSharedReader();
  return { of: (deviceIds) => rows.all(toColumn(deviceIds)).map((row) => toLikeness(row, readShared)) };
}

function toLikeness(
  [deviceId, isEdge, tags, reported, twins, statuses, revision, effective, automatic, hasBooks, ...agent]: Row,
  readShared: (text: string) => unknown,
): DeviceLikeness {
  const [version, desiredVersion] = agent;
  return {
    deviceId,
    isEdge: isEdge === 1,
    subject: { deviceId, tags: readShared(tags) as JsonObject, reported: readShared(reported) as JsonObject },
    revision: revision ?? 0,
    hasBooks: hasBooks === 1,
    texts: [twins, statuses, effective, automatic],
    agent: version === null || desiredVersion === null ? null : { version, desiredVersion },
  };
}
