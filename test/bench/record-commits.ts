// Loaded into the hub before its own code: notes the newest journal number of each transaction, so that the floor can make
// the very same batches. Written beside the database when the hub ends.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';

type Prepare = (this: Database.Database, sql: string) => Database.Statement;
const prepare = Reflect.get(Database.prototype, 'prepare') as Prepare;
const newestSeqs: number[] = [];

function recordingPrepare(this: Database.Database, sql: string): Database.Statement {
  const statement = prepare.call(this, sql);
  if (sql !== 'COMMIT') return statement;
  // The journal's row is the last that a change writes, and its number is its rowid.
  const newestSeq = prepare.call(this, 'SELECT last_insert_rowid()').pluck();
  const run = statement.run.bind(statement);
  statement.run = () => {
    newestSeqs.push(Number(newestSeq.get()));
    return run();
  };
  return statement;
}

Reflect.set(Database.prototype, 'prepare', recordingPrepare);

const dataDir = process.argv[process.argv.indexOf('--data-dir') + 1] ?? '.';
process.once('exit', () => writeFileSync(join(dataDir, 'commits.json'), JSON.stringify(newestSeqs)));
