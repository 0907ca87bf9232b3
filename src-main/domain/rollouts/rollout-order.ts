// What a person says to a rollout, and when that would do nothing: it is refused with one sentence that says why and what fits
// instead, for whoever is told nothing believes that it was done.
import { isSpent } from './rollout-explain-whole.ts';
import { isFinal, type RolloutState } from './rollout-state.ts';

export type RolloutOrderKind =
  | 'paused'
  | 'resumed'
  | 'wave-released'
  | 'failed-retried'
  | 'rolled-back'
  | 'canceled'
  | 'hurried';

/**
 * Null: it can be done. Paused already and to be paused: "It is paused already: resume it, roll it back or cancel it." Of one that
 * came to its end nothing is said here: every order is refused for that alone.
 */
export function unfitOrder(state: RolloutState, order: RolloutOrderKind): string | null {
  if (isFinal(state.status)) return null;
  if (state.status === 'rolling-back' && order !== 'hurried')
    return 'It is being rolled back, which ends in any case: wait for that, or hurry it where a maintenance window holds it.';
  switch (order) {
    case 'paused':
      return state.status === 'paused' ? 'It is paused already: resume it, roll it back or cancel it.' : null;
    case 'resumed':
      return unfitResume(state);
    case 'wave-released':
      return unfitRelease(state);
    case 'failed-retried':
      return unfitRetry(state);
    case 'rolled-back':
      return isAnyReached(state) ? null : 'It reached no device, so that there is nothing to roll back: cancel it.';
    case 'canceled':
      return null;
    case 'hurried':
      return unfitHurry(state);
  }
}

function unfitResume(state: RolloutState): string | null {
  const { status } = state;
  if (status === 'paused' && !isSpent(state)) return null;
  if (status === 'paused')
    return 'Its newest wave came to its end below its gate, so that it would pause again at once: open the next wave, retry the failed devices, or roll it back.';
  if (status === 'scheduled')
    return 'It is not paused: it waits for the time it is scheduled for, and begins by itself.';
  return 'It is not paused: it goes on by itself. To let the next wave begin before its time, open that.';
}

function unfitRelease({ status, waves, currentWave, devices, policy }: RolloutState): string | null {
  if (currentWave === -1) {
    if (status === 'scheduled')
      return 'No wave is open yet: the first opens at the time it is scheduled for. Cancel it and make another to begin before.';
    if (devices.size === 0) return 'No device is in it yet: the first wave opens when one matches.';
    return 'No wave is open yet: the first opens by itself as soon as the rollout goes on.';
  }
  if (currentWave < waves.length - 1) return null;
  const instead = status === 'paused' ? ' Resume it to let the devices that are left begin.' : shutText(policy.windows);
  return `The last of its waves is open already, so that no other can be opened.${instead}`;
}

function shutText(windows: RolloutState['policy']['windows']): string {
  return windows.length === 0 ? '' : ' Hurry it to let devices begin outside the maintenance windows.';
}

function unfitRetry({ devices, status }: RolloutState): string | null {
  const failed = [...devices.values()].filter(({ standing }) => standing === 'failure');
  if (failed.some(({ isGone }) => !isGone)) return null;
  const instead = status === 'paused' ? 'resume it' : 'wait for its devices to come to their end';
  const why =
    failed.length === 0 ? 'No device of it has failed for good' : 'Who failed in it was deleted from the hub since';
  return `${why}, so that none can be tried again: ${instead}.`;
}

function isAnyReached({ devices }: RolloutState): boolean {
  for (const { isAdmitted } of devices.values()) if (isAdmitted) return true;
  return false;
}

function unfitHurry({ policy, isHurried }: RolloutState): string | null {
  if (policy.windows.length === 0)
    return 'It has no maintenance windows, so that there is none to do without. To let the next wave begin before its time, open that.';
  return isHurried ? 'It is hurried already: its maintenance windows hold nobody back any more.' : null;
}
