// The devices of `page-rollout`: connected agents that carry out each attempt they are given, step by step, so many changes a second
// over all of them together. Every fiftieth fails and goes back by itself.
import { isJsonObject, type Json } from '#base/json.ts';
import { parseDesiredChange, twinReportTopic } from '#contract/device-topics.ts';
import { readRolloutTerms } from '#contract/rollout-terms.ts';
import { answerWith } from './bench-process.ts';
import { type ConnectOrder, createFleet } from './device-fleet.ts';
import { packetTypes, payloadOf, publishPacket, topicOf, type WirePacket } from './mqtt-wire.ts';

export type AgentsOrder =
  | { readonly do: 'connect'; readonly order: ConnectOrder }
  | { readonly do: 'begin'; readonly perSecond: number }
  | { readonly do: 'tell' };

export interface AgentsTold {
  readonly sent: number;
  readonly ended: number;
}

interface Attempt {
  readonly index: number;
  readonly version: number;
  readonly attempt: number;
  readonly at: number;
}

/** A download is told of so many times, as its bytes come. */
const downloads = 20;
const stepsAfter = ['installing', 'verifying', 'ended'] as const;
/** So that some are through while others have not begun. */
const activeAtOnce = 100;
const everyMs = 20;

const fleet = createFleet();
const open: Attempt[] = [];
let sent = 0;
let ended = 0;

answerWith(async (order: AgentsOrder): Promise<AgentsTold> => {
  if (order.do === 'connect') await connect(order.order);
  if (order.do === 'begin') begin(order.perSecond);
  return { sent, ended };
});

async function connect(order: ConnectOrder): Promise<void> {
  await fleet.connect(order);
  for (const [index, { listen }] of fleet.devices().entries()) listen((packet) => hear(index, packet));
}

function hear(index: number, packet: WirePacket): void {
  if (packet.type !== packetTypes.publish) return;
  const change = parseDesiredChange(topicOf(packet));
  if (change === undefined) return;
  const patch = JSON.parse(payloadOf(packet)) as Json;
  const { terms } = readRolloutTerms(isJsonObject(patch) ? patch['lanyard'] : undefined);
  if (terms !== null) open.push({ index, version: change.version, attempt: terms.attempt, at: 0 });
}

/** By the clock, so that a late tick sends what the ticks before it owed; what nobody had to say is not owed. */
function begin(perSecond: number): void {
  let beforeMs = performance.now();
  setInterval(() => {
    const nowMs = performance.now();
    let due = Math.round(((nowMs - beforeMs) / 1000) * perSecond);
    beforeMs = nowMs;
    for (; due > 0; due -= 1) {
      const next = open.shift();
      if (next === undefined) return;
      say(next);
    }
  }, everyMs);
}

function say({ index, version, attempt, at }: Attempt): void {
  const step = at < downloads ? 'downloading' : (stepsAfter[at - downloads] ?? 'ended');
  const isOver = step === 'ended';
  const verdict = isOver ? (index % 50 === 49 ? 'failed-rolled-back' : 'done') : null;
  const report = {
    version,
    attempt,
    number: sent,
    step,
    doneBytes: Math.min(at, downloads) * 1_000_000,
    totalBytes: downloads * 1_000_000,
    verdict,
  };
  const body = JSON.stringify({ lanyard: { attempt: report } });
  fleet.devices()[index]?.socket.write(publishPacket(twinReportTopic(String(sent)), body));
  sent += 1;
  if (isOver) ended += 1;
  else open.splice(activeAtOnce - 1, 0, { index, version, attempt, at: at + 1 });
}
