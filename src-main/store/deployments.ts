// Deployments and how they stand on each device, as rows; the four system metrics are counted here in SQL.
import type { DeploymentId, DeviceId } from '#base/ids.ts';
import { ownValue } from '#base/json.ts';
import type {
  Deployment,
  DeploymentKind,
  DeploymentStatus,
  ModulesContent,
  RemovalRule,
  TwinContent,
} from '#domain/records/deployment.ts';
import type { Connection } from './connection.ts';
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

/** Statuses of deployments that are gone have none to join. */
export const statusesSql = `
  SELECT module_id, deployments.id AS deployment_id, status FROM deployment_statuses
    CROSS JOIN deployments ON deployments.created_at_ms = deployment_number
  WHERE device_id = +?`;

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
    replaceStatuses: statusesReplacer(db, numbers.of),
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

type Statuses = ReturnType<StoreReaders['deployments']['statuses']>;

function statusesReader(db: Connection): (deviceId: DeviceId) => Statuses {
  const statuses = db.prepare<
    [string],
    { readonly module_id: string; readonly deployment_id: string; readonly status: string }
  >(statusesSql);
  return (deviceId) => {
    const byModule = Object.create(null) as Record<string, Record<string, DeploymentStatus>>;
    for (const row of statuses.all(deviceId)) {
      const ofModule = (byModule[row.module_id] ??= Object.create(null) as Record<string, DeploymentStatus>);
      ofModule[row.deployment_id] = row.status as DeploymentStatus;
    }
    return byModule;
  };
}

type Leaf = readonly [moduleId: string, deploymentId: string];

/** From one set of statuses to another: only what differs is written, for every row has an index to keep. */
interface StatusChanges {
  readonly removed: readonly Leaf[];
  readonly added: readonly (readonly [...Leaf, DeploymentStatus])[];
  readonly changed: readonly (readonly [...Leaf, DeploymentStatus])[];
}

function statusIn(statuses: Statuses, [moduleId, deploymentId]: Leaf): DeploymentStatus | undefined {
  return ownValue(ownValue(statuses, moduleId) ?? {}, deploymentId);
}

function leavesOf(statuses: Statuses): readonly (readonly [...Leaf, DeploymentStatus])[] {
  return Object.entries(statuses).flatMap(([moduleId, ofModule]) =>
    Object.entries(ofModule).map(([deploymentId, status]) => [moduleId, deploymentId, status] as const),
  );
}

function changesOf(before: Statuses, statuses: Statuses): StatusChanges {
  const ends = leavesOf(statuses).map((leaf) => {
    const [moduleId, deploymentId, status] = leaf;
    return { leaf, status, from: statusIn(before, [moduleId, deploymentId]) };
  });
  return {
    removed: leavesOf(before)
      .map(([moduleId, deploymentId]) => [moduleId, deploymentId] as const)
      .filter((leaf) => statusIn(statuses, leaf) === undefined),
    added: ends.filter(({ from }) => from === undefined).map(({ leaf }) => leaf),
    changed: ends.filter(({ from, status }) => from !== undefined && from !== status).map(({ leaf }) => leaf),
  };
}

/**
 * The numbers that statuses go by, looked up once. INVARIANT: a number that is remembered is that of the deployment: it has one for as
 * long as it is there, and whatever makes or deletes one asks to forget.
 */
function createNumbers(db: Connection) {
  const find = db.prepare<[string], number>('SELECT created_at_ms FROM deployments WHERE id = +?').pluck();
  const known = new Map<string, number>();
  return {
    of: (id: string): number | undefined => {
      const number = known.get(id) ?? find.get(id);
      if (number !== undefined) known.set(id, number);
      return number;
    },
    forget: () => known.clear(),
  };
}

function statusesReplacer(
  db: Connection,
  numberOf: (deploymentId: string) => number | undefined,
): StoreWriters['deployments']['replaceStatuses'] {
  const read = statusesReader(db);
  const add = db.prepare<[string, string, number, string]>(
    'INSERT INTO deployment_statuses (device_id, module_id, deployment_number, status) VALUES (?, ?, ?, ?)',
  );
  const change = db.prepare<[string, string, string, number]>(
    'UPDATE deployment_statuses SET status = ? WHERE device_id = +? AND module_id = +? AND deployment_number = +?',
  );
  const remove = db.prepare<[string, string, number]>(
    'DELETE FROM deployment_statuses WHERE device_id = +? AND module_id = +? AND deployment_number = +?',
  );
  const known = createPairMemory(changesOf);
  return (deviceId, statuses, before = read(deviceId)) => {
    const { removed, added, changed } = known(before, statuses);
    for (const [moduleId, deploymentId] of removed) {
      const number = numberOf(deploymentId);
      if (number !== undefined) remove.run(deviceId, moduleId, number);
    }
    for (const [moduleId, deploymentId, status] of changed) {
      const number = numberOf(deploymentId);
      if (number !== undefined) change.run(status, deviceId, moduleId, number);
    }
    for (const [moduleId, deploymentId, status] of added) {
      const number = numberOf(deploymentId);
      if (number !== undefined) add.run(deviceId, moduleId, number, status);
    }
  };
}

/** What comes of two objects that nobody changes, made once for all who bring the same two: a fleet shares them. */
function createPairMemory<Made>(make: (left: Statuses, right: Statuses) => Made): typeof make {
  const known = new WeakMap<Statuses, WeakMap<Statuses, Made>>();
  return (left, right) => {
    const ofLeft = known.get(left) ?? new WeakMap<Statuses, Made>();
    known.set(left, ofLeft);
    const made = ofLeft.get(right) ?? make(left, right);
    ofLeft.set(right, made);
    return made;
  };
}
