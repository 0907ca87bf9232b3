// Deployments as rows; the four system metrics are counted here in SQL.
import type { DeploymentId } from '#base/ids.ts';
import type {
  Deployment,
  DeploymentKind,
  ModulesContent,
  RemovalRule,
  TwinContent,
} from '#domain/records/deployment.ts';
import type { Connection } from './connection.ts';
import { createNumbers, statusesReader, statusesReplacer } from './deployment-statuses.ts';
import { fromColumn, toColumn } from './json-column.ts';
import type { DeploymentCounts, StoreReaders, StoreWriters } from './store-types.ts';

interface DeploymentRow {
  readonly id: string;
  readonly priority: number;
  readonly created_at_ms: number;
  readonly updated_at_ms: number;
  readonly target_condition: string;
  readonly content: string;
  readonly labels: string | null;
  readonly metric_queries: string;
  readonly schema_version: string;
  readonly version: number;
  readonly kind: string;
  /** Null where `kind` is 'edge'. */
  readonly on_removal: string | null;
}

function toDeployment(row: DeploymentRow): Deployment {
  const head = {
    id: row.id as DeploymentId,
    priority: row.priority,
    createdAtMs: row.created_at_ms,
    updatedAtMs: row.updated_at_ms,
    targetCondition: row.target_condition,
    labels: row.labels === null ? null : (fromColumn(row.labels) as Record<string, string>),
    metricQueries: fromColumn(row.metric_queries) as Record<string, string>,
    schemaVersion: row.schema_version,
    version: row.version,
  };
  const kind = row.kind as DeploymentKind;
  if (kind === 'edge') return { ...head, kind, content: fromColumn(row.content) as ModulesContent };
  const onRemoval = (row.on_removal ?? 'leave') as RemovalRule;
  return { ...head, kind, content: fromColumn(row.content) as TwinContent, onRemoval };
}

function toParameters(deployment: Deployment): Record<string, unknown> {
  return {
    onRemoval: null,
    ...deployment,
    content: toColumn(deployment.content),
    labels: deployment.labels === null ? null : toColumn(deployment.labels),
    metricQueries: toColumn(deployment.metricQueries),
  };
}

// IoT Hub's own metric queries (spec/iot-hub.md 4). Success and failure count only an answer to the newest desired version.
// Taken from the JSON here rather than by generated columns: SQLite computes those at every report, virtual ones too.
export const countsSql = `
  WITH agents AS (
    SELECT statuses.status = 'Applied' AS applied,
      json_extract(twins.reported, '$.lastDesiredVersion') = sections.desired_version AS answered,
      json_extract(twins.reported, '$.lastDesiredStatus.code') AS code
    FROM deployment_statuses AS statuses LEFT JOIN twins USING (device_id, module_id)
      LEFT JOIN desired_sections AS sections USING (device_id, module_id)
    WHERE statuses.deployment_number = (SELECT created_at_ms FROM deployments WHERE id = ?)
      AND statuses.module_id = '$edgeAgent'
  )
  SELECT count(*) AS targetedCount,
    count(*) FILTER (WHERE applied) AS appliedCount,
    count(*) FILTER (WHERE applied AND answered AND code = 200) AS reportedSuccessfulCount,
    count(*) FILTER (WHERE applied AND answered AND code <> 200) AS reportedFailedCount
  FROM agents`;

// An automatic configuration stands on device or module twins, and nobody answers it.
const twinCountsSql = `
  SELECT count(*) AS targetedCount, count(*) FILTER (WHERE status = 'Applied') AS appliedCount,
    0 AS reportedSuccessfulCount, 0 AS reportedFailedCount
  FROM deployment_statuses WHERE deployment_number = (SELECT created_at_ms FROM deployments WHERE id = ?)`;

const noCounts = { targetedCount: 0, appliedCount: 0, reportedSuccessfulCount: 0, reportedFailedCount: 0 };

export function readDeployments(db: Connection): StoreReaders['deployments'] {
  const get = db.prepare<[string], DeploymentRow>('SELECT * FROM deployments WHERE id = ?');
  const list = db.prepare<[], DeploymentRow>('SELECT * FROM deployments ORDER BY created_at_ms');
  const ids = db.prepare<[], DeploymentId>('SELECT id FROM deployments ORDER BY created_at_ms').pluck();
  const count = db.prepare<[], number>('SELECT count(*) FROM deployments').pluck();
  const kindOf = db.prepare<[string], string>('SELECT kind FROM deployments WHERE id = ?').pluck();
  const counts = db.prepare<[string], DeploymentCounts>(countsSql);
  const twinCounts = db.prepare<[string], DeploymentCounts>(twinCountsSql);
  return {
    get(id) {
      const row = get.get(id);
      return row === undefined ? undefined : toDeployment(row);
    },
    list: () => list.all().map(toDeployment),
    ids: () => ids.all(),
    count: () => count.get() ?? 0,
    counts(id) {
      const wanted = kindOf.get(id) === 'edge' ? counts : twinCounts;
      return wanted.get(id) ?? noCounts;
    },
    statuses: statusesReader(db),
  };
}

export function writeDeployments(db: Connection): StoreWriters['deployments'] {
  const insert = db.prepare(`
    INSERT INTO deployments VALUES (
      $id, $priority, $createdAtMs, $updatedAtMs, $targetCondition, $content, $labels, $metricQueries, $schemaVersion,
      $version, $kind, $onRemoval
    )`);
  const update = db.prepare(`
    UPDATE deployments SET priority = $priority, updated_at_ms = $updatedAtMs, target_condition = $targetCondition,
      content = $content, labels = $labels, metric_queries = $metricQueries, schema_version = $schemaVersion,
      version = $version, on_removal = $onRemoval
    WHERE id = $id`);
  const remove = db.prepare('DELETE FROM deployments WHERE id = ?');
  // Its statuses stay behind, where unfinished-work.ts finds them.
  const leaveStatuses = db.prepare('INSERT INTO gone_deployments SELECT created_at_ms FROM deployments WHERE id = ?');
  const nextInstant = instantsOf(db);
  const numbers = createNumbers(db);
  return {
    insert(deployment) {
      numbers.forget();
      const createdAtMs = nextInstant(deployment.createdAtMs);
      const stored = { ...deployment, createdAtMs, updatedAtMs: Math.max(deployment.updatedAtMs, createdAtMs) };
      insert.run(toParameters(stored));
      return stored;
    },
    update: (deployment) => void update.run(toParameters(deployment)),
    delete(id) {
      numbers.forget();
      leaveStatuses.run(id);
      remove.run(id);
    },
    ...statusesReplacer(db, numbers.of),
  };
}

/**
 * "The newer wins" must not depend on a clock that was set back: instants only grow, past deployments that are gone too.
 */
function instantsOf(db: Connection): (wantedMs: number) => number {
  const next = db
    .prepare<[number], number>(
      `INSERT INTO counters VALUES ('deployment-created-at-ms', ?)
       ON CONFLICT (name) DO UPDATE SET value = max(excluded.value, value + 1) RETURNING value`,
    )
    .pluck();
  return (wantedMs) => next.get(wantedMs) ?? wantedMs;
}
