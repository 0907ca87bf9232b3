// Above every screen: which site this is, the way to everything by its name, and how the page looks.
import { Button } from '@mantine/core';
import { IconHelp, IconMoon, IconSearch, IconSun, IconSunHigh } from '@tabler/icons-react';
import { useProjection } from '#renderer/link/projection-store.ts';
import { type Look, lookWords, nextLook, showNextLook, useLook } from '#renderer/look/look.ts';
import { showFrameDialog } from './frame-store.ts';

const lookIcons: Readonly<Record<Look, typeof IconSun>> = { light: IconSun, dark: IconMoon, sunlight: IconSunHigh };

export function TopBar() {
  return (
    <header className="top">
      <SiteName />
      <button type="button" className="search" onClick={() => showFrameDialog('palette')}>
        <IconSearch size={17} aria-hidden />
        <span className="search-word">Find or do …</span>
        <kbd>Ctrl+K</kbd>
      </button>
      <div className="top-acts">
        <LookSwitch />
        <Button
          variant="subtle"
          color="gray"
          h={44}
          px={12}
          leftSection={<IconHelp size={19} aria-hidden />}
          onClick={() => showFrameDialog('help')}
        >
          Keys
        </Button>
      </div>
    </header>
  );
}

/** The hub's name as devices know it: of two open windows one tells the sites apart. */
function SiteName() {
  const host = useProjection((state) => (state.site === null ? null : new URL(state.site.https).hostname));
  return (
    <div className="site-name">
      <span className="dimmed">Site</span> <b>{host ?? '…'}</b>
    </div>
  );
}

function LookSwitch() {
  const { look } = useLook();
  const next = nextLook(look);
  const Icon = lookIcons[look];
  return (
    <Button
      variant="subtle"
      color="gray"
      h={44}
      px={12}
      leftSection={<Icon size={19} aria-hidden />}
      aria-label={`${lookWords[look]} look; change to ${lookWords[next].toLowerCase()}`}
      onClick={showNextLook}
    >
      {lookWords[look]}
    </Button>
  );
}
