// Says, as long as the page is open, that the journal was changed behind the hub's back, and from which row on.
import { IconAlertTriangle } from '@tabler/icons-react';
import { useProjection } from '#renderer/link/projection-store.ts';
import { Banner } from './banner.tsx';

export function JournalBanner() {
  const brokenSeq = useProjection((state) => state.journalBrokenSeq);
  if (brokenSeq === null) return null;
  return (
    <div role="alert">
      <Banner
        icon={IconAlertTriangle}
        words={`The journal was changed by other means than this hub: from row ${brokenSeq} on it proves nothing. Compare it with a backup; devices go on as they are.`}
      />
    </div>
  );
}
