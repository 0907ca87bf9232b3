// The sentences of journal rows about rollouts; what a step did is told in rollout-event-words.ts.
import { isJsonObject, type Json } from '#base/json.ts';
import { itemsIn } from '#contract/journal-brief.ts';
import type { JournalKind } from '#domain/records/journal-event.ts';
import { bytesInWords } from './bytes.ts';
import { deviceOf, type JournalTeller, numberIn, plural, rolloutOf } from './journal-sentence.ts';
import { stepWords } from './rollout-event-words.ts';
import { safeText } from './safe-text.ts';

export const rolloutTellers = {
  'rollout-created': (entry) => {
    const isOver = entry.detail['status'] === 'finished';
    const isWayBack = isOver && typeof entry.detail['takesBackNumber'] === 'number';
    return [
      isWayBack ? 'The rollback ' : 'A rollout of ',
      rolloutOf(entry),
      isWayBack ? ' was deployed' : isOver ? ' was noted as finished' : ' was started',
      '.',
      becauseWords(entry.detail['cause']),
    ];
  },
  'rollout-advanced': (entry) => ['Rollout of ', rolloutOf(entry), ': ', ...stepWords(entry.detail), '.'],
  'rollout-sent': (entry) =>
    entry.detail['version'] === null
      ? [
          'Rollout of ',
          rolloutOf(entry),
          ': nothing had to be sent to ',
          deviceOf(entry),
          ' (attempt ',
          numberIn(entry, 'attempt'),
          ').',
        ]
      : [
          'Rollout of ',
          rolloutOf(entry),
          ': attempt ',
          numberIn(entry, 'attempt'),
          ' was sent to ',
          deviceOf(entry),
          '.',
        ],
  'rollout-switch-released': (entry) => [
    'Rollout of ',
    rolloutOf(entry),
    `: ${plural(itemsIn(entry.detail['evaluate']).count, 'device')} may switch now`,
    entry.detail['isForced'] === true ? ', past all locks and hooks.' : '.',
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
  return typeof reason === 'string' && reason !== '' ? ` ${safeText(reason).replace(/\.$/, '')}.` : '';
}
