// One device's way through a rollout: how an attempt begins, moves and ends. INVARIANT: what ended does not begin again by a
// late or repeated report; only a new attempt, with its own number, does.
import type { Verdict } from '#domain/updates/update-trial.ts';
import type { RolloutEvent } from './rollout-event.ts';
import type { RolloutPolicy } from './rollout-policy.ts';
import { isOfBefore } from './rollout-rules.ts';
import { hasWorked, minutesText, silenceLimitMs, silenceOf, toldAfter } from './rollout-silence.ts';
import type { DeviceStanding, RolloutDevice, RolloutNow } from './rollout-state.ts';
import { isRetried } from './rollout-tally.ts';

type Report = Extract<RolloutEvent, { readonly kind: 'progress-reported' | 'attempt-ended' }>;
type Progress = Extract<Report, { readonly kind: 'progress-reported' }>;
type Ending = Extract<Report, { readonly kind: 'attempt-ended' }>;

const nothingDone = { done: 0, total: 0 };

/** A device of which nothing is known and to which nothing was done. */
export const notBegun: RolloutDevice = {
  wave: null,
  standing: 'pending',
  isAdmitted: false,
  isAwake: false,
  isUp: false,
  attempt: 0,
  isChanging: false,
  purpose: 'change',
  reportNumber: 0,
  deadlineRunMs: null,
  startedAtMs: null,
  endedAtMs: null,
  bytes: nothingDone,
  verdict: null,
  reason: null,
  preflight: null,
  groups: [],
  changedBy: null,
  failures: 0,
  isGone: false,
  told: null,
};

/** Begins the next attempt. One that sleeps has no deadline until it wakes. */
export function begin(device: RolloutDevice, policy: RolloutPolicy, now: RolloutNow): RolloutDevice {
  return {
    ...device,
    standing: 'pending',
    isChanging: true,
    isAdmitted: device.purpose === 'change',
    attempt: device.attempt + 1,
    reportNumber: 0,
    deadlineRunMs: device.isAwake ? now.runMs + policy.stepLimitMs : null,
    startedAtMs: now.wallMs,
    endedAtMs: null,
    bytes: nothingDone,
    verdict: null,
    reason: null,
    preflight: null,
    told: null,
  };
}

/** Whether the report is of the attempt under way and newer than what is known of it. */
export function isNews(device: RolloutDevice, { attempt, number }: Report): boolean {
  return device.isChanging && attempt === device.attempt && number > device.reportNumber;
}

/**
 * Only what moved extends the deadline: a device that repeats itself does not. One that holds its switch is at no step, so it has
 * none until it goes on; one that is hindered from it has that of any step.
 */
export function progress(
  device: RolloutDevice,
  report: Progress,
  policy: RolloutPolicy,
  now: RolloutNow,
): RolloutDevice {
  const isHolding = report.step === 'held';
  const standing = report.step === 'held' ? 'installing' : report.step;
  const told = toldAfter(device, standing, report.told);
  const hasMoved =
    standing !== device.standing ||
    report.bytes.done > device.bytes.done ||
    hasWorked(device.told, told) ||
    device.deadlineRunMs === null ||
    (isHindered(device) && !isHolding);
  const extended = hasMoved && device.isAwake ? now.runMs + silenceLimitMs(policy, { told }) : device.deadlineRunMs;
  return {
    ...device,
    standing,
    bytes: report.bytes,
    reportNumber: report.number,
    deadlineRunMs: isHolding && report.isHindered !== true ? null : extended,
    reason: report.reason ?? null,
    told,
  };
}

/** Whether it holds its switch: nothing else that is under way has no deadline. */
export function isHeld({ isChanging, isAwake, deadlineRunMs }: RolloutDevice): boolean {
  return isChanging && isAwake && deadlineRunMs === null;
}

/**
 * Whether it holds its switch on the way back, for whomever: it follows when that is let go on, and nobody waits for it, for a way
 * back ends. In steps of before, a person who was to say when was waited for.
 */
export function isLeftBehind(
  device: RolloutDevice,
  { needsPersonToSwitch }: RolloutPolicy,
  step: Pick<RolloutNow, 'rules'>,
): boolean {
  return device.purpose === 'roll-back' && isHeld(device) && !(needsPersonToSwitch && isOfBefore(step));
}

/** Whether it would switch, and something of it is to be mended first: nothing but that gives a reason to one in a step. */
export function isHindered({ isChanging, standing, deadlineRunMs, reason }: RolloutDevice): boolean {
  return isChanging && standing === 'installing' && deadlineRunMs !== null && reason !== null;
}

