// Starts the page: session first, then the connection, then the views.
import '@mantine/core/styles.css';
import './look/style.css';
import './frame/frame.css';
import './images/images.css';
import './pieces/dialogs.css';
import './look/looks.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Router } from 'wouter';
import { AppView } from './frame/app-view.tsx';
import { connectConsole } from './link/console-client.ts';
import { createConsoleLink } from './link/console-link.ts';
import { HouseTheme } from './look/house-theme.tsx';
import { useHub } from './link/hub-store.ts';
import { createImagesLink } from './images/images-link.ts';
import { useImages } from './link/images-store.ts';
import { deviceIdOf, imagesPath } from './words/paths.ts';
import { placeOf, useHashPath, useHashSearch } from './link/hash-location.ts';
import { dispatch, useProjection } from './link/projection-store.ts';
import { askSession, holdsToken, openSession, type SessionState } from './link/session.ts';
import { startTicking } from './link/view-store.ts';

const retrySessionMs = 1_000;

function connect(): void {
  const connection = connectConsole({
    opened: () => dispatch({ type: 'link-changed', link: { state: 'open' } }),
    closed: () => {
      dispatch({ type: 'link-changed', link: { state: 'lost', sinceMs: Date.now() } });
      // A hub that was started again knows no session of before: then only its new address helps.
      void askSession().then(async (state) => {
        if (state !== 'locked') return;
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
  });
  const images = createImagesLink({
    api: connection.images,
    onNews: (news) => useImages.setState({ news }),
    onKnown: (known) => useImages.setState({ known }),
    onFailure: (failure) => useImages.setState({ failure }),
    after: (delayMs, work) => void setTimeout(work, delayMs),
  });
  useImages.setState({ api: connection.images });
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
