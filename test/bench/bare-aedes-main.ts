// The floor for what goes out: aedes alone, with the hub's certificate and options, and no disk. Whoever publishes to `go` makes it
// publish the payload it was given to the topic of each client, one after another.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:tls';
import { Aedes } from 'aedes';
import { answerWith } from './bench-process.ts';
import { bareTopicAt, goTopic } from './fan-out-topics.ts';

export type BareAedesOrder =
  | { readonly do: 'open'; readonly serverPem: string }
  | { readonly do: 'load'; readonly payload: string; readonly clients: number };

const aedes = await Aedes.createBroker();
let payload = '';
let clients = 0;

aedes.subscribe(
  goTopic,
  (_packet, done) => {
    for (let index = 0; index < clients; index += 1)
      aedes.publish(
        { cmd: 'publish', topic: bareTopicAt(index), payload, qos: 0, retain: false, dup: false },
        () => undefined,
      );
    done();
  },
  () => undefined,
);

answerWith((order: BareAedesOrder) => {
  if (order.do === 'open') return open(order.serverPem);
  ({ payload, clients } = order);
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
