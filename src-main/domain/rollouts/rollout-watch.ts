// What a person should know of a rollout that no status of its says: nothing of it moves on by itself, devices fell silent in
// mid-change, or devices wait for a person's now. Kept with its state from when it began, so that who looks later is told since when,
// and whoever tells of rollouts need not look at their devices for it.
import { countAdmitted, isDue, mostAdmitted } from './rollout-admission.ts';
import { isHeld } from './rollout-attempt.ts';
import type { RolloutDraft } from './rollout-draft.ts';
import { gateStanding, isUnknown } from './rollout-explain-gate.ts';
import { isWindowOpen } from './maintenance-window.ts';
import type { RolloutState, RolloutWatch, WatchedSince } from './rollout-state.ts';

/** Devices start anew and hooks let go within this time: nobody is called for that. */
const dueAfterMs = 600_000;

const nothing: RolloutWatch = { still: null, silent: null, asked: null };

/** Five devices fall silent while in change → `silent` since then, and due to be told ten minutes later. */
export function watchOf({ waves }: Pick<RolloutState, 'waves'>): RolloutWatch {
  return waves[0]?.watch ?? nothing;
}

/** At the end of a step, of the state it led to. */
export function watchOver(draft: RolloutDraft): void {
  // What is left of this moment follows at once.
  if (draft.isCut) return;
  const before = watchOf(draft.state);
  const seen = look(draft, before);
  const { wallMs } = draft.now;
  const watch: RolloutWatch = {
    still: seen.isStill ? noted(before.still, wallMs, dueAfterMs) : null,
    silent: seen.isSilent ? noted(before.silent, wallMs, dueAfterMs) : null,
    asked: seen.isAsked ? noted(before.asked, wallMs, 0) : null,
  };
  if (watch.still === before.still && watch.silent === before.silent && watch.asked === before.asked) return;
  draft.setWave(0, { watch });
}

/** What is due stays so; a wall that was set back moves the beginning with it. */
function noted(before: WatchedSince | null, wallMs: number, afterMs: number): WatchedSince {
  const sinceMs = Math.min(before?.sinceMs ?? wallMs, wallMs);
  const isDue = before?.isDue === true || wallMs - sinceMs >= afterMs;
  return before?.sinceMs === sinceMs && before.isDue === isDue ? before : { sinceMs, isDue };
}

function look(draft: RolloutDraft, before: RolloutWatch) {
  const { state } = draft;
  const { status, policy } = state;
  const isOnItsWay = status === 'pending' || status === 'in-progress';
  const most = mostAdmitted(state);
  const isFull = most !== null && countAdmitted(state) >= most;
  let isMoving = false;
  let isHolding = false;
  let isKept = false;
  let isSilent = false;
  for (const device of draft.devices.values()) {
    if (!device.isChanging) isKept ||= isDue(state, device) && !(isFull && device.attempt === 0);
    else if (!device.isAwake) isSilent ||= device.purpose === 'change';
    else if (isHeld(device)) isHolding = true;
    else isMoving = true;
  }
  const isUnready = !isOnItsWay || state.joiningOf !== null || state.isRetrying;
  const mayMove = isUnready || isMoving || isAsking(draft) || isGateReached(state);
  return {
    isStill: !mayMove && mayChange(draft, before) && (isHolding || isKept || isWaveUnknown(state)),
    isSilent: isSilent && (isOnItsWay || status === 'paused'),
    isAsked: isHolding && policy.needsPersonToSwitch,
  };
}

/** Whether a device is being looked at of which nothing is known yet; one that something is in the way of is asked for ever. */
function isAsking({ effects, devices }: RolloutDraft): boolean {
  return effects.some(
    (effect) =>
      effect.kind === 'ask-preflight' && (devices.get(effect.deviceId)?.preflight?.obstacles ?? []).length === 0,
  );
}

/** The next wave opens by itself when its soak time is over; or it is for a person to open, who is told that. */
function isGateReached({ waves, currentWave }: RolloutState): boolean {
  const wave = waves[currentWave];
  return wave !== undefined && currentWave < waves.length - 1 && wave.heldSinceRunMs !== null;
}

/** While no window is open nothing can move; what stood still long enough before it closed is told all the same. */
function mayChange({ state: { policy, isHurried }, now }: RolloutDraft, { still }: RolloutWatch): boolean {
  return still?.isDue === true || isHurried || isWindowOpen(policy.windows, now.wallMs);
}

/** All of the newest wave is switched off, and others wait behind it. */
function isWaveUnknown(state: RolloutState): boolean {
  const { currentWave, devices } = state;
  if (!isUnknown(gateStanding(state))) return false;
  for (const { wave, standing } of devices.values())
    if (standing === 'pending' && (wave === null || wave > currentWave)) return true;
  return false;
}
