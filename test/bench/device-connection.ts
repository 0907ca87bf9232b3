// One device of the load generator: a TLS socket, or a bare one for a floor, and over it as much of IoT Hub's protocol as a workload asks for.
import { connect as connectBare, type Socket } from 'node:net';
import { connect, type SecureContext, type TLSSocket } from 'node:tls';
import { desiredChangesFilter, twinAnswersFilter, twinGetTopic } from '#contract/device-topics.ts';
import {
  connectPacket,
  createPacketReader,
  packetTypes,
  payloadOf,
  publishPacket,
  subscribePacket,
  topicOf,
  type MqttLoginFields,
  type WirePacket,
} from './mqtt-wire.ts';

export interface Endpoint {
  readonly port: number;
  readonly context: SecureContext;
  /** Without TLS. */
  readonly isBare?: boolean;
}

export interface DeviceConnection {
  readonly socket: Socket;
  /** The body of the twin's answer as it came; '' when no twin was asked for. */
  readonly twin: string;
  /** Who gets the packets from now on. */
  readonly listen: (onPacket: (packet: WirePacket) => void) => void;
}

const ignore = (_packet: WirePacket): void => undefined;

/** Resolves when the client's side of the handshake is over. */
export function openSocket({ port, context }: Endpoint): Promise<TLSSocket> {
  const socket = connect({ host: '127.0.0.1', port, secureContext: context, checkServerIdentity: () => undefined });
  return opened(socket, 'secureConnect', port);
}

function openBareSocket({ port }: Endpoint): Promise<Socket> {
  return opened(connectBare({ host: '127.0.0.1', port }), 'connect', port);
}

function opened<Opening extends Socket>(socket: Opening, event: string, port: number): Promise<Opening> {
  return new Promise((resolve, reject) => {
    socket.setNoDelay(true);
    socket.once('error', reject);
    socket.once(event, () => resolve(socket));
    socket.once('close', () => reject(new Error(`the server on port ${port} closed a connection`)));
  });
}

/** As the SDK does it: CONNECT, SUBSCRIBE to twin answers and desired changes, GET of the twin, each awaited. */
export async function openDevice(endpoint: Endpoint, login: MqttLoginFields): Promise<DeviceConnection> {
  const hello = connectPacket(login);
  const socket = await (endpoint.isBare === true ? openBareSocket(endpoint) : openSocket(endpoint));
  let receive = ignore;
  socket.on(
    'data',
    createPacketReader((packet) => receive(packet)),
  );
  const next = (packet: Buffer, type: number): Promise<WirePacket> =>
    new Promise((resolve, reject) => {
      socket.once('close', () => reject(new Error(`${login.clientId} was closed while it waited for packet ${type}`)));
      receive = (got) => (got.type === type ? resolve(got) : undefined);
      socket.write(packet);
    });
  const connack = await next(hello, packetTypes.connack);
  if (connack.body[1] !== 0) throw new Error(`${login.clientId} was refused with code ${connack.body[1]}`);
  await next(subscribePacket(1, [twinAnswersFilter, desiredChangesFilter]), packetTypes.suback);
  const twin = await next(publishPacket(twinGetTopic('1'), ' '), packetTypes.publish);
  if (!topicOf(twin).startsWith('$iothub/twin/res/200/')) throw new Error(`${login.clientId} got ${topicOf(twin)}`);
  receive = ignore;
  return {
    socket,
    twin: payloadOf(twin),
    listen: (onPacket) => {
      receive = onPacket;
    },
  };
}
