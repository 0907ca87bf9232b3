// Why a rollout, or a device in it, stands where it stands, and what would move it on: one sentence or two, from the state alone.
import { isWindowOpen } from './maintenance-window.ts';
import type { DisruptionBudget, WaveGate } from './rollout-policy.ts';
import { isHeld, isHindered } from './rollout-attempt.ts';
import { isFinal, type RolloutDevice, type RolloutNow, type RolloutState } from './rollout-state.ts';
import { nextOpeningText, timeText } from './rollout-times.ts';
import { holdsShare, tally, type WaveTally } from './rollout-tally.ts';

/** All but who is in it. */
export type RolloutFrame = Omit<RolloutState, 'devices'>;

/**
 * Of one device. Pending, its wave 2 of 3 not open: "It waits for its turn in the rollout: wave 2 of 3 is not open yet. It opens
 * when ≥ 90 % of wave 'canary' are successful." `nextOpening`: told once for many devices of a rollout, for it takes a while to find.
 */
export function explainDevice(
  rollout: RolloutFrame,
  device: RolloutDevice,
  now: RolloutNow,
  nextOpening: () => string = () => nextOpeningText(rollout.policy, now.wallMs),
): string {
  const because = device.reason === null ? '' : ` ${device.reason}`;
  switch (device.standing) {
    case 'pending':
      return device.isChanging ? explainBegun(rollout, device) : explainWaiting(rollout, device, { now, nextOpening });
    case 'downloading':
    case 'installing':
    case 'verifying':
      return explainChanging(rollout, device);
    case 'success':
      if (isTakenBack(device)) return `It ran what was rolled out, since attempt ${device.attempt}.${because}`;
      return `It runs what was rolled out, since attempt ${device.attempt}.`;
    case 'already-installed':
      if (isTakenBack(device) || device.attempt === 0) return `It had all of it without an attempt.${because}`;
      return 'It had all of it already, so nothing was sent to it.';
    case 'not-applicable':
      return `It is left out and counts for nothing.${because}`;
    case 'failure':
      return `Attempt ${device.attempt} failed and no further one follows by itself.${because} ${afterFailure(rollout, device)}`;
    case 'rolled-back':
      return 'It was taken back to what applies without this deployment.';
    case 'aborted':
      return device.attempt === 0
        ? `It was not begun and will not be.${because}`
        : `It left the rollout in attempt ${device.attempt} and gets what applies without it.${because}`;
    case 'decommissioned':
      return 'It was deleted from the hub and counts for nothing.';
  }
}

/** Of one that has the deployment, which does not apply: base 'v3' → "… Base 'v3' applies to it now, and this deployment does not." */
export function explainHidden({ attempt }: RolloutDevice, base: string): string {
  return `It ran what was rolled out, since attempt ${attempt}. Base '${base}' applies to it now, and this deployment does not.`;
}

function afterFailure({ status }: RolloutFrame, { isAdmitted }: RolloutDevice): string {
  if (!isFinal(status)) return 'Retry the failed devices, or roll back.';
  const when = isAdmitted ? ' when a maintenance window opens' : '';
  return `The rollout is over, and it gets what applies without this deployment${when}: roll out a mended one.`;
}

/** What keeps a device that has not begun, as a part of a sentence: "wave 2 of 3 is not open yet". */
export function waitingReason(rollout: RolloutFrame, { wave, isAwake }: RolloutDevice): string {
  const { waves, currentWave, status } = rollout;
  if (status === 'paused') return 'it is paused';
  if (status === 'scheduled') return `its time has not come yet${timeOf(rollout)}`;
  if (rollout.joiningOf !== null) return 'its devices are still being taken in';
  if (wave === null || wave > currentWave) return `wave ${(wave ?? 0) + 1} of ${waves.length} is not open yet`;
  return isAwake ? `wave ${wave + 1} of ${waves.length} is open, and others go first` : 'the device is switched off';
}

interface When {
  readonly now: RolloutNow;
  readonly nextOpening: () => string;
}

