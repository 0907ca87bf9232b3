// Notifications of the system about rollouts; a click opens the rollout.
import type { Notification } from 'electron';
import type { RolloutNews } from '#contract/shell-port.ts';
import { rolloutPath } from './deep-link.ts';
import { rolloutNotice } from './rollout-notice.ts';
import type { ShellElectron } from './shell-needs.ts';

/** Kept so that a click finds them; older ones are gone from any screen. */
const mostKept = 50;

export interface Notices {
  tell(news: RolloutNews): void;
}

export function createNotices(needs: {
  readonly electron: Pick<ShellElectron, 'Notification'>;
  readonly onOpen: (path: string) => void;
}): Notices {
  const { electron, onOpen } = needs;
  // One that nobody holds is collected, and its click with it.
  const kept: Notification[] = [];
  return {
    tell(news) {
      if (!electron.Notification.isSupported()) return;
      const notice = new electron.Notification({ ...rolloutNotice(news), urgency: urgencyOf(news) });
      notice.on('click', () => onOpen(rolloutPath(news.deploymentId)));
      kept.push(notice);
      if (kept.length > mostKept) kept.shift();
      notice.show();
    },
  };
}

function urgencyOf({ outcome, failed }: RolloutNews): 'normal' | 'critical' {
  return outcome === 'waits' || (outcome === 'finished' && failed === 0) ? 'normal' : 'critical';
}
