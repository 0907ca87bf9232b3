// The words of a notification about a rollout: what it came to and what a person can do now, in the two lines a system shows.
import type { RolloutNews } from '#contract/shell-port.ts';
import { plainWords } from './plain-words.ts';

export interface Notice {
  readonly title: string;
  readonly body: string;
}

export function rolloutNotice({ deploymentId, outcome, reason, succeeded, failed }: RolloutNews): Notice {
  const name = plainWords(deploymentId);
  const counts = `${succeeded} succeeded, ${failed} failed`;
  switch (outcome) {
    case 'finished':
      return { title: `Rollout of ${name} finished`, body: failed === 0 ? `${succeeded} succeeded` : counts };
    case 'stopped':
      return { title: `Rollout of ${name} stopped`, body: `${plainWords(reason)} (${counts})` };
    case 'waits':
      return { title: `Rollout of ${name} waits for you`, body: `${plainWords(reason)} (${counts})` };
    case 'needs-you':
      return { title: `Rollout of ${name} needs you`, body: `${plainWords(reason)} (${counts})` };
    case 'going-back':
      return { title: `Rollout of ${name} is being rolled back`, body: `${plainWords(reason)} (${counts})` };
    case 'taken-back':
      return { title: `Rollout of ${name} was rolled back`, body: plainWords(reason) };
  }
}
