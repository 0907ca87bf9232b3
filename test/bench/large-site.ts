// A large site for the benchmarks of evaluation: one device is set up by the hub's own parts, the others are copies of its
// rows, written by SQL, so that a hundred thousand take seconds. Ten devices stand in a row; a thousand layers wait for a role.
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { pino } from 'pino';
import type { Deployment } from '#domain/records/deployment.ts';
import { createSystemClock } from '#entry/system-clock.ts';
import { EvaluationController } from '#hub/evaluation/evaluation-controller.ts';
import { aBase, aDeployment } from '#test/support/build-deployment.ts';
import { deviceIdAt, openSiteStore, seedSite } from '#test/support/seed-site.ts';
import { moduleContent } from './site-deployments.ts';

export const devicesInRow = 10;

/** A base for all, and a layer for each role; no device has one yet. */
export function roleDeployments(count: number): readonly Deployment[] {
  const base = aBase({ targetCondition: '*' }, { gateway: 'site/gateway:1', logger: 'site/logger:1' });
  const layers = Array.from({ length: count - 1 }, (_, number) =>
    aDeployment({
      id: `layer-${number}`,
      createdAtMs: number + 2,
      targetCondition: `tags.site = 'plant' AND tags.role = 'role-${number}'`,
      content: moduleContent(`module-${number}`),
    }),
  );
  return [base, ...layers];
}

export async function seedLargeSite({
  dir,
  devices,
  deployments,
}: {
  readonly dir: string;
  readonly devices: number;
  readonly deployments: readonly Deployment[];
}): Promise<void> {
  seedSite({ dir, devices: 1, isEdge: true, tags: () => ({ site: 'plant', row: 0 }), deployments });
  await settle(dir);
  copyFirstDevice(dir, devices);
}

async function settle(dir: string): Promise<void> {
  const store = openSiteStore(dir);
  const log = pino({ level: 'silent' });
  const controller = new EvaluationController({ store, clock: createSystemClock(), log, random: Math.random });
  controller.start();
  await controller.settled();
  await controller.stop();
  store.close();
}

const copiedTables = [
  'devices',
  'modules',
  'twins',
  'desired_sections',
  'deployment_statuses',
  'newest_revisions',
  'revisions',
];

function copyFirstDevice(dir: string, devices: number): void {
  const db = new Database(join(dir, 'hub.db'));
  db.pragma('foreign_keys = OFF');
  db.exec('CREATE TEMP TABLE copies (number INTEGER PRIMARY KEY, id TEXT NOT NULL)');
  const add = db.prepare('INSERT INTO copies VALUES (?, ?)');
  db.transaction(() => {
    for (let number = 1; number < devices; number += 1) add.run(number, deviceIdAt(number));
    for (const table of copiedTables) copyRows(db, table);
  })();
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
}

function copyRows(db: Database.Database, table: string): void {
  const columns = db
    .prepare<[string], { readonly name: string; readonly hidden: number }>(
      'SELECT name, hidden FROM pragma_table_xinfo(?)',
    )
    .all(table)
    .filter(({ hidden }) => hidden === 0)
    .map(({ name }) => name);
  const values = columns.map((column) => copiedValue(table, column));
  db.prepare(
    `INSERT INTO ${table} (${columns.join()}) SELECT ${values.join()} FROM copies, ${table} AS first
     WHERE first.device_id = ? ORDER BY copies.id`,
  ).run(deviceIdAt(0));
}

function copiedValue(table: string, column: string): string {
  if (column === 'device_id') return 'copies.id';
  if (table !== 'twins' || column !== 'tags') return `first.${column}`;
  return `iif(module_id = '', json_set(tags, '$.row', copies.number / ${devicesInRow}), tags)`;
}
