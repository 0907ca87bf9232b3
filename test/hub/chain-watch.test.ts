// What is told of a journal that somebody changed behind the hub's back.
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { createChainWatch } from '#hub/site/chain-watch.ts';
import type { Store } from '#store/store-types.ts';
import { aReport, aStoreIn, aTemporaryFolder } from '#test/support/test-store.ts';

/** Three hundred rows; `change` is what somebody does to them while no hub runs. */
function aStoreWith(change: string): Store {
  const dir = aTemporaryFolder();
  const store = aStoreIn(dir);
  store.change((write) => {
    for (let n = 1; n <= 300; n += 1) write.journal.append(aReport(n));
  });
  store.close();
  const db = new Database(join(dir, 'hub.db'));
  db.exec(`DROP TRIGGER journal_never_updated; DROP TRIGGER journal_never_deleted; ${change}`);
  db.close();
  return aStoreIn(dir);
}

function watched(store: Store) {
  const lines: string[] = [];
  const watch = createChainWatch({ store, log: pino({ level: 'info' }, { write: (line) => void lines.push(line) }) });
  const done = watch.start();
  return { lines, watch, done };
}

it.each([
  ['edited', `UPDATE journal SET detail = '{"n":0}' WHERE seq = 250`, 250],
  ['removed', 'DELETE FROM journal WHERE seq = 7', 7],
])('when a row was %s, the log and the journal name it, and the store works on', async (_, change, seq) => {
  const store = aStoreWith(change);
  const { lines, done } = watched(store);
  await done;
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 50, seq });
  const [entry] = store.read.journal.list({ after: 300, limit: 10 });
  expect(entry).toMatchObject({ kind: 'journal-broken', actor: 'hub', detail: { seq } });
});

it('when the chain holds, nothing is said', async () => {
  const store = aStoreWith('');
  const { lines, done } = watched(store);
  await done;
  expect([lines, store.read.journal.lastSeq()]).toEqual([[], 300]);
});

it('when the hub stops meanwhile, the watch ends without a word and leaves the store alone', async () => {
  const store = aStoreWith('DELETE FROM journal WHERE seq = 250');
  const { lines, watch, done } = watched(store);
  watch.stop();
  store.close();
  await done;
  expect(lines).toEqual([]);
});
