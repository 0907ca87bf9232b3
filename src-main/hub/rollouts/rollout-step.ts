// One step of a rollout: what happened makes the next state, and all that changed goes into one transaction with the journal row
// from which the same state can be made again.
import type { Logger } from 'pino';
import type { DeviceId } from '#base/ids.ts';
import type { Json, JsonObject } from '#base/json.ts';
import type { Actor } from '#domain/records/journal-event.ts';
import { end, expire, isNews, isOverdue } from '#domain/rollouts/rollout-attempt.ts';
import type { RolloutEffect, RolloutEvent } from '#domain/rollouts/rollout-event.ts';
import { isFinal, type RolloutDevice, type RolloutNow, type RolloutState } from '#domain/rollouts/rollout-state.ts';
import { isUnsettled, runsAsBefore } from '#domain/rollouts/rollout-withdrawal.ts';
import { isWindowless, windowTerms, type WindowTerms } from '#domain/rollouts/window-terms.ts';
import { advance } from '#domain/rollouts/rollout.ts';
import type { AttemptTerms, Rollout } from '#store/rollout-types.ts';
import type { StoreWriters } from '#store/store-types.ts';
import { keepRunTime } from './rollout-clock.ts';

export interface RolloutStep {
  readonly before: Rollout;
  readonly after: Rollout;
  readonly events: readonly RolloutEvent[];
  readonly effects: readonly RolloutEffect[];
  readonly now: RolloutNow;
  readonly changed: readonly DeviceId[];
  /** Nothing but time went by: there is nothing to write. */
  readonly isIdle: boolean;
  /** Another is to follow at once. */
  readonly isCut: boolean;
  /** Steps of other rollouts that this one brings about, in the same change. */
  readonly others?: readonly RolloutStep[];
}

/** Takes one step as part of a larger change. */
export type StepWriter = (before: Rollout, events: readonly RolloutEvent[], actor: Actor) => Rollout;

export function stepOf(before: Rollout, events: readonly RolloutEvent[], now: RolloutNow): RolloutStep {
  const { state, effects, isCut } = advance(before.state, events, now);
  const changed = changedBetween(before.state, state);
  const isOpen = !isFinal(state.status) || isCut || isAnyUnsettled(state);
  const isIdle = changed.length === 0 && isSameHead(before.state, state) && isOpen === before.isOpen;
  return { before, after: { ...before, state, isOpen }, events, effects, now, changed, isIdle, isCut };
}

/** Every part is replaced when it changes, and kept when it does not. */
function changedBetween(before: RolloutState, after: RolloutState): readonly DeviceId[] {
  const changed: DeviceId[] = [];
  if (after.devices === before.devices) return changed;
  for (const [deviceId, device] of after.devices) if (device !== before.devices.get(deviceId)) changed.push(deviceId);
  return changed;
}

function isAnyUnsettled({ devices }: RolloutState): boolean {
  for (const device of devices.values()) if (isUnsettled(device)) return true;
  return false;
}

function isSameHead(before: RolloutState, after: RolloutState): boolean {
  return (
    before.status === after.status &&
    before.cause === after.cause &&
    before.waves === after.waves &&
    before.currentWave === after.currentWave &&
    before.bystandersUp === after.bystandersUp &&
    before.joiningOf === after.joiningOf &&
    before.isRetrying === after.isRetrying &&
    before.isHurried === after.isHurried &&
    before.pardonedFailures === after.pardonedFailures
  );
}

export function logStatus(log: Logger, { after, effects }: RolloutStep): void {
  const { deploymentId } = after.state;
  for (const effect of effects)
    if (effect.kind === 'status-changed')
      log.info({ deploymentId, status: effect.status, reason: effect.cause.reason }, 'rollout');
}

/** The journal row as part of the same change. */
export function writeStep(
  write: StoreWriters,
  step: RolloutStep,
  actor: Actor,
  alsoReached: readonly DeviceId[] = [],
): void {
  const { before, after, now, changed } = step;
  const { number, state } = after;
  const reached: DeviceId[] = [...alsoReached];
  write.rollouts.updateHead(after);
  for (const deviceId of changed) {
    const device = state.devices.get(deviceId);
    if (device === undefined) continue;
    const was = before.state.devices.get(deviceId);
    write.rollouts.putDevice(number, deviceId, device);
    if (was !== undefined && was.isChanging && hasGivenUp(was, device))
      write.rollouts.noteAttempt(number, deviceId, endOf(step, deviceId, was));
    writeAttempt(write, { number, deviceId, was, device }, termsAt(state, now));
    if ((was?.isAdmitted ?? false) !== device.isAdmitted || (was?.attempt ?? 0) !== device.attempt)
      reached.push(deviceId);
  }
  writeWithdrawals(write, step);
  keepRunTime(write, now);
  tellStep(write, step, { actor, reached, wayBack: endedOnWayBack(before.state, step.events) });
}

