// How the app ends: a person is asked first while rollouts go on, then the hub stops, because it has rows to write, and only
// then the app quits. Whoever cannot be asked (a signal, the machine's shutdown) is not.
import type { SiteStatus } from '#contract/shell-port.ts';
import { quitWarning, type QuitWarning } from './quit-warning.ts';
import type { ShellElectron } from './shell-needs.ts';

export interface LeaveTaking {
  /** A person closes the window. True: it may close, and the app ends with it. */
  mayClose(): boolean;
  /** Ends without asking. */
  leave(): void;
  /** It is decided: nobody is asked any more. */
  isLeaving(): boolean;
}

export function createLeaveTaking(needs: {
  readonly app: ShellElectron['app'];
  readonly status: () => SiteStatus | null;
  /** Whether the person wants to leave all the same. */
  readonly confirm: (warning: QuitWarning) => Promise<boolean>;
  readonly stopHub: () => Promise<void>;
  /** It is decided: what is shown can go. */
  readonly onLeaving: () => void;
}): LeaveTaking {
  const { app } = needs;
  let state: 'staying' | 'asking' | 'leaving' | 'gone' = 'staying';

  const isLeaving = (): boolean => state === 'leaving' || state === 'gone';

  function leave(): void {
    if (isLeaving()) return;
    state = 'leaving';
    needs.onLeaving();
    void needs.stopHub().then(() => {
      state = 'gone';
      app.quit();
    });
  }

  /** True: nothing speaks against it. */
  function ask(): boolean {
    if (state !== 'staying') return state !== 'asking';
    const warning = quitWarning(needs.status());
    if (warning === null) return true;
    state = 'asking';
    void needs.confirm(warning).then((isSure) => {
      if (state !== 'asking') return;
      state = 'staying';
      if (isSure) leave();
    });
    return false;
  }

  app.on('before-quit', (event) => {
    if (state === 'gone') return;
    event.preventDefault();
    if (ask()) leave();
  });
  app.on('window-all-closed', () => app.quit());
  return { mayClose: ask, leave, isLeaving };
}
