// The frame: where one is, where one can go, whether the hub is there, and how the page looks.
import { ActionIcon } from '@mantine/core';
import { IconSun } from '@tabler/icons-react';
import { useEffect } from 'react';
import { Link, useLocation } from 'wouter';
import { HouseMark } from './house-mark.tsx';
import { useImages } from './images-store.ts';
import { JournalBanner } from './journal-banner.tsx';
import { LinkBanner } from './link-banner.tsx';
import { LockedView } from './locked-view.tsx';
import { chooseLook, lookWords, nextLook, stepTextSize, useLook } from './look.ts';
import { deploymentsPath, devicesPath, imagesPath } from './paths.ts';
import { useProjection } from './projection-store.ts';
import { ScreenRouter } from './screen-router.tsx';
import { type Screen, screens } from './screens.tsx';
import { everywhere } from './shortcut-book.ts';
import { listenForKeys, useShortcuts } from './shortcuts.ts';
import { TaskChip } from './task-chip.tsx';

export function AppView() {
  const isLocked = useProjection((state) => state.link.state === 'locked');
  if (isLocked) return <LockedView />;
  return (
    <>
      <FrameKeys />
      <Top />
      <LinkBanner />
      <JournalBanner />
      <ScreenRouter />
    </>
  );
}

function FrameKeys() {
  const [, navigate] = useLocation();
  const { look } = useLook();
  useEffect(() => listenForKeys(), []);
  useShortcuts(
    [
      ...screens.map(({ key, word, path }) => ({ keys: `g ${key}`, word: `Go to ${word}`, run: () => navigate(path) })),
      { keys: 't', word: 'Next look', run: () => chooseLook(nextLook(look)) },
      { keys: 'Ctrl+=', word: 'Larger text', run: () => stepTextSize(1) },
      { keys: 'Ctrl+-', word: 'Smaller text', run: () => stepTextSize(-1) },
    ],
    everywhere,
  );
  return null;
}

function Top() {
  const { look } = useLook();
  const next = nextLook(look);
  return (
    <header className="top">
      <div className="top-inner">
        <Link href={devicesPath} className="brand">
          <HouseMark />
          Lanyard
        </Link>
        <nav className="places" aria-label="Places">
          {screens.map((screen) => (
            <Place key={screen.path} screen={screen} />
          ))}
        </nav>
        <TaskChip />
        <ActionIcon
          variant="subtle"
          color="gray"
          size={44}
          aria-label={`Look: ${lookWords[look]}. Next: ${lookWords[next]}`}
          onClick={() => chooseLook(next)}
        >
          <IconSun size={19} />
        </ActionIcon>
      </div>
    </header>
  );
}

function useCounts(): Readonly<Record<string, number>> {
  const devices = useProjection((state) => state.devices.size);
  const deployments = useProjection((state) => state.deployments.size);
  const images = useImages((state) => state.news?.images ?? 0);
  return { [devicesPath]: devices, [deploymentsPath]: deployments, [imagesPath]: images };
}

function Place({ screen: { path, word } }: { readonly screen: Screen }) {
  const [current] = useLocation();
  const count = useCounts()[path];
  const isHere = current === path || current.startsWith(`${path}/`);
  return (
    <Link href={path} className="place" aria-current={isHere ? 'page' : undefined}>
      {word} <span className="count">{count}</span>
    </Link>
  );
}
