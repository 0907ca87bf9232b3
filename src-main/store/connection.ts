// Opens SQLite with the settings durability rests on, and reads them back: a pragma that does not take is silent otherwise.
import Database from 'better-sqlite3';
import { broken } from '#base/errors.ts';

/**
 * This SQLite is built with STAT4: a statement whose plan might gain from knowing a bound value is prepared anew at every call,
 * which costs three times what running it does. Hot statements hide such values from the planner: `= +?` and `LIMIT ? | 0`.
 */
export type Connection = Database.Database;

// 3.51.3 is the first release without the WAL-reset bug, which could lose committed frames.
const oldestSqlite = [3, 51, 3] as const;

interface ConnectOptions {
  /** A file that exists, or ':memory:'. */
  readonly path: string;
  /** Looks at the database before the first pragma: switching to WAL already writes to the file. Throws to refuse it. */
  readonly inspect: (db: Connection) => void;
}

export function connect({ path, inspect }: ConnectOptions): Connection {
  const db = new Database(path);
  try {
    assertSqliteVersion(db);
    inspect(db);
    setPragmas(db);
    return db;
  } catch (error) {
    // Only to give the file back; the error goes on.
    db.close();
    throw error;
  }
}

function assertSqliteVersion(db: Connection): void {
  const version = String(db.prepare('SELECT sqlite_version()').pluck().get());
  const parts = version.split('.').map(Number);
  const differing = oldestSqlite.findIndex((part, index) => parts[index] !== part);
  if (differing === -1 || (parts[differing] ?? 0) > (oldestSqlite[differing] ?? 0)) return;
  throw broken(`SQLite ${version} is older than ${oldestSqlite.join('.')}, the first that keeps every commit.`);
}

function setPragmas(db: Connection): void {
  const journalMode = db.memory ? 'memory' : 'wal';
  const wanted: readonly (readonly [string, string | number])[] = [
    ['journal_mode', journalMode],
    ['synchronous', 2],
    ['foreign_keys', 1],
    ['busy_timeout', 5000],
    ['trusted_schema', 0],
    ['cell_size_check', 1],
    ['journal_size_limit', 67_108_864],
    // The bound of the log; it is mostly brought in earlier (checkpoints.ts). The change that triggers this one waits for it: of
    // tag changes without a pause, each of 27 pages, one in three hundred. 32 MB are soon read again after a power cut.
    ['wal_autocheckpoint', 8000],
    // 32 MB: the rows that a change of a whole site goes over. With SQLite's 2 MB every device of a thousand is read from the file.
    ['cache_size', -32_000],
    // The pages a savepoint keeps for its rollback stay in memory, not in a temporary file.
    ['temp_store', 2],
    // macOS only; elsewhere they are accepted and do nothing.
    ['fullfsync', 1],
    ['checkpoint_fullfsync', 1],
  ];
  for (const [name, value] of wanted) {
    db.pragma(`${name} = ${value}`);
    const actual: unknown = db.pragma(name, { simple: true });
    if (actual !== value) throw broken(`SQLite keeps ${name} at ${String(actual)}, not ${value}.`);
  }
}
