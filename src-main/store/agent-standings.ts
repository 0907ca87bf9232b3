// What the metrics of deployments read of one edge device, in one look: a fleet is counted device by device, and again only
// where something changed.
import type { JsonObject } from '#base/json.ts';
import type { DeploymentStatus } from '#domain/records/deployment.ts';
import type { Connection } from './connection.ts';
import { statusesSql } from './deployment-statuses.ts';
import { createSharedReader, fromColumn } from './json-column.ts';
import { desiredSql } from './shared-documents.ts';
import type { StoreReaders } from './store-types.ts';

interface AgentRow {
  readonly desired: string;
  readonly desired_version: number;
  readonly reported: string;
}

export function readAgentStandings(db: Connection): StoreReaders['agentStandings'] {
  const twin = db.prepare<[string], AgentRow>(
    `SELECT ${desiredSql} AS desired, desired_version, reported
     FROM twins CROSS JOIN desired_sections AS sections USING (device_id, module_id)
     WHERE twins.device_id = +? AND twins.module_id = '$edgeAgent'`,
  );
  const statuses = db.prepare<[string], { readonly deployment_id: string; readonly status: DeploymentStatus }>(
    `${statusesSql} AND module_id = '$edgeAgent'`,
  );
  const readShared = createSharedReader();
  return {
    get(deviceId) {
      const row = twin.get(deviceId);
      if (row === undefined) return undefined;
      const standing = Object.create(null) as Record<string, DeploymentStatus>;
      for (const { deployment_id, status } of statuses.all(deviceId)) standing[deployment_id] = status;
      return {
        desired: readShared(row.desired) as JsonObject,
        desiredVersion: row.desired_version,
        reported: fromColumn(row.reported) as JsonObject,
        statuses: standing,
      };
    },
  };
}
