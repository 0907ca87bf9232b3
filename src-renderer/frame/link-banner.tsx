// Says when the hub is out of reach, and since when what is shown is old.
import { IconPlugConnectedX } from '@tabler/icons-react';
import { ageInWords } from '../words/age.ts';
import { useProjection } from '../link/projection-store.ts';
import { useView } from '../link/view-store.ts';

export function LinkBanner() {
  const link = useProjection((state) => state.link);
  const nowMs = useView((view) => view.nowMs);
  return (
    <div role="status">
      {link.state === 'lost' && (
        <div className="banner">
          <div>
            <IconPlugConnectedX size={18} aria-hidden />
            {sentence(nowMs - link.sinceMs, link.sinceMs)}
          </div>
        </div>
      )}
    </div>
  );
}

function sentence(ageMs: number, sinceMs: number): string {
  const since = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium', hourCycle: 'h23' }).format(sinceMs);
  const age = ageInWords(ageMs);
  const length = age === 'now' ? '' : ` (${age})`;
  return `No connection to the hub since ${since}${length}. What you see is from before; trying again by itself.`;
}
