// What rollouts say of one device as it is evaluated: which deployments may reach it, the terms its agent is sent, and whether
// there is anything to send. Nothing is read while no deployment has a rollout.
import type { DeviceId, ModuleId } from '#base/ids.ts';
import type { JsonObject } from '#base/json.ts';
import type { RolloutTerms } from '#contract/rollout-terms.ts';
import type { DeviceTurns, RolloutAttempt } from '#store/rollout-types.ts';
import type { StoreReaders, StoreWriters } from '#store/store-types.ts';
import type { TwinComparison } from './automatic-evaluation.ts';
import type { DeploymentCatalog } from '../records/deployment-catalog.ts';
import { withTerms } from './terms-in-desired.ts';

const agentId = '$edgeAgent' as ModuleId;
const noTurns: DeviceTurns = { admitted: new Set(), newest: undefined, sent: undefined };

export function turnsOf(read: StoreReaders, catalog: DeploymentCatalog, deviceId: DeviceId): DeviceTurns {
  return catalog.hasRollouts() ? read.rollouts.admittedTo(deviceId) : noTurns;
}

/** An attempt that this evaluation carries out. */
export interface CarriedAttempt {
  readonly attempt: RolloutAttempt;
  /** The device has what it would get, or no base is left and it keeps what it runs. */
  readonly isNeedless: boolean;
}

export interface CarriedTurn {
  readonly comparison: TwinComparison;
  readonly carried: CarriedAttempt | null;
}

/**
 * The sections with the terms that hold, compared with the twins. A first attempt that would change no section but by its terms is
 * needless, and the device hears nothing of it; a retry or a way back is another attempt for the same content all the same.
 */
export function carryTurn({
  turns: { newest, sent, admitted },
  wholes,
  isManaged,
  compare,
}: {
  readonly turns: DeviceTurns;
  readonly wholes: ReadonlyMap<ModuleId, JsonObject>;
  readonly isManaged: boolean;
  readonly compare: (wholes: ReadonlyMap<ModuleId, JsonObject>) => TwinComparison;
}): CarriedTurn {
  // One that left the rollout in mid-change is as any other device.
  const isLive = (attempt: RolloutAttempt): boolean =>
    attempt.purpose === 'roll-back' || admitted.has(attempt.rolloutNumber);
  const held = sent !== undefined && isLive(sent) ? sent : undefined;
  const asHeld = afterTerms(held, compare(underTerms(wholes, held)), () => compare(wholes));
  if (newest === undefined || newest.sentVersion !== null || newest.isNeedless || !isLive(newest))
    return { comparison: asHeld, carried: null };
  const isFirst = newest.purpose === 'change' && newest.attempt === 1;
  if (!isManaged || (isFirst && isSameContent(asHeld)))
    return { comparison: asHeld, carried: { attempt: newest, isNeedless: true } };
  return { comparison: compare(underTerms(wholes, newest)), carried: { attempt: newest, isNeedless: false } };
}

/**
 * Terms of an attempt that ended stay as long as nothing else changes, for taking them off would be a version that says nothing;
 * the next change without a rollout is as it always was.
 */
function afterTerms(
  held: RolloutAttempt | undefined,
  asHeld: TwinComparison,
  bare: () => TwinComparison,
): TwinComparison {
  return held === undefined || held.endedAtMs === null || isSameContent(asHeld) ? asHeld : bare();
}

function isSameContent({ differences }: TwinComparison): boolean {
  return differences.every(({ section }) => section === null);
}

function underTerms(
  wholes: ReadonlyMap<ModuleId, JsonObject>,
  attempt: RolloutAttempt | undefined,
): ReadonlyMap<ModuleId, JsonObject> {
  const section = wholes.get(agentId);
  if (attempt === undefined || section === undefined) return wholes;
  return new Map([...wholes, [agentId, withTerms(section, termsOf(attempt))]]);
}

function termsOf({
  attempt,
  settleSeconds,
  hold,
  switchWithinSeconds,
  isForced,
  purpose,
}: RolloutAttempt): RolloutTerms {
  return { attempt, settleSeconds, hold, switchWithinSeconds, isForced, isRollback: purpose === 'roll-back' };
}

/** After the twins are written: which desired version carries the attempt, or that none does. */
export function noteCarried(
  { read, write }: { readonly read: StoreReaders; readonly write: StoreWriters },
  deviceId: DeviceId,
  { attempt, isNeedless }: CarriedAttempt,
): void {
  const version = isNeedless ? null : (read.twins.versions({ deviceId, moduleId: agentId })?.desiredVersion ?? 1);
  if (version === null) write.rollouts.noteNeedless(attempt.id);
  else write.rollouts.noteSent(attempt.id, version);
  const { rolloutNumber, deploymentId } = attempt;
  const detail = { number: rolloutNumber, attempt: attempt.attempt, version };
  write.journal.append({ kind: 'rollout-sent', actor: 'hub', deviceId, deploymentId, detail });
}
