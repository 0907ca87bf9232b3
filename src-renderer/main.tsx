// Starts the page: session first, then the connection, then the views.
import '@mantine/core/styles.css';
import './style.css';
import './frame.css';
import './images.css';
import './dialogs.css';
import './looks.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Router } from 'wouter';
import { AppView } from './app-view.tsx';
import { connectConsole } from './console-client.ts';
import { createConsoleLink } from './console-link.ts';
import { HouseTheme } from './house-theme.tsx';
import { useHub } from './hub-store.ts';
import { createImagesLink } from './images-link.ts';
import { useImages } from './images-store.ts';
import { deviceIdOf, imagesPath } from './paths.ts';
import { placeOf, useHashPath, useHashSearch } from './hash-location.ts';
import { dispatch, useProjection } from './projection-store.ts';
import { askSession, holdsToken, openSession, type SessionState } from './session.ts';
import { startTicking } from './view-store.ts';

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
