// What a browser without a session sees: how to get one, and nothing of the site. Let in, it goes on where it was. The desktop window
// gets a session by itself.
import { TextInput } from '@mantine/core';
import { type FormEvent, useEffect, useState } from 'react';
import { askSession, readAddress, showToken } from '#renderer/link/session.ts';
import { keepWayBack, onOtherWindow } from '#renderer/link/way-back.ts';
import { HouseMark } from '#renderer/look/house-mark.tsx';
import { Act } from '#renderer/pieces/act.tsx';
import { ProblemView } from '#renderer/pieces/problem-view.tsx';

// Put there by the desktop shell's preload.
const isDesktop = 'lanyardDesktop' in globalThis;

export function LockedView() {
  useEffect(() => {
    document.title = 'Locked · Lanyard';
    keepWayBack();
    return onOtherWindow(() => {
      void askSession().then((state) => state === 'open' && goOn());
    });
  }, []);
  return (
    <main className="frame locked">
      <div className="surface">
        <div className="brand">
          <HouseMark size={28} />
          Lanyard
        </div>
        <h1>This page is locked</h1>
        {isDesktop ? (
          <p>The hub was started again; this window opens it by itself in a moment, where it was.</p>
        ) : (
          <HowToOpen />
        )}
      </div>
    </main>
  );
}

/** Everything is read anew in the new session; the address, and with it the place, stays. */
function goOn(): void {
  window.location.reload();
}

function HowToOpen() {
  const [text, setText] = useState('');
  const [isBusy, setIsBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  async function open(event: FormEvent): Promise<void> {
    event.preventDefault();
    setIsBusy(true);
    const found = await tryAddress(text);
    setIsBusy(false);
    setProblem(found);
    if (found === null) goOn();
  }
  return (
    <form onSubmit={(event) => void open(event)}>
      <p>
        Each start of the hub has a key of its own, and only who sees what the hub prints gets in. Open the address that
        the hub printed when it started, the one that ends in <span className="mono">#token=…</span>, or paste it here.
        The page goes on where it was.
      </p>
      <TextInput
        label="Address, or the whole line that the hub printed"
        placeholder="http://127.0.0.1:8080/#token=…"
        size="md"
        autoComplete="off"
        spellCheck={false}
        autoFocus
        classNames={{ input: 'mono' }}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {problem !== null && (
        <ProblemView text={problem.text} next={problem.next}>
          {problem.elsewhere === null ? undefined : (
            <a className="plain-link" href={problem.elsewhere}>
              Go there
            </a>
          )}
        </ProblemView>
      )}
      <div className="dialog-acts">
        <Act type="submit" loading={isBusy} disabled={text.trim() === ''}>
          Open
        </Act>
      </div>
      <details>
        <summary>Where that stands</summary>
        <p>
          In the window where the hub was started: the line that begins with{' '}
          <span className="mono">{'{"event":"ready"'}</span>, behind <span className="mono">"console"</span>. If it is
          gone, start the hub again: devices go on meanwhile, and come back by themselves.
        </p>
      </details>
    </form>
  );
}

interface Problem {
  readonly text: string;
  readonly next: string;
  /** Another hub's page on this machine. */
  readonly elsewhere: string | null;
}

/** Null: it opened. */
async function tryAddress(text: string): Promise<Problem | null> {
  const address = readAddress(text);
  if (address === null)
    return {
      text: 'There is no key in this.',
      next: 'Paste the whole address: behind “#token=” stand 43 letters and digits.',
      elsewhere: null,
    };
  const { token, origin } = address;
  if (origin !== null && origin !== window.location.origin)
    return {
      text: `This is the address of another page: ${origin}.`,
      next: `This page is of ${window.location.origin}. If the hub listens there now, go there.`,
      elsewhere: isThisMachine(origin) ? `${origin}/#token=${token}` : null,
    };
  const state = await showToken(token);
  if (state === 'open') return null;
  return state === 'unreachable'
    ? { text: 'The hub does not answer.', next: 'Look whether it still runs, and try again.', elsewhere: null }
    : {
        text: 'This is not the key of the hub that runs now.',
        next: 'Take the address that the newest start has printed: the older ones open nothing any more.',
        elsewhere: null,
      };
}

function isThisMachine(origin: string): boolean {
  return /^http:\/\/(?:127(?:\.\d{1,3}){3}|localhost|\[::1\])(?::\d{1,5})?$/.test(origin);
}
