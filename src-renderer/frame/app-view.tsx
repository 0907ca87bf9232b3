// The frame: where one can go, what this site is, the screen, and what stands below all of them. It outlives a broken screen.
import { useEffect } from 'react';
import { useProjection } from '#renderer/link/projection-store.ts';
import { FrameKeys } from './frame-keys.tsx';
import { showFrameDialog, useFrame } from './frame-store.ts';
import { HelpDialog } from './help-dialog.tsx';
import { JournalBanner } from './journal-banner.tsx';
import { LinkBanner } from './link-banner.tsx';
import { LockedView } from './locked-view.tsx';
import { useOpenedFileWatch } from './opened-file-watch.ts';
import { Palette } from './palette.tsx';
import { Rail } from './rail.tsx';
import { focusScreen, ScreenRouter } from './screen-router.tsx';
import { loadAhead } from './screens.tsx';
import { StatusBar } from './status-bar.tsx';
import { TopBar } from './top-bar.tsx';

// When what was opened first has come to rest.
const loadAheadAfterMs = 5_000;

export function AppView() {
  const isLocked = useProjection((state) => state.link.state === 'locked');
  return isLocked ? <LockedView /> : <Frame />;
}

function Frame() {
  useOpenedFileWatch();
  useEffect(() => {
    const timer = setTimeout(() => void loadAhead(), loadAheadAfterMs);
    return () => clearTimeout(timer);
  }, []);
  return (
    <>
      <FrameKeys />
      <button type="button" className="skip" onClick={focusScreen}>
        To the screen
      </button>
      <div className="app">
        <Rail />
        <div className="app-rest">
          <TopBar />
          <LinkBanner />
          <JournalBanner />
          <ScreenRouter />
          <StatusBar />
        </div>
      </div>
      <FrameDialogs />
    </>
  );
}

function FrameDialogs() {
  const dialog = useFrame((frame) => frame.dialog);
  switch (dialog) {
    case null:
      return null;
    case 'help':
      return <HelpDialog onClose={close} />;
    case 'palette':
    case 'actions':
      return <Palette key={dialog} isOfScreenAlone={dialog === 'actions'} onClose={close} />;
  }
}

function close(): void {
  showFrameDialog(null);
}
