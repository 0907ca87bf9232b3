// Why a device of a rollout stands where it stands, and what would move it on: one sentence or two, from the state alone. They use
// the words by which devices are counted: success, failure, rolled back, in change, excluded (rollout-glossary.ts of the page).
import { isWindowOpen } from './maintenance-window.ts';
import { isHeld, isHindered } from './rollout-attempt.ts';
import { gateText, limitText, standingText, type GateStanding } from './rollout-explain-gate.ts';
import type { DisruptionBudget } from './rollout-policy.ts';
import { silenceLimitMs } from './rollout-silence.ts';
import { isFinal, type RolloutDevice, type RolloutNow, type RolloutState } from './rollout-state.ts';
import { nextOpeningText, timeText } from './rollout-times.ts';
import { waitedWave } from './rollout-waiting.ts';

const nobody = (): undefined => undefined;

/** All but who is in it. */
export type RolloutFrame = Omit<RolloutState, 'devices'>;

export interface ExplainedAround {
  /** When its next maintenance window opens. */
  readonly nextOpening: () => string;
  /** What keeps a device from beginning, of what the others do (rollout-crowd.ts); undefined: nobody looked at them. */
  readonly crowd: () => (device: RolloutDevice) => string | null | undefined;
  /** What the share of the newest wave does not say; undefined: nobody looked at its devices. */
  readonly gate: () => GateStanding | undefined;
}

/**
 * Of one device. Pending, its wave 2 of 3 not open: "It waits for its turn: wave 2 of 3 is not open yet. That wave opens when ≥ 90 %
 * of wave 'canary' succeeded." `around`: told once for many devices of a rollout, for it takes a while to find.
 */
export function explainDevice(
  rollout: RolloutFrame,
  device: RolloutDevice,
  now: RolloutNow,
  around: Partial<ExplainedAround> = {},
): string {
  const {
    nextOpening = () => nextOpeningText(rollout.policy, now.wallMs),
    crowd = () => nobody,
    gate = nobody,
  } = around;
  const because = device.reason === null ? '' : ` ${device.reason}`;
  switch (device.standing) {
    case 'pending':
      return device.isChanging
        ? explainBegun(rollout, device)
        : explainWaiting(rollout, device, { now, nextOpening, crowd, gate });
    case 'downloading':
    case 'installing':
    case 'verifying':
      return explainChanging(rollout, device);
    case 'success':
      if (isRolledBack(device)) return `It ran what was rolled out, since attempt ${device.attempt}.${because}`;
      return `It runs what was rolled out, since attempt ${device.attempt}.`;
    case 'already-installed':
      if (isRolledBack(device) || device.attempt === 0) return `It had all of it without an attempt.${because}`;
      return `${device.reason ?? 'It had all of it already.'} Nothing was sent to it.`;
    case 'not-applicable':
      return `It is not applicable, and no share counts it.${because}`;
    case 'failure':
      return `Attempt ${device.attempt} failed and no further one follows by itself.${because}${device.isGone ? '' : ` ${afterFailure(rollout, device)}`}`;
    case 'rolled-back':
      return `It was rolled back to what applies without this deployment.${because}${whyRolledBack(rollout)}`;
    case 'aborted':
      return device.attempt === 0
        ? `This rollout never changed it, and will not.${because}`
        : `It left the rollout in attempt ${device.attempt} and gets what applies without it.${because}`;
    case 'decommissioned':
      return 'It was deleted from the hub, and no share counts it.';
  }
}

/** Of one that has the deployment, which does not apply: base 'v3' → "… Base 'v3' applies to it now, and this deployment does not." */
export function explainHidden({ attempt }: RolloutDevice, base: string): string {
  return `It ran what was rolled out, since attempt ${attempt}. Base '${base}' applies to it now, and this deployment does not.`;
}

function afterFailure({ status }: RolloutFrame, { isAdmitted }: RolloutDevice): string {
  if (!isFinal(status)) return 'Retry the failed devices, or roll the rollout back.';
  const when = isAdmitted ? ' when a maintenance window opens' : '';
  const over = `The rollout is over, and it gets what applies without this deployment${when}`;
  return status === 'finished'
    ? `${over}: roll it out again to those that failed, or roll out a mended one.`
    : `${over}: roll out a mended one.`;
}

/** What keeps a device that has not begun, as a part of a sentence: "wave 2 of 3 is not open yet". */
export function waitingReason(rollout: RolloutFrame, { wave, isAwake }: RolloutDevice): string {
  const { waves, currentWave, status } = rollout;
  if (status === 'paused') return 'the rollout is paused';
  if (status === 'scheduled') return `the rollout begins at its time${timeOf(rollout)}`;
  if (rollout.joiningOf !== null) return 'the rollout is still taking in its devices';
  if (wave === null || wave > currentWave) return `wave ${(wave ?? 0) + 1} of ${waves.length} is not open yet`;
  return isAwake ? `wave ${wave + 1} of ${waves.length} is open, and others go first` : 'the device is switched off';
}

interface When extends ExplainedAround {
  readonly now: RolloutNow;
}

