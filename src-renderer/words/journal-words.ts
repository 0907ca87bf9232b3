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
  plural,
  reasonWords,
  scalarText,
  type SentencePart,
  textIn,
  type ToldEntry,
} from './journal-sentence.ts';
import { hubTellers } from './journal-words-hub.ts';
import { rolloutTellers } from './journal-words-rollouts.ts';

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
    entry.detail['status'] === 'disabled' ? ' was changed, and is disabled' : ' was changed',
    ...changedWords(entry),
    '.',
  ],
  'device-deleted': (entry) => ['Device ', deviceOf(entry), ' was deleted.'],
  'module-created': (entry) => ['Module ', moduleWord(entry), ' was added to ', deviceOf(entry), '.'],
  'module-updated': (entry) => [
    'Module ',
    moduleWord(entry),
    ' of ',
    deviceOf(entry),
    ' was changed',
    ...changedWords(entry),
    '.',
  ],
  'module-deleted': (entry) => ['Module ', moduleWord(entry), ' of ', deviceOf(entry), ' was deleted.'],
  'tags-changed': (entry) => ['Tags of ', ...subjectOf(entry), ' changed', ...keysWords(entry, 'patch'), '.'],
  'desired-changed': (entry) => [
    'Desired properties of ',
    ...subjectOf(entry),
    ' changed to version ',
    numberIn(entry, 'version'),
    ...keysWords(entry, 'patch'),
    '.',
  ],
  'reported-changed': (entry) => [
    ...subjectOf(entry),
    ' reported version ',
    numberIn(entry, 'version'),
    ...keysWords(entry, 'patch'),
    '.',
  ],
  'configuration-changed': (entry) => [deviceOf(entry), ...revisionWords(entry)],
  'configuration-cleared': (entry) => [
    'What ',
    deploymentOf(entry),
    ' left on the twins of ',
    deviceOf(entry),
    ' was marked to be taken away.',
  ],
  'configuration-refused': (entry) => [
    deviceOf(entry),
    ' keeps what it has, for its new configuration cannot be given to it: ',
    textIn(entry, 'reason', 'no reason was kept'),
  ],
  'manifest-set': (entry) => [
    'The content of ',
    deviceOf(entry),
    ' was set by hand, past the deployments',
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
    entry.detail['count'] === 1 || entry.detail['count'] === undefined
      ? 'A connection'
      : `${numberIn(entry, 'count')} connections`,
    ...from(entry),
    ...(entry.deviceId === null ? [] : [' for ', ...subjectOf(entry)]),
    ' turned away: ',
    reasonWords(entry.detail['reason']),
    '.',
  ],
  'identity-contested': (entry) => [
    'Two clients fight over ',
    ...subjectOf(entry),
    ': ',
    plural(Number(entry.detail['takeovers'] ?? 0), 'takeover'),
    ...listWords(entry, 'addresses', ', from '),
    '.',
  ],
  'method-called': (entry) => [
    'Method ',
    textIn(entry, 'name', 'without a name'),
    ' was called on ',
    ...subjectOf(entry),
    ', which answered with status ',
    numberIn(entry, 'status'),
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
      .join(', '),
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

function subjectOf(entry: ToldEntry): readonly SentencePart[] {
  return entry.moduleId === null ? [deviceOf(entry)] : [moduleWord(entry), ' of ', deviceOf(entry)];
}

function from({ detail }: ToldEntry): readonly string[] {
  const address = detail['address'];
  if (typeof address !== 'string') return [];
  return [address === 'many' ? ' from many addresses' : ` from ${partText(address)}`];
}

function changedWords(entry: ToldEntry): readonly string[] {
  return listWords(entry, 'changed', ': ');
}

function keysWords(entry: ToldEntry, key: string): readonly string[] {
  return listWords(entry, key, ': ');
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