function explainWaiting(rollout: RolloutFrame, device: RolloutDevice, { now, nextOpening }: When): string {
  const { status, cause, waves, currentWave, policy } = rollout;
  const before = device.failures > 0 && device.purpose === 'change' ? `Attempt ${device.attempt} failed. ` : '';
  const waits = `${before}It waits for its turn in the rollout: ${waitingReason(rollout, device)}.`;
  if (status === 'paused') return `${waits} ${cause.reason} It goes on when a person lets the rollout go on.`;
  if (status === 'scheduled') return waits;
  const isBack = device.purpose === 'roll-back';
  if (!isBack && (device.wave === null || device.wave > currentWave)) {
    const last = waves[currentWave];
    if (last === undefined) return waits;
    const opens = opening(last.plan.name, last.plan.gate);
    if (device.wave === null || device.wave === currentWave + 1) return `${waits} It ${opens}`;
    return `${waits} Waves open in their order, and wave ${currentWave + 2} ${opens}`;
  }
  const turn = isBack ? 'It waits to be taken back' : `${before}It waits for its turn`;
  if (device.changedBy !== null)
    return `${turn}: it is in change by the rollout of '${device.changedBy.deploymentId}', and goes on when that has ended.`;
  if (!device.isAwake && !isBack) return `${turn}: it is switched off, holds up nobody, and goes on when it wakes.`;
  if (!rollout.isHurried && !isWindowOpen(policy.windows, now.wallMs))
    return `${turn}: no maintenance window is open, and ${nextOpening()}. It goes on when one opens, or a person hurries the rollout.`;
  const obstacles = device.preflight?.obstacles ?? [];
  if (obstacles.length > 0) return `${turn}: ${obstacles.join(' ')}`;
  if (!isBack && device.preflight === null) return `${turn}: it is being looked at whether anything stands in its way.`;
  return `${turn}: ${crowd(rollout, device)}`;
}

function crowd({ policy: { concurrency, budgets } }: RolloutFrame, { groups }: RolloutDevice): string {
  const limits = [
    ...(concurrency === null ? [] : [`at most ${concurrency} may be in change at once`]),
    ...budgets.filter(({ groupId }) => groups.includes(groupId)).map(budgetText),
  ];
  if (limits.length === 0) return 'it begins with the next step.';
  return `${limits.join(', and ')}. It begins when one of the others comes to its end.`;
}

function budgetText({ groupId, atLeastUp }: DisruptionBudget): string {
  return `at least ${atLeastUp} of group '${groupId}' must stay up`;
}

function timeOf({ policy }: RolloutFrame): string {
  return policy.startsAtMs === null ? '' : `, which is ${timeText(policy.startsAtMs, policy)}`;
}

function explainBegun(rollout: RolloutFrame, { isAwake, attempt, purpose }: RolloutDevice): string {
  const sent = purpose === 'change' ? `Attempt ${attempt} was sent to it` : 'It was told to go back';
  if (!isAwake) return `${sent}, and it is switched off: it goes on when it wakes, and nobody waits for it.`;
  return `${sent} and it has not said anything of it yet. ${limitText(rollout)}`;
}

function explainChanging(rollout: RolloutFrame, device: RolloutDevice): string {
  const { standing, bytes, isAwake, attempt, reason, purpose } = device;
  const way = purpose === 'roll-back' ? 'It is on its way back: it' : 'It';
  const share =
    standing === 'downloading' && bytes.total > 0 ? ` (${Math.floor((bytes.done * 100) / bytes.total)} %)` : '';
  const what = { downloading: 'downloads', installing: 'installs', verifying: 'proves that it runs well' }[
    standing as 'downloading' | 'installing' | 'verifying'
  ];
  if (!isAwake) return `It was switched off while ${standing}: it goes on when it wakes, and nobody waits for it.`;
  if (isHeld(device))
    return `${way} has all it needs for attempt ${attempt} and holds its switch${reason === null ? byUnknown : `: ${reason}`}`;
  if (isHindered(device))
    return `${way} has all it needs for attempt ${attempt} and cannot switch: ${reason} ${limitText(rollout)}`;
  return `${way} ${what}${share}, in attempt ${attempt}. ${limitText(rollout)}`;
}

/** Its agent does not say who holds. */
const byUnknown = ', for a lock on it or until a person lets it go on.';

function limitText({ policy: { stepLimitMs } }: RolloutFrame): string {
  return `Without progress for ${duration(stepLimitMs)} the attempt counts as failed.`;
}

/** As a part of a sentence, whose end it is. */
function opening(name: string, { successPercent, soakMs, needsPerson }: WaveGate): string {
  const soak = soakMs > 0 ? `, and have been for ${duration(soakMs)}` : '';
  if (needsPerson)
    return `opens when a person says so; ≥ ${successPercent} % of wave '${name}' are to be successful${soak}.`;
  return `opens when ≥ ${successPercent} % of wave '${name}' are successful${soak}.`;
}

function duration(ms: number): string {
  const [amount, unit] = ms >= 60_000 ? [Math.ceil(ms / 60_000), 'minute'] : [Math.ceil(ms / 1000), 'second'];
  return `${amount} ${unit}${amount === 1 ? '' : 's'}`;
}

/** Of the rollout: what brought it where it is, and what it waits for. */
export function explainRollout(rollout: RolloutState, now: RolloutNow): string {
  return `${rollout.cause.reason} ${next(rollout, now)}`;
}

