// What a step of a rollout did, event by event: who and what, devices of which the same is told together. What ticks along (who came
// and went) is told only where nothing else happened.
import { isJsonObject, type Json, type JsonObject } from '#base/json.ts';
import { itemsIn } from '#contract/journal-brief.ts';
import type { RolloutEvent } from '#domain/rollouts/rollout-event.ts';
import { listOfParts, plural, scalarText, type SentencePart } from './journal-sentence.ts';
import { safeText } from './safe-text.ts';
import { verdictPhrase } from './verdict-phrase.ts';

/** What is told of one device, and of several. */
interface Told {
  readonly one: readonly SentencePart[];
  readonly many: readonly SentencePart[];
}

const quiet: ReadonlySet<string> = new Set([
  'time-passed',
  'device-woke',
  'device-slept',
  'device-expected',
  'device-up',
  'device-down',
  'bystanders-counted',
] satisfies readonly RolloutEvent['kind'][]);

const mostTold = 3;

/** `detail` of a row `rollout-advanced`, whole or cut. */
export function stepWords(detail: JsonObject): readonly SentencePart[] {
  const { count, first } = itemsIn(detail['events']);
  const events = first.filter(isJsonObject);
  const telling = events.filter(({ kind }) => !quiet.has(scalarText(kind)));
  const groups = grouped(telling.length > 0 ? telling : events.filter(({ kind }) => kind !== 'time-passed'), detail);
  const told = groups.slice(0, mostTold);
  if (told.length === 0) return timeWords(detail);
  const parts = told.flatMap((group, at) => [...(at === 0 ? [] : ['; ']), ...groupWords(group)]);
  const rest = count - first.length + groups.slice(mostTold).reduce((sum, { events: of }) => sum + of, 0);
  return rest > 0 ? [...parts, `; and ${plural(rest, 'more event')}`] : parts;
}

function timeWords({ evaluate }: JsonObject): readonly SentencePart[] {
  const { count, first } = itemsIn(evaluate);
  if (count === 0) return ['time went by, and nothing came of it yet'];
  return ['the turn came for ', ...listOfParts(first.map(device), count)];
}

interface Group {
  readonly devices: SentencePart[];
  /** Null: it is about no device. */
  readonly told: Told | null;
  readonly alone: readonly SentencePart[];
  events: number;
}

function grouped(events: readonly JsonObject[], detail: JsonObject): readonly Group[] {
  const groups = new Map<string, Group>();
  for (const event of events) {
    const alone = aloneWords(event);
    const told = alone === null ? deviceWords(event, detail) : null;
    const key = JSON.stringify(alone ?? told?.one);
    const group = groups.get(key) ?? { devices: [], told, alone: alone ?? [], events: 0 };
    group.devices.push(device(event['deviceId']));
    group.events += 1;
    groups.set(key, group);
  }
  return [...groups.values()];
}

function groupWords({ devices, told, alone }: Group): readonly SentencePart[] {
  if (told === null) return alone;
  return [...listOfParts(devices, devices.length), ' ', ...(devices.length === 1 ? told.one : told.many)];
}

function device(id: Json | undefined): SentencePart {
  return typeof id === 'string' ? { to: 'device', id } : 'a device';
}

function deployment(id: Json | undefined): SentencePart {
  return typeof id === 'string' ? { to: 'deployment', id } : 'another deployment';
}

const persons: Readonly<Record<string, string>> = {
  console: 'a person',
  service: 'a script',
  hub: 'the hub',
  device: 'a device',
};

const orders: Readonly<Record<string, string>> = {
  paused: 'paused it',
  resumed: 'let it go on',
  canceled: 'canceled it',
  'rolled-back': 'rolled it back',
  hurried: 'told it not to wait for its maintenance windows',
  'failed-retried': 'had the failed devices tried again',
  'deployment-deleted': 'deleted its deployment, and it ends',
  'wave-released': 'let its next wave begin',
};

