// The frame: where one is, where one can go, whether the hub is there, and the colour scheme.
import { ActionIcon, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { IconMoon, IconSun } from '@tabler/icons-react';
import { Link, Redirect, Route, Switch, useLocation } from 'wouter';
import { DeploymentsView } from './deployments-view.tsx';
import { DeviceView } from './device-view.tsx';
import { DevicesView } from './devices-view.tsx';
import { HouseMark } from './house-mark.tsx';
import { ImageView } from './image-view.tsx';
import { useImages } from './images-store.ts';
import { ImagesView } from './images-view.tsx';
import { JournalBanner } from './journal-banner.tsx';
import { LinkBanner } from './link-banner.tsx';
import { LockedView } from './locked-view.tsx';
import { deploymentsPath, deviceIdOf, devicesPath, imageOf, imagesPath, pullsPath, readinessPath } from './paths.ts';
import { useProjection } from './projection-store.ts';
import { PullsView } from './pulls-view.tsx';
import { ReadinessView } from './readiness-view.tsx';
import { TaskChip } from './task-chip.tsx';

export function AppView() {
  const isLocked = useProjection((state) => state.link.state === 'locked');
  if (isLocked) return <LockedView />;
  return (
    <>
      <Top />
      <LinkBanner />
      <JournalBanner />
      <main className="frame">
        <Switch>
          <Route path={devicesPath}>
            <DevicesView />
          </Route>
          <Route path={`${devicesPath}/*`}>
            <ShownDevice />
          </Route>
          <Route path={deploymentsPath}>
            <DeploymentsView />
          </Route>
          <Route path={imagesPath}>
            <ImagesView />
          </Route>
          <Route path={readinessPath}>
            <ReadinessView />
          </Route>
          <Route path={pullsPath}>
            <PullsView />
          </Route>
          <Route path={`${imagesPath}/*`}>
            <ShownImage />
          </Route>
          <Route>
            <Redirect to={devicesPath} replace />
          </Route>
        </Switch>
      </main>
    </>
  );
}

function ShownDevice() {
  const [path] = useLocation();
  const deviceId = deviceIdOf(path);
  return deviceId === null ? <Redirect to={devicesPath} replace /> : <DeviceView deviceId={deviceId} />;
}

function ShownImage() {
  const [path] = useLocation();
  const image = imageOf(path);
  return image === null ? <Redirect to={imagesPath} replace /> : <ImageView {...image} />;
}

function Top() {
  const devices = useProjection((state) => state.devices.size);
  const deployments = useProjection((state) => state.deployments.size);
  const images = useImages((state) => state.news?.images ?? 0);
  return (
    <header className="top">
      <div className="top-inner">
        <Link href={devicesPath} className="brand">
          <HouseMark />
          Lanyard
        </Link>
        <nav className="places" aria-label="Places">
          <Place path={devicesPath} word="Devices" count={devices} />
          <Place path={deploymentsPath} word="Deployments" count={deployments} />
          <Place path={imagesPath} word="Images" count={images} />
        </nav>
        <TaskChip />
        <SchemeSwitch />
      </div>
    </header>
  );
}

function Place({ path, word, count }: { readonly path: string; readonly word: string; readonly count: number }) {
  const [current] = useLocation();
  const isHere = current === path || current.startsWith(`${path}/`);
  return (
    <Link href={path} className="place" aria-current={isHere ? 'page' : undefined}>
      {word} <span className="count">{count}</span>
    </Link>
  );
}

function SchemeSwitch() {
  const scheme = useComputedColorScheme('light');
  const { setColorScheme } = useMantineColorScheme();
  const next = scheme === 'light' ? 'dark' : 'light';
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size="lg"
      aria-label={`Use the ${next} colours`}
      onClick={() => setColorScheme(next)}
    >
      {scheme === 'light' ? <IconMoon size={19} /> : <IconSun size={19} />}
    </ActionIcon>
  );
}
