// The parts that sentences about the journal are put together from: texts made safe, things to link to, lists cut short.
import { isJsonObject, ownValue, type Json, type JsonObject } from '#base/json.ts';
import { type Cut, itemsIn } from '#contract/journal-brief.ts';
import type { JournalKind } from '#domain/records/journal-event.ts';
import { safeText } from './safe-text.ts';

/** A row as sentences need it: of the console's list, or of the journal itself. */
export interface ToldEntry {
  readonly kind: JournalKind;
  readonly deviceId: string | null;
  readonly moduleId: string | null;
  readonly deploymentId: string | null;
  readonly detail: JsonObject;
}

export interface LinkTarget {
  readonly to: 'device' | 'deployment' | 'rollout';
  readonly id: string;
}

/** Text is safe as it stands; the id of a target is not, for it is also an address. */
export type SentencePart = string | LinkTarget;

export type JournalTeller = (entry: ToldEntry) => readonly SentencePart[];

const mostNamed = 3;
const longestName = 64;

export function partText(part: SentencePart): string {
  const text = safeText(typeof part === 'string' ? part : part.id);
  return typeof part === 'string' ? text : clipped(text);
}

export function deviceOf({ deviceId }: ToldEntry): SentencePart {
  return deviceId === null ? 'an unnamed device' : { to: 'device', id: deviceId };
}

export function deploymentOf({ deploymentId }: ToldEntry): SentencePart {
  return deploymentId === null ? 'an unnamed deployment' : { to: 'deployment', id: deploymentId };
}

export function rolloutOf({ deploymentId }: ToldEntry): SentencePart {
  return deploymentId === null ? 'an unnamed deployment' : { to: 'rollout', id: deploymentId };
}

export function textIn({ detail }: ToldEntry, key: string, otherwise: string): string {
  const value = detail[key];
  return typeof value === 'string' ? safeText(value) : otherwise;
}

const systemModules: Readonly<Record<string, string>> = { $edgeAgent: 'The agent of ', $edgeHub: 'The edge hub of ' };

/** What a row is about, as a sentence begins: `pump-1`, `The agent of pump-1`, `Module web of pump-1`. */
export function subjectOf(entry: ToldEntry): readonly SentencePart[] {
  const { moduleId } = entry;
  if (moduleId === null) return [deviceOf(entry)];
  const system = Object.hasOwn(systemModules, moduleId) ? systemModules[moduleId] : undefined;
  return system === undefined ? ['Module ', partText(moduleId), ' of ', deviceOf(entry)] : [system, deviceOf(entry)];
}

/** The same within a sentence: `the agent of pump-1`. */
export function subjectWithin(entry: ToldEntry): readonly SentencePart[] {
  const [first, ...rest] = subjectOf(entry);
  return typeof first === 'string' ? [`${first.charAt(0).toLowerCase()}${first.slice(1)}`, ...rest] : subjectOf(entry);
}

/** `?` where there is none. */
export function numberIn({ detail }: ToldEntry, key: string): string {
  const value = detail[key];
  return typeof value === 'number' ? String(value) : '?';
}

export function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

/** `3 images`; `an unknown number of images` where there is no number. */
export function pluralIn({ detail }: ToldEntry, key: string, word: string): string {
  const count = detail[key];
  return typeof count === 'number' ? plural(count, word) : `an unknown number of ${word}s`;
}

/** The first few by name, the others counted: `a`, `a and b`, `a, b, c and 4 more`. */
export function list({ count, first }: Cut): string {
  return listOfTexts(first.slice(0, mostNamed).map(nameOf), count);
}

function listOfTexts(named: readonly string[], count: number): string {
  const others = count - named.length;
  if (others > 0) return `${named.join(', ')} and ${others} more`;
  return named.length < 2 ? (named[0] ?? '') : `${named.slice(0, -1).join(', ')} and ${named.at(-1)}`;
}

/** The same of things to link to; `of`: how many there are in all. */
export function listOfParts(parts: readonly SentencePart[], of: number): readonly SentencePart[] {
  const named = parts.slice(0, mostNamed);
  const others = of - named.length;
  const last = others > 0 ? [` and ${others} more`] : [];
  return [
    ...named.flatMap((part, at) => [...(at === 0 ? [] : [at === of - 1 ? ' and ' : ', ']), part]),
    ...(named.length === 0 ? [plural(of, 'device')] : last),
  ];
}

/** What a merge patch sets, value by value: `: site = a, floor removed and 2 more`. Of one that was cut, the names alone. */
export function patchWords(patch: Json | undefined): readonly string[] {
  const { count, first } = itemsIn(patch);
  if (count === 0) return [];
  const named = first.slice(0, mostNamed).map((key) => {
    const name = clipped(scalarText(key));
    const value = isJsonObject(patch) && typeof key === 'string' ? ownValue(patch, key) : undefined;
    if (value === null) return `${name} removed`;
    return value === undefined || typeof value === 'object' ? name : `${name} = ${clipped(scalarText(value))}`;
  });
  return [': ', listOfTexts(named, count)];
}

function nameOf(item: Json): string {
  return clipped(scalarText(isJsonObject(item) ? (item['kind'] ?? item['moduleId']) : item));
}

/** A text, number or truth as it reads; `…` for what holds values itself. */
export function scalarText(value: Json | undefined): string {
  if (typeof value === 'string') return safeText(value);
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '…';
}

export function clipped(text: string): string {
  return text.length > longestName ? `${text.slice(0, longestName)}…` : text;
}

const reasons: Readonly<Record<string, string>> = {
  'access-withdrawn': 'its access was taken away',
  'bad-login': 'its login cannot be read',
  'certificate-expired': 'its certificate has expired',
  'closed-by-device': 'it closed the connection',
  'connect-timeout': 'it never said who it is',
  'device-disabled': 'the device is disabled',
  'device-frozen': 'it took nothing any more',
  'device-silent': 'it fell silent',
  'device-unknown': 'there is no such device',
  expired: 'past their time',
  'foreign-subscription': 'it asked for messages of others',
  'foreign-topic': 'it wrote where it may not',
  'foreign-will': 'its last will is for others',
  'hub-failed': 'the hub failed on it; its log says why',
  'hub-slept': 'this machine slept',
  'hub-stopped': 'the hub stopped',
  'identity-contested': 'two clients use one identity',
  limit: 'over the limit of what may wait',
  'malformed-packet': 'it does not speak MQTT as it should',
  'malformed-token': 'its token cannot be read',
  'no-proof': 'it showed no key and no certificate',
  'not-mqtt': 'it does not speak MQTT',
  'oversize-packet': 'it sent a message that is too large',
  'protocol-violation': 'it did what MQTT does not allow',
  'qos-2': 'it asked for QoS 2',
  'second-connect': 'it said twice who it is',
  'taken-over': 'it connected anew',
  'token-expired': 'its token has expired',
  'too-large': 'too large',
  'too-many-subscriptions': 'it asked for too many topics',
  'unknown-module': 'for a module that is not there',
  'written-late': 'told late, for the disk refused it before',
  'wrong-audience': 'its token is for another hub or device',
  'wrong-certificate': 'its certificate is not the one that was registered',
  'wrong-key': 'its key is wrong',
};

/** A reason of the hub's own in words; one not known here with its dashes taken out. */
export function reasonWords(reason: Json | undefined): string {
  if (typeof reason !== 'string') return 'no reason was kept';
  return Object.hasOwn(reasons, reason) ? (reasons[reason] ?? reason) : safeText(reason).replaceAll('-', ' ');
}
