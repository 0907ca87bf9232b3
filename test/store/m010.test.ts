// The tenth schema on a database that was in use: a rollout keeps where it stands as all that is known of its course.
import { expect, test, onTestFinished } from 'vitest';
import { connect, type Connection } from '#store/connection.ts';
import { migrate, migrations } from '#store/migrations.ts';

function aDatabaseInUse(): Connection {
  const db = connect({ path: ':memory:', inspect: () => undefined });
  onTestFinished(() => void db.close());
  migrate(db, { steps: migrations.slice(0, 9), backUp: () => undefined });
  db.exec(`INSERT INTO rollouts VALUES
    (1, 'a', '*', '{}', 'paused', 1, '{"by":"console","reason":"A person paused it.","atMs":5}', '[]', -1, '{}', 0, 0, NULL)`);
  expect(migrate(db, { steps: migrations.slice(0, 10), backUp: () => undefined })).toEqual({ from: 9, to: 10 });
  return db;
}

test('when a rollout was under way, its status and its cause are all of its course that is known', () => {
  const [history, takesBack] = aDatabaseInUse()
    .prepare('SELECT history, takes_back_number FROM rollouts')
    .raw()
    .get() as [string, number | null];
  expect(JSON.parse(history)).toEqual([
    { status: 'paused', cause: { by: 'console', reason: 'A person paused it.', atMs: 5 } },
  ]);
  expect(takesBack).toBeNull();
});

test.each([
  ["UPDATE rollouts SET history = 'no json'", /CHECK/],
  ["INSERT INTO attempt_logs VALUES (1, NULL, 0, 1, NULL, NULL, 5, '[]')", /FOREIGN KEY/],
])('when a row is no value (%s), it is refused', (sql, reason) => {
  expect(() => aDatabaseInUse().exec(sql)).toThrow(reason);
});
