// Starts the page: session first, then the connection, then the views.
import '#renderer/frame/trusted-text.ts';
import '@mantine/core/styles.css';
import '#renderer/look/style.css';
import '#renderer/frame/frame.css';
import '#renderer/images/images.css';
import '#renderer/pieces/dialogs.css';
import '#renderer/look/looks.css';
import '#renderer/look/sunlight.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Router } from 'wouter';
import { AppView } from '#renderer/frame/app-view.tsx';
import { createImagesLink } from '#renderer/images/images-link.ts';
import { connectConsole } from '#renderer/link/console-client.ts';
import { createConsoleLink } from '#renderer/link/console-link.ts';
import { placeOf, useHashPath, useHashSearch } from '#renderer/link/hash-location.ts';
import { useHub } from '#renderer/link/hub-store.ts';
import { useImages } from '#renderer/link/images-store.ts';
import { withBeat } from '#renderer/link/page-beat.ts';
import { dispatch, useProjection } from '#renderer/link/projection-store.ts';
import { askSession, holdsToken, openSession, type SessionState } from '#renderer/link/session.ts';
import { askBeforeLeaving } from '#renderer/link/uploads-store.ts';
import { startTicking } from '#renderer/link/view-store.ts';
import { HouseTheme } from '#renderer/look/house-theme.tsx';
import { deviceIdOf, imagesPath } from '#renderer/words/paths.ts';

const retrySessionMs = 1_000;

function connect(): void {
  let isLocked = false;
  const connection = connectConsole({
    opened: () => dispatch({ type: 'link-changed', link: { state: 'open' } }),
    closed: () => {
      // What is tried once more before it has ended for good shows no screen again.
      if (isLocked) return;
      dispatch({ type: 'link-changed', link: { state: 'lost', sinceMs: Date.now() } });
      // A hub that was started again knows no session of before: then only its new address helps.
      void askSession().then(async (state) => {
        if (state !== 'locked' || isLocked) return;
        isLocked = true;
        dispatch({ type: 'link-changed', link: { state: 'locked' } });
        await connection.close();
      });
    },
  });
  const link = createConsoleLink({
    api: connection.api,
    dispatch,
    projection: useProjection.getState,
    after: (delayMs, work) => void setTimeout(work, delayMs),
    join: withBeat,
  });
  const images = createImagesLink({
    api: connection.images,
    onNews: (news) => useImages.setState({ news }),
    onKnown: (known) => withBeat(() => useImages.setState({ known })),
    onFailure: (failure) => withBeat(() => useImages.setState({ failure })),
    after: (delayMs, work) => void setTimeout(work, delayMs),
  });
  useImages.setState({ api: connection.images });
  // A browser asks by itself, in the desktop's window the shell does.
  askBeforeLeaving();
  useHub.setState({ client: connection.client });
  const watchPlace = () => {
    const { path } = placeOf(window.location.hash);
    link.watchDevice(deviceIdOf(path));
    images.watch(path === imagesPath || path.startsWith(`${imagesPath}/`));
  };
  window.addEventListener('hashchange', watchPlace);
  watchPlace();
  link.start();
  images.start();
}

async function begin(asked: Promise<SessionState>): Promise<void> {
  const state = await asked;
  if (state === 'open') connect();
  else if (state === 'locked') dispatch({ type: 'link-changed', link: { state: 'locked' } });
  else {
    dispatch({ type: 'link-changed', link: { state: 'lost', sinceMs: Date.now() } });
    setTimeout(() => void begin(askSession()), retrySessionMs);
  }
}

const root = document.querySelector('#root');
if (root !== null) {
  startTicking();
  // A new address typed over the old one changes the hash alone, and loads nothing by itself.
  window.addEventListener('hashchange', () => {
    if (holdsToken()) window.location.reload();
  });
  void begin(openSession());
  createRoot(root).render(
    <StrictMode>
      <HouseTheme>
        <Router hook={useHashPath} searchHook={useHashSearch} hrefs={useHashPath.hrefs}>
          <AppView />
        </Router>
      </HouseTheme>
    </StrictMode>,
  );
}
