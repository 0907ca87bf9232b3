// The screens at the side: an icon, a word, how many are there, and which one is shown. Narrow it shows the icons alone; the words
// stay for who listens.
import { ActionIcon } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconLayoutSidebarLeftCollapse, IconLayoutSidebarLeftExpand } from '@tabler/icons-react';
import { Link, useLocation } from 'wouter';
import { useImages } from '#renderer/link/images-store.ts';
import { useProjection } from '#renderer/link/projection-store.ts';
import { HouseMark } from '#renderer/look/house-mark.tsx';
import { deploymentsPath, devicesPath, imagesPath } from '#renderer/words/paths.ts';
import { useRail } from './frame-store.ts';
import { type Screen, screenOf, screens } from './screens.tsx';

// As in frame.css: below it words would take the room that tables need.
const roomForWords = '(min-width: 62rem)';

export function Rail() {
  const hasRoom = useMediaQuery(roomForWords, undefined, { getInitialValueInEffect: false });
  const isWide = useRail((rail) => rail.isWide) ?? hasRoom;
  const [path] = useLocation();
  const here = screenOf(path);
  const Turn = isWide ? IconLayoutSidebarLeftCollapse : IconLayoutSidebarLeftExpand;
  return (
    <nav className={isWide ? 'rail wide' : 'rail'} aria-label="Screens">
      <Link href={screens[0]?.path ?? '/'} className="brand" aria-label="Lanyard">
        <HouseMark />
        {isWide && 'Lanyard'}
      </Link>
      <div className="places">
        {screens.map((screen) => (
          <Place key={screen.path} screen={screen} isHere={screen === here} isWide={isWide} />
        ))}
      </div>
      <ActionIcon
        variant="subtle"
        color="gray"
        size={44}
        className="rail-turn"
        aria-label={isWide ? 'Show the icons alone' : 'Show the words of the screens'}
        onClick={() => useRail.setState({ isWide: !isWide })}
      >
        <Turn size={20} />
      </ActionIcon>
    </nav>
  );
}

function Place(props: { readonly screen: Screen; readonly isHere: boolean; readonly isWide: boolean }) {
  const { path, word, icon: Icon } = props.screen;
  return (
    <Link
      href={path}
      className="place"
      aria-current={props.isHere ? 'page' : undefined}
      title={props.isWide ? undefined : word}
    >
      <Icon size={20} stroke={1.8} aria-hidden />
      <span className={props.isWide ? 'place-word' : 'unseen'}>
        {word} <PlaceCount path={path} />
      </span>
    </Link>
  );
}

// Apart, so that a count that changes draws nothing but itself.
function PlaceCount({ path }: { readonly path: string }) {
  const known = useProjection((state) => {
    if (path === devicesPath) return state.devices.size;
    return path === deploymentsPath ? state.deployments.size : null;
  });
  const images = useImages((state) => (path === imagesPath ? (state.news?.images ?? null) : null));
  const count = known ?? images;
  return count === null ? null : <span className="count">{count}</span>;
}