/** Whose attempt to take the rollout back ended: an event alone does not say which way an attempt went. */
function endedOnWayBack({ devices }: RolloutState, events: readonly RolloutEvent[]): readonly DeviceId[] {
  return events.flatMap((event) =>
    event.kind === 'attempt-ended' && devices.get(event.deviceId)?.purpose === 'roll-back' ? [event.deviceId] : [],
  );
}

/** The attempt is over although nothing told how it ended: another followed, or it waits to be taken back. */
function hasGivenUp(was: RolloutDevice, { attempt, isChanging, purpose }: RolloutDevice): boolean {
  return attempt !== was.attempt || (!isChanging && purpose !== was.purpose);
}

interface AttemptChange {
  readonly number: number;
  readonly deviceId: DeviceId;
  readonly was: RolloutDevice | undefined;
  readonly device: RolloutDevice;
}

function writeAttempt(
  write: StoreWriters,
  { number, deviceId, was, device }: AttemptChange,
  terms: (device: RolloutDevice) => AttemptTerms,
): void {
  if (device.attempt === 0) return;
  if (device.attempt !== was?.attempt) write.rollouts.beginAttempt(number, deviceId, { device, terms: terms(device) });
  // How it ended stays as it was told, whatever becomes of the device afterwards.
  else if (!was.isChanging) return;
  else if (was.endedAtMs !== device.endedAtMs || was.verdict !== device.verdict || was.bytes !== device.bytes)
    write.rollouts.noteAttempt(number, deviceId, device);
}

/**
 * Under windows, who has to change once more when all is over is told so as in an attempt, for terms come with one: the download
 * before it may outlast the window. Nobody waits for how it ends. Where another rollout has it in change, that one's terms hold.
 */
function writeWithdrawals(write: StoreWriters, { after: { number, state }, effects, now }: RolloutStep): void {
  if (isWindowless(state)) return;
  for (const effect of effects) {
    const device = effect.kind === 'withdraw' ? state.devices.get(effect.deviceId) : undefined;
    if (effect.kind !== 'withdraw' || device?.standing !== 'failure' || device.changedBy !== null) continue;
    if (runsAsBefore(device)) continue;
    const told = {
      ...device,
      ...withdrawn,
      attempt: device.attempt + 1,
      startedAtMs: now.wallMs,
      endedAtMs: now.wallMs,
    };
    const terms = { settleSeconds: settleSecondsOf(state), ...windowTerms(state, device, now) };
    write.rollouts.beginAttempt(number, effect.deviceId, { device: told, terms });
    write.rollouts.noteAttempt(number, effect.deviceId, told);
  }
}

const withdrawn = {
  purpose: 'roll-back',
  bytes: { done: 0, total: 0 },
  verdict: null,
  reason: 'The rollout was over, and it was given what applies without it.',
} as const;

function settleSecondsOf({ policy: { settleMs } }: RolloutState): number {
  return Math.ceil(settleMs / 1000);
}

/** How an attempt ended that the next one followed in the same step. */
function endOf({ before, events, now }: RolloutStep, deviceId: DeviceId, was: RolloutDevice): RolloutDevice {
  const { policy } = before.state;
  const told = events.find(
    (event) => event.kind === 'attempt-ended' && event.deviceId === deviceId && isNews(was, event),
  );
  if (told?.kind === 'attempt-ended') return end(was, told, policy, now);
  if (isOverdue(was, now)) return expire(was, policy, now);
  return { ...was, endedAtMs: now.wallMs, reason: 'The rollout was rolled back while it was under way.' };
}

/** Windows hold the switch on the device too, which may have long downloads before it: by its own clock, from the receipt on. */
export function termsAt(state: RolloutState, now: RolloutNow): (device: RolloutDevice) => AttemptTerms {
  const known = new Map<boolean, WindowTerms>();
  const { needsPersonToSwitch } = state.policy;
  return (device) => {
    // Alike for all that are there, and for all that sleep.
    const ofWindows = known.get(device.isAwake) ?? windowTerms(state, device, now);
    known.set(device.isAwake, ofWindows);
    return {
      settleSeconds: settleSecondsOf(state),
      ...(needsPersonToSwitch ? { hold: 'person', switchWithinSeconds: null } : ofWindows),
    };
  };
}

function tellStep(
  write: StoreWriters,
  { after, events, now }: RolloutStep,
  what: { readonly actor: Actor; readonly reached: readonly DeviceId[]; readonly wayBack: readonly DeviceId[] },
): void {
  const { number, state } = after;
  const detail: JsonObject = {
    number,
    events: events as unknown as Json,
    now: { ...now },
    evaluate: what.reached,
    ...(what.wayBack.length > 0 && { wayBack: what.wayBack }),
  };
  write.journal.append({ kind: 'rollout-advanced', actor: what.actor, deploymentId: state.deploymentId, detail });
}
