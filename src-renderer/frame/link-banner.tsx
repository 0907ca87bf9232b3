// Says when the hub is out of reach, and since when what is shown is old.
import { IconPlugConnectedX } from '@tabler/icons-react';
import { useProjection } from '#renderer/link/projection-store.ts';
import { useView } from '#renderer/link/view-store.ts';
import { ageInWords } from '#renderer/words/age.ts';
import { Banner } from './banner.tsx';

// A hub that is started again is back before that.
const longMs = 15_000;

export function LinkBanner() {
  const link = useProjection((state) => state.link);
  const nowMs = useView((view) => view.nowMs);
  return (
    <div role="status">
      {link.state === 'lost' && (
        <Banner
          icon={IconPlugConnectedX}
          words={sentence(nowMs - link.sinceMs, link.sinceMs)}
          copied={`No connection to the hub at ${window.location.origin} since ${new Date(link.sinceMs).toISOString()}. The page tries again by itself.`}
        />
      )}
    </div>
  );
}

function sentence(ageMs: number, sinceMs: number): string {
  const since = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium', hourCycle: 'h23' }).format(sinceMs);
  const age = ageInWords(ageMs);
  const length = age === 'now' ? '' : ` (${age})`;
  const told = `No connection to the hub since ${since}${length}. What you see is from before; trying again by itself.`;
  return ageMs < longMs ? told : `${told} Look whether the hub still runs; devices go on meanwhile.`;
}
