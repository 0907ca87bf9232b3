// What a report costs whoever only receives it: a server that takes the generator's devices, answers each report as the hub does
// (PUBACK, and the twin's answer to the one that asked), and writes nothing. How much of MQTT stands in between is told by `way`.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer as createTcpServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { Aedes, type AedesOptions, type Client, type PublishPacket } from 'aedes';
import { twinAnswerTopic } from '#contract/device-topics.ts';
import { createPacketOutbox, publishPacket, type PacketOutbox } from '#hub/device-link/packet-outbox.ts';
import { muteEmitter } from '#hub/device-link/session-memory.ts';
import { answerWith } from './bench-process.ts';
import { createPacketReader, packetTypes, topicOf, type WirePacket } from './mqtt-wire.ts';

/**
 * `bytes`: the stream is cut at the packets' lengths, and nothing in them is read. `packets`: mqtt-packet reads them, aedes' own
 * version. `aedes`: aedes as it comes, which acknowledges by itself. `lean`: aedes as the hub has it, with nothing to forward, and
 * what a turn of the event loop has to say to a client in one write.
 */
export type LinkWay = 'bytes' | 'packets' | 'aedes' | 'lean';

export interface BareLinkOrder {
  readonly way: LinkWay;
  /** Key and certificate in one PEM file; null: without TLS. */
  readonly serverPem: string | null;
}

type Take = (socket: Socket) => void;

const ways: Record<LinkWay, () => Take | Promise<Take>> = {
  bytes: () => answering(readBytes),
  packets: () => answering(readPackets),
  aedes: () => takeByAedes(asItComes),
  lean: () => takeByAedes(asTheHub),
};

answerWith(async ({ way, serverPem }: BareLinkOrder) => {
  const take = await ways[way]();
  const server = serverPem === null ? createTcpServer({ noDelay: true }, take) : overTls(serverPem, take);
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', 1024, () => {
      const address = server.address();
      resolve({ port: typeof address === 'object' ? address?.port : undefined });
    });
  });
});

/** As the hub listens (site-listener.ts). */
function overTls(serverPem: string, take: Take) {
  const pem = readFileSync(serverPem);
  const options = { key: pem, cert: pem, minVersion: 'TLSv1.2', noDelay: true, requestCert: true } as const;
  return createTlsServer({ ...options, ciphers: 'TLS_AES_128_GCM_SHA256', rejectUnauthorized: false }, take);
}

const connack = Buffer.from([0x20, 2, 0, 0]);
const suback = Buffer.from([0x90, 4, 0, 1, 0, 0]);
const emptyTwin = JSON.stringify({ desired: { $version: 1 }, reported: { $version: 1 } });
const twin = publishPacket(twinAnswerTopic(200, '1'), emptyTwin);
/** The same for every report: as many bytes as the hub's answer to one, and nothing to look up. */
const reportAnswer = Buffer.concat([Buffer.from([0x40, 2, 0, 1]), publishPacket(twinAnswerTopic(204, '100', 101), '')]);
const isGet = (topic: string): boolean => topic.startsWith('$iothub/twin/GET/');

/** Cuts a client's stream into packets, and says of each what is answered. */
type Reader = (answer: (bytes: Buffer) => void) => (chunk: Buffer) => void;

/** One write for what a chunk asked. */
function answering(read: Reader): Take {
  return (socket) => {
    let answers: Buffer[] = [];
    const take = read((bytes) => void answers.push(bytes));
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      take(chunk);
      if (answers.length > 0) socket.write(Buffer.concat(answers));
      answers = [];
    });
  };
}

function readBytes(answer: (bytes: Buffer) => void): (chunk: Buffer) => void {
  return createPacketReader((packet) => answer(answerToBytes(packet)));
}

function answerToBytes(packet: WirePacket): Buffer {
  if (packet.type === packetTypes.connect) return connack;
  if (packet.type !== packetTypes.publish) return suback;
  return packet.flags === 0 && isGet(topicOf(packet)) ? twin : reportAnswer;
}

interface ReadPacket {
  readonly cmd: string;
  readonly topic?: string;
  readonly qos: number;
}

interface PacketParser {
  on(event: 'packet', take: (packet: ReadPacket) => void): void;
  parse(chunk: Buffer): void;
}

/** Not a package of ours: the one that aedes reads with. */
const { parser: createParser } = createRequire(import.meta.resolve('aedes'))('mqtt-packet') as {
  readonly parser: () => PacketParser;
};

function readPackets(answer: (bytes: Buffer) => void): (chunk: Buffer) => void {
  const parser = createParser();
  parser.on('packet', (packet) => answer(answerToPacket(packet)));
  return (chunk) => parser.parse(chunk);
}

function answerToPacket({ cmd, topic = '', qos }: ReadPacket): Buffer {
  if (cmd === 'connect') return connack;
  if (cmd !== 'publish') return suback;
  return qos === 0 && isGet(topic) ? twin : reportAnswer;
}

/** How a broker is made, and what it does with a publication before it goes on. */
interface Brokering {
  readonly options: AedesOptions;
  readonly answer: (client: Client, packet: PublishPacket) => void;
}

async function takeByAedes(brokering: () => Brokering): Promise<Take> {
  const { options, answer } = brokering();
  const aedes = await Aedes.createBroker({
    ...options,
    authorizePublish(client, packet, done) {
      if (client !== null) answer(client, packet);
      done(null);
    },
  });
  return (socket) => void aedes.handle(socket);
}

const ignore = (): void => undefined;

function asItComes(): Brokering {
  let version = 1;
  return {
    options: {},
    answer(client, { topic }) {
      const [answerTopic, payload] = isGet(topic) ? [twinAnswerTopic(200, '1'), emptyTwin] : [nextAnswer(), ''];
      client.publish({ cmd: 'publish', topic: answerTopic, payload, qos: 0, retain: false, dup: false }, ignore);
    },
  };
  function nextAnswer(): string {
    version += 1;
    return twinAnswerTopic(204, '100', version);
  }
}

function asTheHub(): Brokering {
  const outboxes = new WeakMap<Client, PacketOutbox>();
  let version = 1;
  return {
    options: { mq: muteEmitter },
    answer(client, packet) {
      const outbox = outboxes.get(client) ?? createPacketOutbox(client);
      outboxes.set(client, outbox);
      if (isGet(packet.topic)) {
        outbox.send(twin);
        return;
      }
      version += 1;
      outbox.publish(twinAnswerTopic(204, '100', version), '');
      outbox.acknowledge(packet.messageId ?? 0);
      packet.qos = 0;
    },
  };
}
