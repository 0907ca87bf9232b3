// How far a rollout is as a bar and in words: the bar is all devices that it is for, and nobody else.
import type { RolloutRow } from '#contract/console-rows.ts';
import { progressInWords, progressParts } from '#renderer/words/rollout-tally-words.ts';

export function RolloutProgress({ row }: { readonly row: Pick<RolloutRow, 'counts' | 'asleep'> }) {
  return (
    <div className="rollout-progress">
      <ProgressBar row={row} />
      <span>{progressInWords(row)}</span>
    </div>
  );
}

/** The words stand beside it, so that it says nothing to those who hear the page. */
export function ProgressBar({ row: { counts } }: { readonly row: Pick<RolloutRow, 'counts'> }) {
  return (
    <div className="rollout-bar" aria-hidden>
      {progressParts(counts)
        .filter(({ devices }) => devices > 0)
        .map(({ id, color, devices }) => (
          <span
            key={id}
            className={`rollout-bar-${id}`}
            style={{ flexGrow: devices, color: `var(--mantine-color-${color}-text)` }}
          />
        ))}
    </div>
  );
}
