// A moment told both ways: by the clock, and how long ago.
import { agoInWords, clockTime } from '../words/age.ts';
import { useView } from '../link/view-store.ts';

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
