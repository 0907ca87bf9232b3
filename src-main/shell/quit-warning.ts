// What a person is asked who ends the app while rollouts go on: what is under way, what happens to it, and what does not.
import type { SiteStatus, ToldRollout } from '#contract/shell-port.ts';
import { plainWords } from './plain-words.ts';

export interface QuitWarning {
  readonly message: string;
  readonly detail: string;
}

export const quitButtons = ['Keep running', 'Quit all the same'] as const;
/** The place of the button that ends the app; Escape and Return keep it running. */
export const quitButton = 1;

const mostNamed = 5;

/** Under way: something changes by itself without a person. One that is paused waits for one anyway. */
export function isUnderWay({ status }: ToldRollout): boolean {
  return status !== 'paused';
}

/** Null: nothing is under way, and nobody is asked. */
export function quitWarning(status: SiteStatus | null): QuitWarning | null {
  const running = (status?.rollouts ?? []).filter(isUnderWay);
  const [only, ...others] = running;
  if (only === undefined) return null;
  const lines = running.slice(0, mostNamed).map(lineOf);
  const more = running.length - lines.length;
  return {
    message:
      others.length === 0
        ? `The rollout of ‘${plainWords(only.deploymentId)}’ is under way`
        : `${running.length} rollouts are under way`,
    detail: [
      ...lines,
      ...(more > 0 ? [`… and ${more} more`] : []),
      '',
      'Devices that have begun go on by themselves, and go back by themselves if it fails. No further device begins, no wave opens ' +
        'and no rule stops a rollout until the hub runs again: then it goes on where it was. What devices run keeps running.',
    ].join('\n'),
  };
}

function lineOf({ deploymentId, status, devices, ended }: ToldRollout): string {
  return `${plainWords(deploymentId)}: ${statusWords[status]}, ${ended} of ${devices} devices are done`;
}

const statusWords: Readonly<Record<ToldRollout['status'], string>> = {
  scheduled: 'waits for its time',
  pending: 'about to begin',
  'in-progress': 'in progress',
  paused: 'paused',
  'rolling-back': 'going back',
};