export function end(device: RolloutDevice, report: Ending, policy: RolloutPolicy, now: RolloutNow): RolloutDevice {
  const told = { ...device, bytes: report.bytes ?? device.bytes };
  return { ...endWith(told, report.verdict, report.reason, policy, now), reportNumber: report.number };
}

/**
 * A step that showed no progress for too long. One that had not switched has changed nothing, and the deployment reaches it no more
 * unless it is tried again: it would go on with what is told to have failed, at a time that nobody chose.
 */
export function expire(device: RolloutDevice, policy: RolloutPolicy, now: RolloutNow): RolloutDevice {
  if (isOfBefore(now)) return expireAsBefore(device, policy, now);
  const limit = minutesText(policy.stepLimitMs);
  const { verdict, reason } = isHindered(device)
    ? ({ verdict: 'failed-unchanged', reason: `${device.reason} It could not switch for ${limit}.` } as const)
    : silenceOf(device, policy);
  const ended = endWith(device, verdict, reason, policy, now);
  return verdict === 'failed-unchanged' ? { ...ended, isAdmitted: false } : ended;
}

/** Only who was hindered was taken to have changed nothing, and was let go unless another attempt followed. */
function expireAsBefore(device: RolloutDevice, policy: RolloutPolicy, now: RolloutNow): RolloutDevice {
  const limit = minutesText(policy.stepLimitMs);
  if (!isHindered(device)) {
    const stuck = `It showed no progress while ${device.standing} for ${limit}.`;
    const reason = device.reason === null ? stuck : `${device.reason} ${stuck}`;
    return endWith(device, 'failed-stuck', reason, policy, now);
  }
  const ended = endWith(device, 'failed-unchanged', `${device.reason} It could not switch for ${limit}.`, policy, now);
  return ended.standing === 'failure' ? { ...ended, isAdmitted: false } : ended;
}

/** Out of the rollout, for a reason that is nobody's failure; the deployment reaches it only where that changes nothing. */
export function exclude(
  device: RolloutDevice,
  standing: 'not-applicable' | 'aborted' | 'decommissioned' | 'already-installed',
  reason: string | null,
  now: RolloutNow,
): RolloutDevice {
  const isAdmitted = standing === 'already-installed' && device.isAdmitted;
  return { ...device, standing, reason, isAdmitted, isChanging: false, deadlineRunMs: null, endedAtMs: now.wallMs };
}

/** It gets another attempt when its turn comes. */
export function requeue(device: RolloutDevice, purpose: RolloutDevice['purpose']): RolloutDevice {
  return {
    ...device,
    standing: 'pending',
    purpose,
    isChanging: false,
    deadlineRunMs: null,
    preflight: null,
    told: null,
  };
}

/** The clock of a step stands still while its device is switched off. */
export function sleep(device: RolloutDevice): RolloutDevice {
  return { ...device, isAwake: false, deadlineRunMs: null, preflight: null };
}

/** A step whose device cannot show progress before then does not fail before then. */
export function spare(device: RolloutDevice, untilRunMs: number): RolloutDevice {
  const { deadlineRunMs } = device;
  return { ...device, deadlineRunMs: deadlineRunMs === null ? null : Math.max(deadlineRunMs, untilRunMs) };
}

export function wake(device: RolloutDevice, policy: RolloutPolicy, now: RolloutNow): RolloutDevice {
  const deadlineRunMs = device.isChanging ? now.runMs + silenceLimitMs(policy, device) : null;
  return { ...device, isAwake: true, deadlineRunMs, preflight: null };
}

function endWith(
  device: RolloutDevice,
  verdict: Verdict,
  reason: string | null,
  policy: RolloutPolicy,
  now: RolloutNow,
): RolloutDevice {
  const failures = device.failures + (verdict === 'done' ? 0 : 1);
  const ended: RolloutDevice = {
    ...device,
    standing: standingAfter(device, verdict),
    verdict,
    reason,
    failures,
    isChanging: false,
    deadlineRunMs: null,
    endedAtMs: now.wallMs,
  };
  if (verdict === 'done' || device.purpose === 'roll-back' || !isRetried(policy, ended, now)) return ended;
  return requeue(ended, 'change');
}

function standingAfter({ purpose }: RolloutDevice, verdict: Verdict): DeviceStanding {
  if (verdict !== 'done') return 'failure';
  return purpose === 'change' ? 'success' : 'rolled-back';
}

/** Whether a step of it has shown no progress until its deadline. */
export function isOverdue(device: RolloutDevice, now: RolloutNow): boolean {
  return device.deadlineRunMs !== null && now.runMs >= device.deadlineRunMs;
}
