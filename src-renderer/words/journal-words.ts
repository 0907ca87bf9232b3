// What a row of the journal says, as one plain sentence with links to the things it names. Every kind has its sentence (the type
// holds that); texts of devices are made safe, and a detail of an unknown shape costs its part of the sentence and no more.
import { itemsIn } from '#contract/journal-brief.ts';
import type { JournalKind } from '#domain/records/journal-event.ts';
import {
  deploymentOf,
  deviceOf,
  type JournalTeller,
  list,
  numberIn,
  partText,
  patchWords,
  plural,
  pluralIn,
  reasonWords,
  scalarText,
  type SentencePart,
  subjectOf,
  subjectWithin,
  textIn,
  type ToldEntry,
} from './journal-sentence.ts';
import { clockHint } from './contact-words.ts';
import { hubTellers } from './journal-words-hub.ts';
import { reportTeller } from './journal-words-reports.ts';
import { rolloutTellers } from './journal-words-rollouts.ts';
import { methodStatusWords } from './method-words.ts';

type SiteKind = Exclude<JournalKind, keyof typeof hubTellers | keyof typeof rolloutTellers>;

const siteTellers: Readonly<Record<SiteKind, JournalTeller>> = {
  'device-created': (entry) => [
    entry.detail['isEdge'] === true ? 'Edge device ' : 'Device ',
    deviceOf(entry),
    ' was added.',
  ],
  'device-updated': (entry) => [
    'Device ',
    deviceOf(entry),
    ' was changed',
    ...fieldsWords(entry),
    entry.detail['status'] === 'disabled' ? '. It is disabled and may not connect.' : '.',
  ],
  'device-deleted': (entry) => ['Device ', deviceOf(entry), ' was deleted.'],
  'module-created': (entry) => ['Module ', moduleWord(entry), ' was added to ', deviceOf(entry), '.'],
  'module-updated': (entry) => [
    'Module ',
    moduleWord(entry),
    ' of ',
    deviceOf(entry),
    ' was changed',
    ...fieldsWords(entry),
    '.',
  ],
  'module-deleted': (entry) => ['Module ', moduleWord(entry), ' of ', deviceOf(entry), ' was deleted.'],
  'tags-changed': (entry) => [
    'Tags of ',
    ...subjectWithin(entry),
    ' changed',
    ...patchWords(entry.detail['patch']),
    '.',
  ],
  'desired-changed': (entry) => [
    'Desired values of ',
    ...subjectWithin(entry),
    ' changed',
    ...patchWords(entry.detail['patch']),
    ' (version ',
    numberIn(entry, 'version'),
    ').',
  ],
  'reported-changed': reportTeller,
  'configuration-changed': (entry) => [deviceOf(entry), ...revisionWords(entry)],
  'configuration-cleared': (entry) => [
    'The values that ',
    deploymentOf(entry),
    ' left on ',
    deviceOf(entry),
    ' are to be taken away.',
  ],
  'configuration-refused': (entry) => [
    deviceOf(entry),
    ' keeps what it has, for its new configuration cannot be given to it: ',
    textIn(entry, 'reason', 'no reason was kept').replace(/\.$/, ''),
    '.',
  ],
  'manifest-set': (entry) => [
    'The modules of ',
    deviceOf(entry),
    ' were set by hand, past the deployments',
    ...listWords(entry, 'modules', ': '),
    '.',
  ],
  'routes-skipped': (entry) => [
    plural(itemsIn(entry.detail['routes']).count, 'route'),
    ' of ',
    deviceOf(entry),
    ' cannot be read and ',
    itemsIn(entry.detail['routes']).count === 1 ? 'is skipped' : 'are skipped',
    ...listWords(entry, 'routes', ': '),
    '.',
  ],
  'device-connected': (entry) =>
    entry.detail['reason'] === 'flapping'
      ? [...subjectOf(entry), ' came and went ', numberIn(entry, 'count'), ' times, and is connected.']
      : [...subjectOf(entry), ' connected', ...from(entry), '.'],
  'device-disconnected': (entry) =>
    entry.detail['reason'] === 'flapping'
      ? [...subjectOf(entry), ' came and went ', numberIn(entry, 'count'), ' times, and is not connected.']
      : [...subjectOf(entry), ' disconnected: ', reasonWords(entry.detail['reason']), '.'],
  'connection-refused': (entry) => [
    isOne(entry) ? 'A connection' : `${numberIn(entry, 'count')} connections`,
    ...from(entry),
    ...(entry.deviceId === null ? [] : [' for ', ...subjectWithin(entry)]),
    isOne(entry) ? ' was turned away: ' : ' were turned away: ',
    reasonWords(entry.detail['reason']),
    `.${clockHint(entry.detail['reason'])}`,
  ],
  'identity-contested': (entry) => [
    'Two clients connect as ',
    ...subjectWithin(entry),
    ' and push one another out, ',
    pluralIn(entry, 'takeovers', 'time'),
    ' so far',
    ...listWords(entry, 'addresses', ', from '),
    '.',
  ],
  'method-called': (entry) => [
    'Method ',
    textIn(entry, 'name', 'without a name'),
    ' was called on ',
    ...subjectWithin(entry),
    '; the answer was ',
    methodAnswer(entry),
    '.',
  ],
  'cloud-message-queued': (entry) => ['A message to ', deviceOf(entry), ' was queued.'],
  'cloud-message-taken': (entry) => [deviceOf(entry), ' took a message.'],
  'cloud-message-expired': (entry) => ['A message to ', deviceOf(entry), droppedWords(entry)],
  'module-messages-dropped': (entry) => [
    'Messages between modules of ',
    deviceOf(entry),
    ' never arrived: ',
    Object.entries(entry.detail)
      .map(([reason, count]) => `${scalarText(count)} ${reasonWords(reason)}`)
      .join(', ') || 'how many was not kept',
    '.',
  ],
  'deployment-created': (entry) => [
    deploymentWord(entry),
    deploymentOf(entry),
    ' was created',
    ...headWords(entry),
    '.',
  ],
  'deployment-updated': (entry) => [
    deploymentWord(entry),
    deploymentOf(entry),
    ' was changed',
    ...headWords(entry),
    '.',
  ],
  'deployment-deleted': (entry) => ['Deployment ', deploymentOf(entry), ' was deleted.'],
};

