// A moment told both ways: by the clock, and how long ago.
import { useView } from '#renderer/link/view-store.ts';
import { agoInWords, clockTime } from '#renderer/words/age.ts';

export function When({ atMs }: { readonly atMs: number }) {
  const nowMs = useView((state) => state.nowMs);
  return (
    <>
      {clockTime(atMs)}
      <br />
      <span className="dimmed">{agoInWords(nowMs - atMs)}</span>
    </>
  );
}
