// The sentences of journal rows about rollouts: of a step, the events that a person cares for, the others counted.
import { isJsonObject, type Json, type JsonObject } from '#base/json.ts';
import { itemsIn } from '#contract/journal-brief.ts';
import type { JournalKind } from '#domain/records/journal-event.ts';
import type { RolloutEvent } from '#domain/rollouts/rollout-event.ts';
import type { Verdict } from '#domain/updates/update-trial.ts';
import { bytesInWords } from './bytes.ts';
import {
  deviceOf,
  type JournalTeller,
  numberIn,
  plural,
  rolloutOf,
  scalarText,
  type SentencePart,
} from './journal-sentence.ts';
import { safeText } from './safe-text.ts';

export const rolloutTellers = {
  'rollout-created': (entry) => [
    'A rollout of ',
    rolloutOf(entry),
    entry.detail['status'] === 'finished' ? ' was noted as finished' : ' was started',
    becauseWords(entry.detail['cause']),
    '.',
  ],
  'rollout-advanced': (entry) => ['Rollout of ', rolloutOf(entry), ': ', ...eventWords(entry.detail['events']), '.'],
  'rollout-sent': (entry) =>
    entry.detail['version'] === null
      ? [
          'Attempt ',
          numberIn(entry, 'attempt'),
          ' of ',
          rolloutOf(entry),
          ' had nothing to send to ',
          deviceOf(entry),
          '.',
        ]
      : ['Attempt ', numberIn(entry, 'attempt'), ' of ', rolloutOf(entry), ' was sent to ', deviceOf(entry), '.'],
  'rollout-switch-released': (entry) => [
    plural(itemsIn(entry.detail['evaluate']).count, 'device'),
    ' of the rollout of ',
    rolloutOf(entry),
    entry.detail['isForced'] === true ? ' may switch now, whatever holds it.' : ' may switch now.',
  ],
  'attempt-log-kept': (entry) => [
    'The log of attempt ',
    numberIn(entry, 'attempt'),
    ' of ',
    rolloutOf(entry),
    ' on ',
    deviceOf(entry),
    ' is here',
    typeof entry.detail['totalBytes'] === 'number' ? `, ${bytesInWords(entry.detail['totalBytes'])}` : '',
    entry.detail['isWhole'] === false ? '; some of it is missing.' : '.',
  ],
} satisfies Readonly<Partial<Record<JournalKind, JournalTeller>>>;

function becauseWords(cause: Json | undefined): string {
  const reason = isJsonObject(cause) ? cause['reason'] : undefined;
  return typeof reason === 'string' && reason !== '' ? `: ${safeText(reason).replace(/\.$/, '')}` : '';
}

/** What ticks along and is told in the rollout's own screen: it is counted, not told. */
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

function eventWords(events: Json | undefined): readonly SentencePart[] {
  const { count, first } = itemsIn(events);
  if (count === 0) return ['it looked again'];
  const telling = first.filter(
    (event): event is JsonObject => isJsonObject(event) && !quiet.has(scalarText(event['kind'])),
  );
  const told = telling.slice(0, mostTold);
  const parts = told.flatMap((event, index) => [...(index === 0 ? [] : ['; ']), ...wordsOf(event)]);
  const rest = count - told.length;
  if (told.length === 0) return [`its devices went on (${plural(rest, 'report')})`];
  return rest === 0 ? parts : [...parts, `; and ${plural(rest, 'further event')}`];
}

const verdictWords: Readonly<Record<Verdict, string>> = {
  done: 'succeeded',
  'failed-unchanged': 'failed and left the device as it was',
  'failed-rolled-back': 'failed and was taken back',
  'failed-left': 'failed and was left as it is',
  'failed-stuck': 'failed and could not be taken back',
  refused: 'was refused by the device',
};

const byPerson: Readonly<Record<string, string>> = {
  paused: 'paused',
  resumed: 'resumed',
  canceled: 'canceled',
  'rolled-back': 'told to roll back',
  hurried: 'told to hurry',
  'failed-retried': 'told to try the failed ones again',
  'deployment-deleted': 'ended, for its deployment was deleted',
  'wave-released': 'its next wave was released',
};

function wordsOf(event: JsonObject): readonly SentencePart[] {
  const kind = scalarText(event['kind']);
  const person = Object.hasOwn(byPerson, kind) ? byPerson[kind] : undefined;
  if (person !== undefined) return [person];
  const id = event['deviceId'];
  const device: SentencePart = typeof id === 'string' ? { to: 'device', id } : 'a device';
  switch (kind) {
    case 'targets-joined':
      return ['devices joined'];
    case 'target-left':
      return [device, ' left'];
    case 'device-taken':
      return [device, ' is in change for another rollout'];
    case 'device-freed':
      return [device, ' is free again'];
    case 'devices-taken-over':
      return ['devices were taken over by ', deployment(event['by'])];
    case 'preflight-answered':
      return [device, ' answered the check before the change'];
    case 'nothing-to-change':
      return [device, ' has it already'];
    case 'reach-changed':
      return [scalarText(event['because'] ?? 'other devices are reached').replace(/\.$/, '')];
    case 'progress-reported':
      return [device, event['step'] === 'held' ? ' holds its switch' : ` is ${scalarText(event['step'])}`];
    case 'attempt-ended':
      return [device, ' ', endWords(event)];
    case 'superseded':
      return ['superseded by ', deployment(event['by'])];
    default:
      return [kind.replaceAll('-', ' ')];
  }
}

function deployment(id: Json | undefined): SentencePart {
  return typeof id === 'string' ? { to: 'deployment', id } : 'another deployment';
}

function endWords({ verdict, reason }: JsonObject): string {
  const known = typeof verdict === 'string' && Object.hasOwn(verdictWords, verdict);
  const words = known ? verdictWords[verdict as Verdict] : 'ended';
  return typeof reason === 'string' ? `${words} (${safeText(reason).replace(/\.$/, '')})` : words;
}
