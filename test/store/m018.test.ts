// The eighteenth schema on a database that was in use: the rows of the journal are as they were, and the chain goes on from them.
import { expect, onTestFinished, test } from 'vitest';
import type { DeviceId } from '#base/ids.ts';
import { connect } from '#store/connection.ts';
import { chainHash, chainStart } from '#store/journal-hash.ts';
import { readJournal, writeJournal } from '#store/journal.ts';
import { migrate, migrations } from '#store/migrations.ts';
import { createFakeClock } from '#test/support/fake-clock.ts';

test('when rows are there, they are read as before, and rows that share a detail follow them in the chain', async () => {
  const db = connect({ path: ':memory:', inspect: () => undefined });
  onTestFinished(() => void db.close());
  migrate(db, { steps: migrations.slice(0, 17), backUp: () => undefined });
  const detail = Object.freeze({ image: 'x'.repeat(300) });
  const row = { at_ms: 1, kind: 'configuration-changed', actor: 'hub', detail: JSON.stringify(detail) };
  const identity = { device_id: 'd1', module_id: null, deployment_id: null };
  const hash = Buffer.from(chainHash(chainStart, { seq: 1, ...row, ...identity }), 'hex');
  db.prepare('INSERT INTO journal VALUES (1, 1, ?, ?, ?, NULL, NULL, ?, ?)').run(
    row.kind,
    row.actor,
    identity.device_id,
    row.detail,
    hash,
  );
  expect(migrate(db, { backUp: () => undefined })).toEqual({ from: 17, to: migrations.length });
  const journal = writeJournal(db, createFakeClock());
  journal.begin();
  for (const deviceId of ['d2', 'd3'] as DeviceId[])
    journal.append({ kind: 'configuration-changed', actor: 'hub', deviceId, detail });
  expect(
    readJournal(db)
      .list({ limit: 9 })
      .map((entry) => entry.detail),
  ).toEqual([detail, detail, detail]);
  expect(await readJournal(db).findBrokenSeq()).toBeNull();
});
