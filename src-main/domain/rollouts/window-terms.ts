// What the terms of an attempt say of maintenance windows. A device counts by its own clock from when it hears of them, so that one
// that is not there to hear them now is told to hold: it may wake days later, and the hub may be gone by then. It gets a time once it
// is there while a window is open.
import { isWindowOpen, nextWindowChangeMs } from './maintenance-window.ts';
import type { RolloutDevice, RolloutNow, RolloutState } from './rollout-state.ts';

type Frame = Pick<RolloutState, 'policy' | 'isHurried'>;

export interface WindowTerms {
  readonly hold: 'none' | 'window';
  /** Null: at any time, as far as windows go. */
  readonly switchWithinSeconds: number | null;
}

/** What is sent takes a while to arrive. No window is shut for less than a minute. */
const arrivalMs = 10_000;

/** Nobody is held by a window. */
export function isWindowless({ policy, isHurried }: Frame): boolean {
  return isHurried || policy.windows.length === 0;
}

/** Whether a device that hears of it now may still switch in this window. */
export function isSwitchTime(frame: Frame, { wallMs }: Pick<RolloutNow, 'wallMs'>): boolean {
  if (isWindowless(frame)) return true;
  const { windows } = frame.policy;
  return isWindowOpen(windows, wallMs) && isWindowOpen(windows, wallMs + arrivalMs);
}

/** Example: a window shuts in an hour; awake it may switch within 3589 seconds, asleep it is held. */
export function windowTerms(
  frame: Frame,
  { isAwake }: Pick<RolloutDevice, 'isAwake'>,
  now: Pick<RolloutNow, 'wallMs'>,
): WindowTerms {
  if (!isReleased(frame, { isAwake }, isSwitchTime(frame, now))) return { hold: 'window', switchWithinSeconds: null };
  const shutsAtMs = isWindowless(frame) ? null : nextWindowChangeMs(frame.policy.windows, now.wallMs);
  if (shutsAtMs === null) return { hold: 'none', switchWithinSeconds: null };
  const lastMs = shutsAtMs - 1 - arrivalMs;
  return { hold: 'none', switchWithinSeconds: Math.floor((lastMs - now.wallMs) / 1000) };
}

/** Whether the terms of a device are not to hold it; `isTime`: `isSwitchTime`, which is the same for all. */
export function isReleased(frame: Frame, { isAwake }: Pick<RolloutDevice, 'isAwake'>, isTime: boolean): boolean {
  return isWindowless(frame) || (isAwake && isTime);
}

/** Whether the clock on the hub's wall was set between: what was left of a window then is not what it was thought to be. */
export function isWallSet(before: RolloutNow, now: RolloutNow): boolean {
  return Math.abs(now.wallMs - now.runMs - (before.wallMs - before.runMs)) > arrivalMs / 2;
}

/** Whether its terms still matter: beyond the switch a device goes on to the end, whatever they say. */
export function isBeforeSwitch({
  isChanging,
  standing,
  told,
}: Pick<RolloutDevice, 'isChanging' | 'standing' | 'told'>): boolean {
  return isChanging && standing !== 'verifying' && told?.hasSwitched !== true;
}
