// The parts that sentences about the journal are put together from: texts made safe, things to link to, lists cut short.
import { isJsonObject, type Json, type JsonObject } from '#base/json.ts';
import type { Cut } from '#contract/journal-brief.ts';
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

/** `?` where there is none. */
export function numberIn({ detail }: ToldEntry, key: string): string {
  const value = detail[key];
  return typeof value === 'number' ? String(value) : '?';
}

export function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

/** The first few by name, the others counted: `a, b, c and 4 more`. */
export function list({ count, first }: Cut): string {
  const named = first.slice(0, mostNamed).map(nameOf);
  const others = count - named.length;
  return others > 0 ? `${named.join(', ')} and ${others} more` : named.join(', ');
}

function nameOf(item: Json): string {
  return clipped(scalarText(isJsonObject(item) ? (item['kind'] ?? item['moduleId']) : item));
}

/** A text, number or truth as it reads; `…` for what holds values itself. */
export function scalarText(value: Json | undefined): string {
  if (typeof value === 'string') return safeText(value);
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '…';
}

function clipped(text: string): string {
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
