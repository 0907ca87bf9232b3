// Sleep and wake. The hub is told of both, so that the time asleep counts as no time and its devices are met anew; and while a
// rollout goes on, the laptop does not fall asleep by itself. A closed lid still ends it: what has begun goes on on the devices.
import type { ShellWord, SiteStatus } from '#contract/shell-port.ts';
import { isUnderWay } from './quit-warning.ts';
import type { ShellElectron } from './shell-needs.ts';

export interface PowerWatch {
  /** The machine stays awake while something of the site is under way. Null: nothing is known, so nothing is. */
  follow(status: SiteStatus | null): void;
}

export function watchPower(needs: {
  readonly electron: Pick<ShellElectron, 'powerMonitor' | 'powerSaveBlocker'>;
  readonly tellHub: (word: ShellWord) => void;
  /** The machine shuts down: there is no time for questions. */
  readonly onShutdown: () => void;
}): PowerWatch {
  const { powerMonitor, powerSaveBlocker } = needs.electron;
  powerMonitor.on('suspend', () => needs.tellHub({ kind: 'suspended' }));
  powerMonitor.on('resume', () => needs.tellHub({ kind: 'resumed' }));
  powerMonitor.on('shutdown', () => needs.onShutdown());
  let blocker: number | null = null;
  return {
    follow(status) {
      const isWanted = status?.rollouts.some(isUnderWay) === true;
      if (isWanted === (blocker !== null)) return;
      if (blocker !== null) powerSaveBlocker.stop(blocker);
      blocker = isWanted ? powerSaveBlocker.start('prevent-app-suspension') : null;
    },
  };
}