/** What is about the rollout as a whole; null: it is about one device. */
function aloneWords(event: JsonObject): readonly SentencePart[] | null {
  const kind = scalarText(event['kind']);
  const order = Object.hasOwn(orders, kind) ? orders[kind] : undefined;
  if (order !== undefined) {
    const by = scalarText(event['by']);
    return [`${Object.hasOwn(persons, by) ? (persons[by] ?? by) : 'somebody'} ${order}`];
  }
  switch (kind) {
    case 'targets-joined':
      return [`${countWords(event['targets'])} joined`];
    case 'devices-taken-over':
      return [`${countWords(event['deviceIds'])} went over to `, deployment(event['by'])];
    case 'reach-changed':
      return [sentence(event['because'], 'it reaches other devices')];
    case 'superseded':
      return ['the newer rollout of ', deployment(event['by']), ' took its place'];
    case 'bystanders-counted':
      return [`of group ${scalarText(event['groupId'])} ${plural(Number(event['up']), 'other device')} up`];
    default:
      return typeof event['deviceId'] === 'string' ? null : [kind.replaceAll('-', ' ')];
  }
}

/** `3 devices`; `devices` where the list was cut away. */
function countWords(list: Json | undefined): string {
  const { count } = itemsIn(list);
  return count === 0 ? 'devices' : plural(count, 'device');
}

function deviceWords(event: JsonObject, detail: JsonObject): Told {
  const kind = scalarText(event['kind']);
  switch (kind) {
    case 'target-left':
      return event['isDecommissioned'] === true ? both('left it, deleted from the hub') : both('left it');
    case 'device-taken':
      return { one: ['is', ...taken(event)], many: ['are', ...taken(event)] };
    case 'device-freed':
      return words('is free for it again', 'are free for it again');
    case 'preflight-answered':
      return preflightWords(event['answer']);
    case 'nothing-to-change':
      return nothingWords(event);
    case 'progress-reported':
      return progressWords(event);
    case 'attempt-ended':
      return both(endWords(event, detail));
    case 'carried-out-late':
      return words(
        'carried it out after it was given up for its silence',
        'carried it out after they were given up for their silence',
      );
    case 'device-woke':
      return both('connected');
    case 'device-slept':
      return both('disconnected');
    case 'device-expected':
      return words('is waited for to connect again', 'are waited for to connect again');
    case 'device-up':
      return words('works well', 'work well');
    case 'device-down':
      return words('does not work well', 'do not work well');
    default:
      return both(`told: ${kind.replaceAll('-', ' ')}`);
  }
}

function both(text: string): Told {
  return words(text, text);
}

function words(one: string, many: string): Told {
  return { one: [one], many: [many] };
}

function taken({ by }: JsonObject): readonly SentencePart[] {
  return [' in change for the rollout of ', deployment(by), ' and must wait'];
}

/** What stands in a list may have lost the answer. */
function preflightWords(answer: Json | undefined): Told {
  if (!isJsonObject(answer)) return words('was checked beforehand', 'were checked beforehand');
  if (answer['kind'] === 'go') return both('can begin');
  if (answer['kind'] === 'never') return both(`can never have it${because(answer['reason'])}`);
  const [obstacle] = itemsIn(answer['obstacles']).first;
  return both(`cannot begin yet${because(obstacle)}`);
}

function nothingWords({ isOutranked, takesBack }: JsonObject): Told {
  if (isJsonObject(takesBack)) return words('needs no change on the way back', 'need no change on the way back');
  if (isOutranked === true)
    return words(
      'is not changed: what ranks above hides all of it',
      'are not changed: what ranks above hides all of it',
    );
  return words('has it already', 'have it already');
}

function progressWords({ step, reason }: JsonObject): Told {
  if (step === 'held')
    return { one: [`holds its switch${because(reason)}`], many: [`hold their switch${because(reason)}`] };
  const text = scalarText(step);
  return words(`is ${text}`, `are ${text}`);
}

/** `wayBack`: whose attempt was one to take it back; rows from before that was told have none. */
function endWords({ deviceId, verdict, reason }: JsonObject, { wayBack }: JsonObject): string {
  const { count, first } = itemsIn(wayBack);
  const isWayBack = first.includes(deviceId ?? null);
  const isUntold = !isWayBack && count > first.length;
  return `${isUntold ? 'ended an attempt' : verdictPhrase(scalarText(verdict), isWayBack)}${because(reason)}`;
}

/** ` (its reason)`, or nothing. */
function because(reason: Json | undefined): string {
  return typeof reason === 'string' && reason !== '' ? ` (${sentence(reason, '')})` : '';
}

function sentence(text: Json | undefined, otherwise: string): string {
  return typeof text === 'string' && text !== '' ? safeText(text).replace(/\.$/, '') : otherwise;
}
