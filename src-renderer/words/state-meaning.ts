// What a device's state means for this very device: where modules fail, they are named with the reason.
import type { DeviceDetail } from '#contract/console-rows.ts';
import { withExitWords } from './exit-code-words.ts';
import { safeText } from './safe-text.ts';
import { deviceStateWords } from './status-words.ts';

// More than these are counted; the table below the sentence shows all.
const mostNamed = 3;

/** "Module 'web' ended with code 1 and waits to be started again." instead of "one of its modules failed". */
export function stateMeaning({ row, health }: Pick<DeviceDetail, 'row' | 'health'>): string {
  if (row.state !== 'failing') return deviceStateWords[row.state].meaning;
  const failing = (health?.troubles ?? []).filter(({ kind }) => kind === 'failing');
  const sentences = failing
    .slice(0, mostNamed)
    .map(({ module, reason }) => `Module '${safeText(module)}' ${safeText(withExitWords(reason))}.`);
  if (row.outcome === 'failure') sentences.unshift('Its configuration failed.');
  const others = failing.length - mostNamed;
  if (others > 0) sentences.push(others === 1 ? 'Another one fails.' : `${others} others fail.`);
  return sentences.length === 0 ? deviceStateWords.failing.meaning : sentences.join(' ');
}