function next(rollout: RolloutState, now: RolloutNow): string {
  const { status, waves, currentWave, policy, devices } = rollout;
  const { open, asleep } = tally(devices.values());
  const sleeping =
    asleep === 0
      ? ''
      : ` ${asleep} switched off ${asleep === 1 ? 'gets its turn when it wakes' : 'get their turn when they wake'}.`;
  switch (status) {
    case 'scheduled':
      return `It begins at the time it is scheduled for${timeOf(rollout)}.`;
    case 'paused':
      return whilePaused(rollout);
    case 'rolling-back':
      return `It is taken back device by device, and then ends.${shut(rollout, now)}`;
    case 'rolled-back':
      return 'That is final.';
    case 'superseded':
    case 'canceled':
    case 'finished':
      return whenOver(rollout);
    case 'pending':
    case 'in-progress': {
      if (rollout.joiningOf !== null)
        return `Its devices are being taken in: ${devices.size} of ${rollout.joiningOf} so far. The first wave opens when all are.`;
      if (devices.size === 0) return 'No device is in it yet: it begins when one matches.';
      const wave = waves[currentWave];
      if (wave === undefined || currentWave === waves.length - 1) {
        const isFixed = policy.targets.kind === 'fixed';
        const end = isFixed ? `It ends when all have come to their end: ${open + asleep} left. ` : '';
        return `${end}${whomFor(rollout)}${sleeping}${shut(rollout, now)}`;
      }
      const opens = `The next ${opening(wave.plan.name, wave.plan.gate)}${soFar(currentTally(rollout))}`;
      return `Wave ${currentWave + 1} of ${waves.length} is open. ${opens} ${whomFor(rollout)}${sleeping}${shut(rollout, now)}`;
    }
  }
}

function currentTally({ devices, currentWave }: RolloutState): WaveTally {
  return tally([...devices.values()].filter(({ wave }) => wave === currentWave));
}

function soFar({ counted, successes }: WaveTally): string {
  return counted === 0 ? '' : ` So far it is ${successes} of ${counted}.`;
}

/** All that it has open came to an end, and too few of them well: let go on as it is, it would pause again at once. */
export function isSpent(rollout: RolloutState): boolean {
  const { waves, currentWave } = rollout;
  const wave = waves[currentWave];
  if (wave === undefined || currentWave === waves.length - 1 || wave.isReleased) return false;
  const counts = currentTally(rollout);
  return counts.open === 0 && counts.counted > 0 && !holdsShare(wave.plan.gate, counts);
}

/** What becomes of its devices, and who could change that. */
function whenOver({ devices }: RolloutState): string {
  const all = [...devices.values()];
  const parts = [
    ...(all.some(({ isChanging }) => isChanging) ? ['devices in mid-change come to their end'] : []),
    ...(all.some(({ isAdmitted, standing }) => isAdmitted && standing === 'success')
      ? ['devices that have it keep it, until a rollback takes it from them']
      : []),
  ];
  return parts.length === 0 ? 'That is final.' : `That is final: ${parts.join('; ')}.`;
}

/** Whether others can still come in. */
function whomFor({ policy: { targets }, devices }: RolloutState): string {
  if (targets.kind === 'fixed') return 'Its set of devices is fixed: whoever matches later does not get it.';
  if (targets.maxDevices === null) return 'Whoever matches later gets it too, until a person cancels it.';
  let begun = 0;
  for (const { attempt } of devices.values()) if (attempt > 0) begun += 1;
  return `Whoever matches later gets it too, up to ${targets.maxDevices} devices in all: ${begun} so far. It ends when as many have come to their end.`;
}

/** What fits, and nothing else. */
function whilePaused(rollout: RolloutState): string {
  const { waves, currentWave, devices } = rollout;
  const all = [...devices.values()];
  const ways = [
    ...(isSpent(rollout) ? [] : ['resumes it']),
    ...(currentWave >= 0 && currentWave < waves.length - 1 ? ['opens the next wave'] : []),
    ...(all.some(({ standing }) => standing === 'failure') ? ['retries the failed devices'] : []),
  ];
  const end = all.some(({ isAdmitted }) => isAdmitted) ? 'It can be rolled back or canceled.' : 'It can be canceled.';
  return `It goes on when a person ${ways.join(' or ')}. ${end}`;
}

/** By another deployment, which `reason` names. */
function isTakenBack({ isAdmitted, reason }: RolloutDevice): boolean {
  return !isAdmitted && reason !== null;
}

function shut({ policy, isHurried }: RolloutState, now: RolloutNow): string {
  return isHurried || isWindowOpen(policy.windows, now.wallMs)
    ? ''
    : ` Nobody begins until a maintenance window opens: ${nextOpeningText(policy, now.wallMs)}.`;
}
