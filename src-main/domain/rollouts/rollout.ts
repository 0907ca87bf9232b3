// A rollout as a machine: `advance` makes the next state from the one before and what happened, and says what is to be done.
// It knows no clock, no store and no device, so the same events give the same state when they are read from the journal again.
//
// INVARIANTS: no wave opens before the gate of the one before holds or a person says so; a stop rule fires at its boundary and
// not before; nothing begins outside the windows; a final status never changes; a rollback ends.
import type { DeploymentId } from '#base/ids.ts';
import { nextTurn } from './rollout-admission.ts';
import { begin, expire, isOverdue } from './rollout-attempt.ts';
import { RolloutDraft } from './rollout-draft.ts';
import type { RolloutEffect, RolloutEvent } from './rollout-event.ts';
import { checkStopRule, openWaves } from './rollout-gates.ts';
import type { RolloutPolicy } from './rollout-policy.ts';
import { retryFailed } from './rollout-retrying.ts';
import { finishRollback, takeBack } from './rollout-rollback.ts';
import { type Cause, type RolloutNow, type RolloutState } from './rollout-state.ts';
import { take } from './rollout-taking.ts';
import { watchOver } from './rollout-watch.ts';
import { letGo } from './rollout-withdrawal.ts';

export interface Advanced {
  readonly state: RolloutState;
  /** In the order in which they came about. */
  readonly effects: readonly RolloutEffect[];
  /** More is to be done in this very moment than one step does: another is to follow at once. */
  readonly isCut: boolean;
}

/** Nobody is in it yet: the first targets that join are divided into its waves. */
export function newRollout(deploymentId: DeploymentId, policy: RolloutPolicy, cause: Cause): RolloutState {
  const status = policy.startsAtMs === null ? 'pending' : 'scheduled';
  return {
    deploymentId,
    policy,
    status,
    cause,
    history: [{ status, cause }],
    waves: policy.waves.map((plan) => ({ plan, openedAtMs: null, heldSinceRunMs: null, isReleased: false })),
    currentWave: -1,
    devices: new Map(),
    bystandersUp: {},
    joiningOf: null,
    isRetrying: false,
    isHurried: false,
    pardonedFailures: 0,
  };
}

/** The events in their order, all of one moment; then whatever follows from the state they lead to. */
export function advance(state: RolloutState, events: readonly RolloutEvent[], now: RolloutNow): Advanced {
  const draft = new RolloutDraft(state, now);
  for (const event of events) take(draft, event);
  expireOverdue(draft);
  startOnTime(draft);
  retryFailed(draft);
  checkStopRule(draft);
  openWaves(draft);
  if (draft.status === 'rolling-back') takeBack(draft);
  beginDue(draft);
  if (draft.status === 'rolling-back') finishRollback(draft);
  letGo(draft);
  watchOver(draft);
  return { state: draft.state, effects: draft.effects, isCut: draft.isCut };
}

function expireOverdue(draft: RolloutDraft): void {
  const { policy } = draft.state;
  for (const [deviceId, device] of draft.devices)
    if (isOverdue(device, draft.now)) draft.setDevice(deviceId, expire(device, policy, draft.now));
}

function startOnTime(draft: RolloutDraft): void {
  const { status, policy } = draft.state;
  if (status === 'scheduled' && policy.startsAtMs !== null && draft.now.wallMs >= policy.startsAtMs)
    draft.setStatus('pending', draft.cause('The time it was scheduled for has come.'));
}

function beginDue(draft: RolloutDraft): void {
  const { starting, unasked } = nextTurn(draft.state, draft.now);
  for (const deviceId of unasked) draft.effects.push({ kind: 'ask-preflight', deviceId });
  let isAnyBegun = false;
  for (const [deviceId, device] of starting) {
    if (!draft.mayMove()) break;
    isAnyBegun = true;
    const begun = begin(device, draft.state.policy, draft.now);
    draft.setDevice(deviceId, begun);
    draft.effects.push({ kind: begun.isAdmitted ? 'admit' : 'withdraw', deviceId, attempt: begun.attempt });
  }
  if (isAnyBegun && draft.status === 'pending')
    draft.setStatus('in-progress', draft.cause('Its first device has begun.'));
}
