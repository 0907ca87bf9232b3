// Below every screen: whether the hub is there and how old our knowledge is, where devices reach it and how many are connected,
// what the machine has left, what runs, and which version this is.
import { IconBroadcast } from '@tabler/icons-react';
import { useLayoutEffect, useMemo, useRef } from 'react';
import { Link } from 'wouter';
import { useShortcutBook } from '#renderer/keys/shortcut-book.ts';
import { useProjection } from '#renderer/link/projection-store.ts';
import { useSiteFacts } from '#renderer/link/use-site-facts.ts';
import { useView } from '#renderer/link/view-store.ts';
import { StatusMark } from '#renderer/pieces/status-mark.tsx';
import { ageInWords } from '#renderer/words/age.ts';
import { filterPath } from '#renderer/words/device-filter.ts';
import type { StatusWords } from '#renderer/words/status-words.ts';
import { SiteFactsStrip, SiteVersion } from './site-facts-strip.tsx';
import { TaskChip } from './task-chip.tsx';

export function StatusBar() {
  const begun = useShortcutBook((book) => book.begun);
  const bar = useRef<HTMLElement>(null);
  useLayoutEffect(() => (bar.current === null ? undefined : tellHeight(bar.current)), []);
  return (
    <footer ref={bar} className="status-bar">
      <HubLink />
      <Broker />
      <SiteFactsStrip />
      <span className="status-bar-rest" />
      {begun !== null && (
        <span>
          <kbd>{begun}</kbd> …
        </span>
      )}
      <TaskChip />
      <SiteVersion />
    </footer>
  );
}

/** How high it is, for what fills the window above it: in a narrow one it takes a second line. */
function tellHeight(bar: HTMLElement): () => void {
  const observer = new ResizeObserver(() =>
    document.documentElement.style.setProperty('--status-bar', `${bar.offsetHeight}px`),
  );
  observer.observe(bar);
  return () => observer.disconnect();
}

const linkWords: Readonly<Record<'opening' | 'open' | 'lost' | 'locked', StatusWords>> = {
  open: { word: 'Hub connected', meaning: 'What you see is what the hub knows now.', color: 'green', icon: 'good' },
  opening: { word: 'Connecting to the hub', meaning: 'Nothing was read yet.', color: 'gray', icon: 'busy' },
  lost: { word: 'No hub', meaning: 'What you see is from before; trying again by itself.', color: 'red', icon: 'away' },
  locked: { word: 'Locked', meaning: 'The hub wants a session.', color: 'gray', icon: 'off' },
};

function HubLink() {
  const link = useProjection((state) => state.link);
  return link.state === 'lost' ? <LostFor sinceMs={link.sinceMs} /> : <StatusMark words={linkWords[link.state]} />;
}

// Apart, so that only a lost hub is drawn anew each second.
function LostFor({ sinceMs }: { readonly sinceMs: number }) {
  const nowMs = useView((view) => view.nowMs);
  return <StatusMark words={{ ...linkWords.lost, word: `No hub for ${ageInWords(nowMs - sinceMs)}` }} />;
}

function Broker() {
  const address = useSiteFacts()?.mqtts ?? null;
  const devices = useProjection((state) => state.devices);
  const { connected, offline } = useMemo(() => {
    let connected = 0;
    let offline = 0;
    for (const { row } of devices.values()) {
      if (row.connected) connected += 1;
      if (row.state === 'offline') offline += 1;
    }
    return { connected, offline };
  }, [devices]);
  const isOld = useProjection((state) => state.link.state === 'lost');
  if (address === null) return null;
  return (
    <span className="broker">
      <IconBroadcast size={17} aria-hidden />
      <span className="broker-address">{address.replace(/^mqtts:\/\//, '')}</span>
      <Link href={filterPath({ connected: true })} className="plain-link">
        {connected} of {devices.size} connected
      </Link>
      {isOld && ' when last heard of'}
      {offline > 0 && (
        <Link href={filterPath({ state: 'offline' })} className="plain-link">
          {offline} offline
        </Link>
      )}
    </span>
  );
}
