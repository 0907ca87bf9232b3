// What rollouts say of one device as it is evaluated: which deployments may reach it, the terms its agent is sent, and whether
// there is anything to send. Nothing is read while no deployment has a rollout.
import type { DeploymentId, DeviceId, ModuleId } from '#base/ids.ts';
import type { JsonObject } from '#base/json.ts';
import type { RolloutTerms } from '#contract/rollout-terms.ts';
import { deviceHealth } from '#domain/journal/device-health.ts';
import type { DeploymentCatalog } from '#hub/records/deployment-catalog.ts';
import type { DeviceTurns, RolloutAttempt } from '#store/rollout-types.ts';
import type { StoreReaders, StoreWriters } from '#store/store-types.ts';
import type { TwinComparison } from './automatic-evaluation.ts';
import { turnsBefore } from './kept-back.ts';
import { withTerms } from './terms-in-desired.ts';

const agentId = '$edgeAgent' as ModuleId;
const noTurns: DeviceTurns = { admitted: new Set(), newest: undefined, sent: undefined };

export function turnsOf(read: StoreReaders, catalog: DeploymentCatalog, deviceId: DeviceId): DeviceTurns {
  return catalog.hasRollouts() ? turnsBefore(read, read.rollouts.admittedTo(deviceId)) : noTurns;
}

/** An attempt that this evaluation carries out. */
export interface CarriedAttempt {
  readonly attempt: RolloutAttempt;
  /** The device has what it would get and runs it well, or the deployment does not apply to it, or no base is left. */
  readonly isNeedless: boolean;
}

export interface CarriedTurn {
  readonly comparison: TwinComparison;
  readonly carried: CarriedAttempt | null;
}

/**
 * The sections with the terms that hold, compared with the twins. A first attempt that would change no section but by its terms is
 * needless where the device runs well, and it hears nothing of it. One that fails with what it has proves itself as any other: it is
 * sent the same again. A retry or a way back is another attempt for the same content all the same.
 */
export function carryTurn({
  device: { read, deviceId },
  turns: { newest, sent, admitted },
  applied,
  wholes,
  isManaged,
  compare,
}: {
  readonly device: { readonly read: StoreReaders; readonly deviceId: DeviceId };
  readonly turns: DeviceTurns;
  /** The deployments that apply to it. */
  readonly applied: readonly DeploymentId[];
  readonly wholes: ReadonlyMap<ModuleId, JsonObject>;
  readonly isManaged: boolean;
  readonly compare: (wholes: ReadonlyMap<ModuleId, JsonObject>) => TwinComparison;
}): CarriedTurn {
  const held = sent !== undefined && isLive(sent, admitted) ? sent : undefined;
  const asHeld = afterTerms(held, compare(underTerms(wholes, held)), () => compare(wholes));
  if (newest === undefined || !isDue(newest, admitted)) return { comparison: asHeld, carried: null };
  const isNothingNew = isFirst(newest) && isSameContent(asHeld);
  const isMeant = applied.includes(newest.deploymentId);
  if (!isManaged || (isNothingNew && (!isMeant || runsWell(read, deviceId))))
    return { comparison: asHeld, carried: { attempt: newest, isNeedless: true } };
  const comparison = compare(underTerms(wholes, newest));
  return {
    comparison: isNothingNew ? withNewVersion(read, deviceId, comparison) : comparison,
    carried: { attempt: newest, isNeedless: false },
  };
}

/** One that left the rollout in mid-change is as any other device. */
function isLive(attempt: RolloutAttempt, admitted: DeviceTurns['admitted']): boolean {
  return attempt.purpose === 'roll-back' || admitted.has(attempt.rolloutNumber);
}

/** It is to be carried out now. */
function isDue(newest: RolloutAttempt, admitted: DeviceTurns['admitted']): boolean {
  return newest.sentVersion === null && !newest.isNeedless && isLive(newest, admitted);
}

function isFirst({ purpose, attempt }: RolloutAttempt): boolean {
  return purpose === 'change' && attempt === 1;
}

/** What beside its twins and turns decides of a device whether there is anything to send (`carryTurn`); null: nothing does. */
export function wellnessOf(read: StoreReaders, deviceId: DeviceId, { newest, admitted }: DeviceTurns): boolean | null {
  return newest !== undefined && isDue(newest, admitted) && isFirst(newest) ? runsWell(read, deviceId) : null;
}

/** It is there to be asked, carried out the newest version, and every module is as wanted. */
function runsWell(read: StoreReaders, deviceId: DeviceId): boolean {
  if (read.modules.get(deviceId, agentId)?.connectionState !== 'Connected') return false;
  const twin = read.twins.get({ deviceId, moduleId: agentId });
  return twin !== undefined && deviceHealth(twin.desired.value, twin.desired.version, twin.reported.value).isHealthy;
}

/**
 * Terms that the device has already, of an earlier rollout, would change nothing: a version of its own tells it of the attempt, and
 * keeps what it reported of the earlier one apart.
 */
function withNewVersion(read: StoreReaders, deviceId: DeviceId, comparison: TwinComparison): TwinComparison {
  const twin = read.twins.desired({ deviceId, moduleId: agentId });
  const isNew = comparison.differences.some(({ moduleId, section }) => moduleId === agentId && section !== null);
  if (isNew || twin === undefined) return comparison;
  const again = { moduleId: agentId, twin, section: twin.desired.value, book: null, configurations: [] };
  return { ...comparison, differences: [...comparison.differences, again] };
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
