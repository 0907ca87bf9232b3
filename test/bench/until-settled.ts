// Waits until the hub has given every device its configuration, by looking at the database beside it.
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { eventually } from '#test/support/eventually.ts';

export async function untilSettled(dataDir: string, devices: number, forMs = 120_000): Promise<void> {
  const db = new Database(join(dataDir, 'hub.db'), { readonly: true });
  const configured = db.prepare('SELECT count(DISTINCT device_id) FROM revisions').pluck();
  await eventually(() => {
    const count = Number(configured.get());
    if (count < devices) throw new Error(`only ${count} of ${devices} devices have a configuration`);
  }, forMs).finally(() => db.close());
}
