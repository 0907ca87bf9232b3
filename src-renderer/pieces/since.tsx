// How long ago, growing by itself: only these words are drawn anew each second. The moment itself is told beside it on demand.
import { useView } from '#renderer/link/view-store.ts';
import { agoInWords, clockTime } from '#renderer/words/age.ts';

export function Since({ atMs }: { readonly atMs: number }) {
  const words = useView((view) => agoInWords(view.nowMs - atMs));
  return (
    <time dateTime={new Date(atMs).toISOString()} title={clockTime(atMs)}>
      {words}
    </time>
  );
}
