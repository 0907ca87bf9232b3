// The floor for everything that arrives over TLS: a server that only shakes hands, with the hub's certificate and options.
// With a database it also makes one durable commit per byte it is sent, and answers with a byte.
import { readFileSync } from 'node:fs';
import { createServer, type TLSSocket } from 'node:tls';
import Database from 'better-sqlite3';
import { answerWith } from './bench-process.ts';

export interface BareTlsOrder {
  /** Key and certificate in one PEM file. */
  readonly serverPem: string;
  /** Commits here; null: only handshakes. */
  readonly database: string | null;
}

answerWith(({ serverPem, database }: BareTlsOrder) => {
  const pem = readFileSync(serverPem);
  const commit = database === null ? () => undefined : committer(database);
  const options = { key: pem, cert: pem, minVersion: 'TLSv1.2', noDelay: true, requestCert: true } as const;
  const server = createServer({ ...options, rejectUnauthorized: false }, (socket: TLSSocket) => {
    socket.on('error', () => socket.destroy());
    socket.on('data', () => {
      commit();
      socket.write('x');
    });
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', 1024, () => {
      const address = server.address();
      resolve({ port: typeof address === 'object' ? address?.port : undefined });
    });
  });
});

function committer(path: string): () => void {
  const db = new Database(path);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.exec('CREATE TABLE IF NOT EXISTS commits (number INTEGER PRIMARY KEY, body TEXT NOT NULL)');
  const insert = db.prepare('INSERT INTO commits (body) VALUES (?)');
  const body = 'x'.repeat(1024);
  return () => void insert.run(body);
}
