// Above every screen: which site this is, the way to everything by its name, and how the page looks.
import { Button } from '@mantine/core';
import { IconHelp, IconMoon, IconSearch, IconSun, IconSunHigh } from '@tabler/icons-react';
import { useSiteFacts } from '#renderer/link/use-site-facts.ts';
import { type Look, lookWords, nextLook, showNextLook, useLook } from '#renderer/look/look.ts';
import { safeLine } from '#renderer/words/safe-text.ts';
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

/** A site has no name of its own: its machine's tells two open windows apart. An address would not, for both may be the same. */
function SiteName() {
  const machine = useSiteFacts()?.machine;
  return (
    <div className="site-name">
      <span className="dimmed">Site</span> <b>{machine === undefined ? '…' : safeLine(machine)}</b>
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
