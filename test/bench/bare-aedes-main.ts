// The floor for what goes out: aedes alone, with the hub's certificate and options, and no disk. Whoever publishes to `go` makes it
// publish the payload it was given to the topic of each client, one after another; with `written` it writes the least there is to
// write of a device first, and publishes what a commit has on disk.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:tls';
import { Aedes } from 'aedes';
import { answerWith } from './bench-process.ts';
import { bareTopicAt, goTopic } from './fan-out-topics.ts';
import { createRowWriter, type RowWriter } from './written-rows.ts';

export type BareAedesOrder =
  | { readonly do: 'open'; readonly serverPem: string; readonly database: string }
  | { readonly do: 'load'; readonly payload: string; readonly clients: number; readonly isWritten: boolean };

const aedes = await Aedes.createBroker();
let payload = '';
let clients = 0;
let isWritten = false;
let writeRows: RowWriter | undefined;

function publish(from: number, until: number): void {
  for (let index = from; index < until; index += 1)
    aedes.publish(
      { cmd: 'publish', topic: bareTopicAt(index), payload, qos: 0, retain: false, dup: false },
      () => undefined,
    );
}

/** A commit each turn of the event loop, so that what was published leaves in between. */
function writeAndPublish(from: number): void {
  const written = writeRows?.(from, clients, payload) ?? 0;
  publish(from, from + written);
  if (from + written < clients) setImmediate(() => writeAndPublish(from + written));
}

aedes.subscribe(
  goTopic,
  (_packet, done) => {
    if (isWritten) writeAndPublish(0);
    else publish(0, clients);
    done();
  },
  () => undefined,
);

answerWith((order: BareAedesOrder) => {
  if (order.do === 'open') {
    writeRows = createRowWriter(order.database);
    return open(order.serverPem);
  }
  ({ payload, clients, isWritten } = order);
  return {};
});

function open(serverPem: string): Promise<{ readonly port: number | undefined }> {
  const pem = readFileSync(serverPem);
  const options = { key: pem, cert: pem, minVersion: 'TLSv1.2', noDelay: true, requestCert: true } as const;
  const server = createServer({ ...options, rejectUnauthorized: false }, (socket) => void aedes.handle(socket));
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', 1024, () => {
      const address = server.address();
      resolve({ port: typeof address === 'object' ? address?.port : undefined });
    });
  });
}
