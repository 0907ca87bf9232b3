// How deployments stand on the twins of each device, as rows: of one device at a time, or of many that stand alike.
import type { DeviceId } from '#base/ids.ts';
import { ownValue } from '#base/json.ts';
import type { DeploymentStatus } from '#domain/records/deployment.ts';
import type { Connection } from './connection.ts';
import { toColumn } from './json-column.ts';
import type { StoreReaders, StoreWriters } from './store-types.ts';

/** Statuses of deployments that are gone have none to join. */
export const statusesSql = `
  SELECT module_id, deployments.id AS deployment_id, status FROM deployment_statuses
    CROSS JOIN deployments ON deployments.created_at_ms = deployment_number
  WHERE device_id = +?`;

type Statuses = ReturnType<StoreReaders['deployments']['statuses']>;

export function statusesReader(db: Connection): (deviceId: DeviceId) => Statuses {
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
export function createNumbers(db: Connection) {
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

type StatusWriters = Pick<StoreWriters['deployments'], 'replaceStatuses' | 'replaceStatusesAlike'>;

export function statusesReplacer(
  db: Connection,
  numberOf: (deploymentId: string) => number | undefined,
): StatusWriters {
  const read = statusesReader(db);
  const ofOne = createRowWriter(db, numberOf, { where: '= +?', rows: 'VALUES (?, ?, ?, ?)' });
  const ofMany = createRowWriter(db, numberOf, {
    where: 'IN (SELECT value FROM json_each(?))',
    rows: 'SELECT ?, ?, ?, value FROM json_each(?)',
  });
  const known = createPairMemory(changesOf);
  return {
    replaceStatuses: (deviceId, statuses, before = read(deviceId)) => ofOne(deviceId, known(before, statuses)),
    replaceStatusesAlike: (deviceIds, statuses, before) => ofMany(toColumn(deviceIds), known(before, statuses)),
  };
}

/** `devices`: what the last parameter of every statement takes: a device, or many as JSON. */
function createRowWriter(
  db: Connection,
  numberOf: (deploymentId: string) => number | undefined,
  sql: { readonly where: string; readonly rows: string },
): (devices: string, changes: StatusChanges) => void {
  const add = db.prepare<[string, number, string, string]>(
    `INSERT INTO deployment_statuses (module_id, deployment_number, status, device_id) ${sql.rows}`,
  );
  const change = db.prepare<[string, string, number, string]>(
    `UPDATE deployment_statuses SET status = ? WHERE module_id = +? AND deployment_number = +? AND device_id ${sql.where}`,
  );
  const remove = db.prepare<[string, number, string]>(
    `DELETE FROM deployment_statuses WHERE module_id = +? AND deployment_number = +? AND device_id ${sql.where}`,
  );
  return (devices, { removed, added, changed }) => {
    for (const [moduleId, deploymentId] of removed) {
      const number = numberOf(deploymentId);
      if (number !== undefined) remove.run(moduleId, number, devices);
    }
    for (const [moduleId, deploymentId, status] of changed) {
      const number = numberOf(deploymentId);
      if (number !== undefined) change.run(status, moduleId, number, devices);
    }
    for (const [moduleId, deploymentId, status] of added) {
      const number = numberOf(deploymentId);
      if (number !== undefined) add.run(moduleId, number, status, devices);
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
