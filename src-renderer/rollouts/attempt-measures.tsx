// What was measured of a device's newest attempt: how long it is under way or took, and the bytes it fetched.
import type { RolloutDeviceRow } from '#contract/console-rollouts.ts';
import { Since } from '#renderer/pieces/since.tsx';
import { bytesInWords, shareInWords } from '#renderer/words/bytes.ts';
import { durationInWords } from '#renderer/words/rollout-policy-words.ts';

type Measured = { readonly row: RolloutDeviceRow };

export function AttemptTime({ row: { startedAtMs, endedAtMs } }: Measured) {
  if (startedAtMs === null) return null;
  return (
    <div>
      {endedAtMs === null ? 'began' : `took ${durationInWords(endedAtMs - startedAtMs)},`}{' '}
      <Since atMs={endedAtMs ?? startedAtMs} />
    </div>
  );
}

/** Without a known end there is no share. */
export function AttemptBytes({ row: { bytes } }: Measured) {
  const { done, total } = bytes;
  if (done + total === 0) return null;
  if (total === 0 || done >= total) return <div>fetched {bytesInWords(done)}</div>;
  return (
    <div>
      fetched {shareInWords(done, total)}, {bytesInWords(done)} of {bytesInWords(total)}
    </div>
  );
}