function explainWaiting(rollout: RolloutFrame, device: RolloutDevice, { now, nextOpening, crowd, gate }: When): string {
  const { status, cause, waves, currentWave, policy } = rollout;
  const before = device.failures > 0 && device.purpose === 'change' ? `Attempt ${device.attempt} failed. ` : '';
  const waits = `${before}It waits for its turn: ${waitingReason(rollout, device)}.`;
  if (status === 'paused') return `${waits} ${cause.reason} It goes on when a person lets the rollout go on.`;
  if (status === 'scheduled') return waits;
  const isBack = device.purpose === 'roll-back';
  if (!isBack && (device.wave === null || device.wave > currentWave)) {
    const last = waves[currentWave];
    if (last === undefined) return waits;
    const isDue = waitedWave(rollout) !== null;
    const { name } = last.plan;
    const standing = gate();
    const unsaid = standing === undefined ? '' : standingText(name, standing);
    const opens = `${isDue ? 'waits for a person to open it.' : gateText(name, last.plan.gate)}${unsaid}`;
    if (device.wave === null || device.wave === currentWave + 1) return `${waits} That wave ${opens}`;
    return `${waits} Waves open in their order, and wave ${currentWave + 2} ${opens}`;
  }
  const turn = isBack ? 'It waits to be rolled back' : `${before}It waits for its turn`;
  if (device.changedBy !== null)
    return `${turn}: the rollout of '${device.changedBy.deploymentId}' is changing it. It goes on when that has ended.`;
  if (!device.isAwake && !isBack) return `${turn}: it is switched off and holds up nobody. It goes on when it wakes.`;
  if (!rollout.isHurried && !isWindowOpen(policy.windows, now.wallMs))
    return `${turn}: no maintenance window is open, and ${nextOpening()}. It goes on then, or when a person hurries the rollout.`;
  const obstacles = device.preflight?.obstacles ?? [];
  if (obstacles.length > 0) return `${turn}: ${obstacles.join(' ')}`;
  // Nobody is asked before there is room for him.
  const others = crowd()(device);
  const kept = others === undefined ? limitsText(rollout, device) : others;
  if (kept !== null) return `${turn}: ${kept}`;
  if (!isBack && device.preflight === null) return `${turn}: the hub is checking whether anything stands in its way.`;
  return `${turn}: it begins in a moment.`;
}

/** Where it is not known what the others do: what they may keep it from. */
function limitsText({ policy: { concurrency, budgets } }: RolloutFrame, { groups }: RolloutDevice): string | null {
  const limits = [
    ...(concurrency === null ? [] : [`at most ${concurrency} may be in change at once`]),
    ...budgets.filter(({ groupId }) => groups.includes(groupId)).map(budgetText),
  ];
  return limits.length === 0 ? null : `${limits.join(', and ')}. It begins when that leaves room for it.`;
}

function budgetText({ groupId, atLeastUp }: DisruptionBudget): string {
  return `at least ${atLeastUp} of group '${groupId}' must stay up`;
}

function timeOf({ policy }: RolloutFrame): string {
  return policy.startsAtMs === null ? '' : `, ${timeText(policy.startsAtMs, policy)}`;
}

function explainBegun(rollout: RolloutFrame, { isAwake, attempt, purpose }: RolloutDevice): string {
  const sent = purpose === 'change' ? `Attempt ${attempt} was sent to it` : 'It was told to roll back';
  if (!isAwake) return `${sent}, and it is switched off: it goes on when it wakes, and holds up nobody.`;
  return `${sent}, and it has not said anything of it yet. ${limitText(rollout.policy)}`;
}

function explainChanging(rollout: RolloutFrame, device: RolloutDevice): string {
  const { standing, bytes, isAwake, attempt, reason, purpose, told } = device;
  const way = purpose === 'roll-back' ? 'It is being rolled back: it' : 'It';
  const share =
    standing === 'downloading' && bytes.total > 0 ? ` (${Math.floor((bytes.done * 100) / bytes.total)} %)` : '';
  const unpacks = told?.unpacked !== undefined && bytes.done >= bytes.total ? ' and unpacking' : '';
  const limit = limitText({ stepLimitMs: silenceLimitMs(rollout.policy, device) });
  const what = { downloading: 'downloading', installing: 'installing', verifying: 'verifying that it runs well' }[
    standing as 'downloading' | 'installing' | 'verifying'
  ];
  if (!isAwake) return `It was switched off while ${standing}: it goes on when it wakes, and holds up nobody.`;
  if (isHeld(device))
    return `${way} has all it needs for attempt ${attempt} and holds its switch${reason === null ? byUnknown : `: ${reason}`}`;
  if (isHindered(device)) return `${way} has all it needs for attempt ${attempt} and cannot switch: ${reason} ${limit}`;
  return `${way} is ${what}${share}${unpacks}, attempt ${attempt}.${reason === null ? '' : ` ${reason}`} ${limit}`;
}

/** Its agent does not say who holds. */
const byUnknown = ', for a lock on it or until a person lets it go on.';

/** By another deployment, which `reason` names. */
function isRolledBack({ isAdmitted, reason }: RolloutDevice): boolean {
  return !isAdmitted && reason !== null;
}

/** What made the whole rollout go back, as it said so. */
function whyRolledBack({ history }: RolloutFrame): string {
  const reached = history.findLast(({ status }) => status === 'rolling-back');
  return reached === undefined ? '' : ` ${reached.cause.reason}`;
}
