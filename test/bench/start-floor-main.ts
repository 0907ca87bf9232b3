// The floor of `start`: a Node that opens the database and reads every device, and nothing else.
import { join } from 'node:path';
import Database from 'better-sqlite3';

const db = new Database(join(process.argv[2] ?? '.', 'hub.db'));
db.pragma('journal_mode = WAL');
db.pragma('synchronous = FULL');
const devices = db.prepare('SELECT * FROM devices').all();
process.stdout.write(`${devices.length}\n`);
db.close();
