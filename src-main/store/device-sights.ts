// What a list shows of devices, many in one look: ten thousand rows of a page are read from here, so that each costs one step
// through SQLite and the reading of one report.
import type { DeviceId } from '#base/ids.ts';
import type { JsonObject } from '#base/json.ts';
import type { Connection } from './connection.ts';
import { createSharedReader, fromColumn } from './json-column.ts';
import { desiredSql } from './shared-documents.ts';

export interface DeviceSight {
  readonly deviceId: DeviceId;
  readonly isEnabled: boolean;
  readonly isEdge: boolean;
  /** Of the device and of its `$edgeAgent`, as which edge devices connect. */
  readonly isConnected: boolean;
  /** Epoch ms, 0 for never. */
  readonly connectionChangedAtMs: number;
  readonly lastActivityAtMs: number;
  /** Equal documents may be one object, here and in the others. */
  readonly tags: JsonObject;
  /** `$edgeAgent` as it was sent and as it reports; null: it has none. */
  readonly agent: {
    readonly desired: JsonObject;
    readonly desiredVersion: number;
    readonly reported: JsonObject;
  } | null;
  /** Deployment ids by how they stand on `$edgeAgent`, each list in order. */
  readonly statuses: { readonly applied: readonly string[]; readonly notApplied: readonly string[] };
}

export interface DeviceSightReaders {
  /** By device id, ascending. */
  list(page: { readonly after?: DeviceId | undefined; readonly limit: number }): readonly DeviceSight[];
  get(deviceId: DeviceId): DeviceSight | undefined;
}

type Row = readonly [
  deviceId: DeviceId,
  status: string,
  isEdge: number,
  isConnected: number,
  connectionChangedAtMs: number,
  lastActivityAtMs: number,
  tags: string | null,
  desired: string | null,
  desiredVersion: number | null,
  reported: string | null,
  statuses: string | null,
];

const columns = `
  devices.device_id, devices.status, is_edge,
  devices.connection_state = 'Connected' OR coalesce(modules.connection_state = 'Connected', 0),
  max(devices.connection_changed_at_ms, coalesce(modules.connection_changed_at_ms, 0)),
  max(devices.last_activity_at_ms, coalesce(modules.last_activity_at_ms, 0)),
  own.tags, ${desiredSql}, sections.desired_version, agent.reported,
  (SELECT group_concat(statuses.status || ' ' || deployments.id, char(10)) FROM deployment_statuses AS statuses
    CROSS JOIN deployments ON deployments.created_at_ms = deployment_number
    WHERE statuses.device_id = +devices.device_id AND statuses.module_id = '$edgeAgent')`;

const joins = `
  LEFT JOIN twins AS own ON own.device_id = devices.device_id AND own.module_id = ''
  LEFT JOIN modules ON modules.device_id = devices.device_id AND modules.module_id = '$edgeAgent' AND is_edge
  LEFT JOIN twins AS agent ON agent.device_id = devices.device_id AND agent.module_id = '$edgeAgent' AND is_edge
  LEFT JOIN desired_sections AS sections ON sections.module_id = agent.module_id AND sections.device_id = agent.device_id`;

export function readDeviceSights(db: Connection): DeviceSightReaders {
  const list = db
    .prepare<[string, number], Row>(
      `SELECT ${columns} FROM devices ${joins} WHERE devices.device_id > ? ORDER BY devices.device_id LIMIT ? | 0`,
    )
    .raw();
  const get = db.prepare<[string], Row>(`SELECT ${columns} FROM devices ${joins} WHERE devices.device_id = +?`).raw();
  const readShared = createSharedReader();
  const toSight = (row: Row) => sightOf(row, readShared);
  return {
    list: (page) => list.all(page.after ?? '', page.limit).map(toSight),
    get(deviceId) {
      const row = get.get(deviceId);
      return row === undefined ? undefined : toSight(row);
    },
  };
}

function sightOf(row: Row, readShared: (text: string) => unknown): DeviceSight {
  const [deviceId, status, isEdge, isConnected, connectionChangedAtMs, lastActivityAtMs, tags, ...rest] = row;
  const [desired, desiredVersion, reported, statuses] = rest;
  return {
    deviceId,
    isEnabled: status === 'enabled',
    isEdge: isEdge === 1,
    isConnected: isConnected === 1,
    connectionChangedAtMs,
    lastActivityAtMs,
    tags: tags === null ? {} : (readShared(tags) as JsonObject),
    agent:
      desired === null || desiredVersion === null || reported === null
        ? null
        : {
            desired: readShared(desired) as JsonObject,
            desiredVersion,
            // No two devices report the same times.
            reported: fromColumn(reported) as JsonObject,
          },
    statuses: statusesIn(statuses),
  };
}

function statusesIn(text: string | null): DeviceSight['statuses'] {
  const applied: string[] = [];
  const notApplied: string[] = [];
  for (const line of text === null ? [] : text.split('\n')) {
    const space = line.indexOf(' ');
    (line.slice(0, space) === 'Applied' ? applied : notApplied).push(line.slice(space + 1));
  }
  return { applied: applied.sort(), notApplied: notApplied.sort() };
}
