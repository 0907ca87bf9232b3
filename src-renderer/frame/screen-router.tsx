// Shows the screen of the address, tells the window's title, and puts the focus at its beginning when one comes to it.
import { Suspense, useEffect } from 'react';
import { Redirect } from 'wouter';
import { ScreenName } from '#renderer/keys/shortcuts.ts';
import { useHashPath } from '#renderer/link/hash-location.ts';
import { ScreenBoundary } from './screen-boundary.tsx';
import { drawScreen, screenOf, screens } from './screens.tsx';

// As in index.html.
const bareTitle = 'Lanyard';
const mainId = 'screen';

export function ScreenRouter() {
  // As it stands in the address: what wouter hands out is decoded once, and an id may hold a % of its own.
  const [path] = useHashPath();
  const screen = screenOf(path);
  const view = screen && drawScreen(screen, path);
  const home = screen?.path ?? screens[0]?.path ?? '/';
  return (
    <main id={mainId} className="frame" tabIndex={-1}>
      {screen === null || view === null ? (
        <Redirect to={home} replace />
      ) : (
        <ScreenName value={screen.word}>
          {/* The next address starts anew, also after one that broke. */}
          <ScreenBoundary key={path} screen={screen.word}>
            <Suspense fallback={<p className="dimmed">Opening {screen.word} …</p>}>
              {view}
              <Arrival word={screen.word} />
            </Suspense>
          </ScreenBoundary>
        </ScreenName>
      )}
    </main>
  );
}

export function focusScreen(): void {
  const main = document.querySelector<HTMLElement>(`#${mainId}`);
  const head = main?.querySelector<HTMLElement>('h1');
  if (head) head.tabIndex = -1;
  (head ?? main)?.focus({ preventScroll: head === undefined || head === null });
}

/** Drawn beside the view, so that it happens when the view is there; a new one at every address. */
function Arrival({ word }: { readonly word: string }) {
  useEffect(() => {
    // The page that was just opened is left as the browser has it.
    const isFirst = document.title === bareTitle;
    document.title = `${word} · ${bareTitle}`;
    if (isFirst) return;
    window.scrollTo(0, 0);
    focusScreen();
  }, [word]);
  return null;
}