const tellers: Readonly<Record<JournalKind, JournalTeller>> = { ...siteTellers, ...rolloutTellers, ...hubTellers };

/** The sentence, in parts: text, and things to link to. A row of a newer hub is told by the name of its kind. */
export function journalWords(entry: ToldEntry): readonly SentencePart[] {
  return Object.hasOwn(tellers, entry.kind) ? tellers[entry.kind](entry) : [`${entry.kind}.`];
}

/** The same as one text, for a file or a screen reader. */
export function journalText(entry: ToldEntry): string {
  return journalWords(entry).map(partText).join('');
}

function droppedWords({ detail: { reason } }: ToldEntry): string {
  if (reason === 'purged') return ' was taken back.';
  return reason === 'delivery-count'
    ? ' was dropped: it was sent ten times and never taken.'
    : ' was dropped: its time was over.';
}

function moduleWord({ moduleId }: ToldEntry): string {
  return moduleId === null ? '?' : partText(moduleId);
}

function from({ detail }: ToldEntry): readonly string[] {
  const address = detail['address'];
  if (typeof address !== 'string') return [];
  return [address === 'many' ? ' from many addresses' : ` from ${partText(address)}`];
}

function isOne({ detail: { count } }: ToldEntry): boolean {
  return count === 1 || count === undefined;
}

function methodAnswer({ detail: { status } }: ToldEntry): string {
  return typeof status === 'number' ? methodStatusWords(status).word : 'not kept';
}

const fieldWords: Readonly<Record<string, string>> = {
  authentication: 'its keys or certificate',
  isEdge: 'whether it is an edge device',
  managedBy: 'who manages it',
  status: 'whether it may connect',
  statusReason: 'the reason for that',
};

function fieldsWords({ detail }: ToldEntry): readonly string[] {
  const { count, first } = itemsIn(detail['changed']);
  const named = first.map((key) => fieldWords[scalarText(key)] ?? key);
  return count === 0 ? [] : [': ', list({ count, first: named })];
}

function listWords({ detail }: ToldEntry, key: string, before: string): readonly string[] {
  const items = itemsIn(detail[key]);
  return items.count === 0 ? [] : [before, list(items)];
}

const typeWords: Readonly<Record<string, string>> = {
  base: 'Base deployment ',
  layer: 'Layered deployment ',
  device: 'Automatic configuration ',
  module: 'Automatic configuration ',
};

function deploymentWord({ detail }: ToldEntry): string {
  return typeWords[scalarText(detail['type'])] ?? 'Deployment ';
}

function headWords({ detail }: ToldEntry): readonly string[] {
  const { priority, targetCondition } = detail;
  if (typeof priority !== 'number' || typeof targetCondition !== 'string') return [];
  const to = targetCondition === '' ? 'no device' : partText(targetCondition);
  return [` with priority ${priority}, for ${to}`];
}

function revisionWords(entry: ToldEntry): readonly SentencePart[] {
  const { detail } = entry;
  const base = detail['base'];
  const applied = itemsIn(detail['applied']);
  const takesOver = detail['takesOver'] === true ? ' What was set on it by hand gave way.' : '';
  const given = [' was given revision ', numberIn(entry, 'revision')];
  if (typeof base !== 'string')
    return applied.count === 0
      ? [...given, ', with no deployment: it keeps what it runs.']
      : [...given, ', of ', list(applied), '.'];
  const layers = applied.count - 1;
  return [
    ...given,
    ', from ',
    { to: 'deployment', id: base },
    layers > 0 ? ` and ${plural(layers, 'layer')}.` : '.',
    takesOver,
  ];
}
