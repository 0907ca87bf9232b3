// The load generator of `fan-out`: the same number of clients on the hub and on the bare broker. It makes the change, and times until
// the last client has read what followed from it.
import { readFileSync } from 'node:fs';
import { createSecureContext, type TLSSocket } from 'node:tls';
import { parseDesiredChange } from '#contract/device-topics.ts';
import { serviceCaller } from '#test/faults/service-caller.ts';
import { openConsoleWindow } from '#test/support/console-window.ts';
import type { HubProcess } from '#test/support/hub-process.ts';
import { newPolicy } from '#test/support/rollout-fleet.ts';
import { deviceIdAt } from '#test/support/seed-site.ts';
import { answerWith } from './bench-process.ts';
import { openSocket, type Endpoint } from './device-connection.ts';
import { createFleet } from './device-fleet.ts';
import { bareTopicAt, goTopic } from './fan-out-topics.ts';
import {
  connectPacket,
  createPacketReader,
  packetTypes,
  payloadOf,
  publishPacket,
  subscribePacket,
  topicOf,
  type WirePacket,
} from './mqtt-wire.ts';
import { revisionContent, revisionMark } from './revisions.ts';

type Site = Pick<HubProcess, 'ready' | 'httpsPort' | 'mqttPort'>;

export type FanOutOrder =
  | { readonly do: 'connect'; readonly site: Site; readonly barePort: number; readonly clients: number }
  | { readonly do: 'deploy' | 'roll-out' | 'take-back'; readonly site: Site; readonly revision: number }
  | { readonly do: 'go' };

export interface FanOutTimes {
  /** From the change until the first, the median and the last client had read it. */
  readonly firstMs: number;
  readonly medianMs: number;
  readonly lastMs: number;
  /** What the last was sent. */
  readonly payload: string;
}

const fleet = createFleet();
const bare: TLSSocket[] = [];
let receive = (_topic: string, _payload: string): void => undefined;

answerWith((order: FanOutOrder): unknown => {
  switch (order.do) {
    case 'connect':
      return connectAll(order);
    case 'deploy':
      return deploy(order.site, order.revision);
    case 'roll-out':
      return rollOut(order.site, order.revision);
    case 'take-back':
      return takeBack(order.site, order.revision);
    case 'go':
      return timed(
        () => bare[0]?.write(publishPacket(goTopic, '')),
        (topic) => topic.startsWith('bare/'),
      );
  }
});

async function connectAll({ site, barePort, clients }: Extract<FanOutOrder, { do: 'connect' }>): Promise<object> {
  const { caFile } = site.ready;
  await fleet.connect({ port: site.mqttPort, caFile, devices: clients, parallel: 50, as: 'agents' });
  for (const { listen } of fleet.devices()) listen(hear);
  const endpoint = { port: barePort, context: createSecureContext({ ca: readFileSync(caFile) }) };
  for (let index = 0; index < clients; index += 1) bare.push(await openBare(endpoint, index));
  return {};
}

/** CONNECT and SUBSCRIBE to the one topic that is its own. */
async function openBare(endpoint: Endpoint, index: number): Promise<TLSSocket> {
  const socket = await openSocket(endpoint);
  const clientId = deviceIdAt(index);
  await new Promise<void>((resolve) => {
    const take = (packet: WirePacket): void => {
      if (packet.type === packetTypes.connack) socket.write(subscribePacket(1, [bareTopicAt(index)]));
      else if (packet.type === packetTypes.suback) resolve();
      else hear(packet);
    };
    socket.on('data', createPacketReader(take));
    socket.write(connectPacket({ clientId, username: clientId, password: '' }));
  });
  return socket;
}

function hear(packet: WirePacket): void {
  if (packet.type === packetTypes.publish) receive(topicOf(packet), payloadOf(packet));
}

/** From `begin` until every client was sent something that `isIt`. */
async function timed(begin: () => unknown, isIt: (topic: string, payload: string) => boolean): Promise<FanOutTimes> {
  const clients = bare.length;
  const arrivedMs: number[] = [];
  let last = '';
  const all = new Promise<void>((resolve) => {
    receive = (topic, payload) => {
      if (!isIt(topic, payload)) return;
      arrivedMs.push(performance.now());
      last = payload;
      if (arrivedMs.length === clients) resolve();
    };
  });
  const startedAtMs = performance.now();
  await Promise.all([begin(), all]);
  const afterMs = (part: number): number => (arrivedMs[part] ?? Number.NaN) - startedAtMs;
  return { firstMs: afterMs(0), medianMs: afterMs(clients >> 1), lastMs: afterMs(clients - 1), payload: last };
}

function pushOf(revision: number) {
  return (topic: string, payload: string): boolean =>
    parseDesiredChange(topic) !== undefined && payload.includes(revisionMark(revision));
}

/** A deployment that outranks what they run, with one call of the service API. */
async function deploy(site: Site, revision: number): Promise<FanOutTimes> {
  const call = serviceCaller(site);
  const body = JSON.stringify({ ...shapeOf(revision), schemaVersion: '1.0', labels: {}, metrics: { queries: {} } });
  // The connection is there before the clock runs, as the bare broker's is.
  await call('GET', '/statistics/devices');
  return timed(async () => {
    const { status, text } = await call('PUT', `/configurations/${shapeOf(revision).id}`, body);
    if (status !== 200) throw new Error(`the deployment was answered with ${status}: ${text}`);
  }, pushOf(revision));
}

/** The same as a rollout of one wave. */
async function rollOut(site: Site, revision: number): Promise<FanOutTimes> {
  const { id, priority, targetCondition, content } = shapeOf(revision);
  const window = await openConsoleWindow(site.ready.console);
  await window.client.rollouts.query();
  const deployment = { id, priority, targetCondition, content: content.modulesContent };
  const policy = newPolicy() as never;
  return timed(() => window.client.createRollout.mutate({ deployment, policy }), pushOf(revision)).finally(
    window.close,
  );
}

/** Back to what they ran before; resolves when all have been told. */
function takeBack(site: Site, revision: number): Promise<FanOutTimes> {
  return timed(
    () => serviceCaller(site)('DELETE', `/configurations/${shapeOf(revision).id}`, '', { 'if-match': '*' }),
    pushOf(0),
  );
}

function shapeOf(revision: number) {
  const content = { modulesContent: revisionContent(revision) };
  return { id: `revision-${revision}`, priority: 20, targetCondition: '*', content };
}
