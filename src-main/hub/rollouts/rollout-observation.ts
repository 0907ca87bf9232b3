// What the store says of one device of a rollout, told as events where it differs from what the rollout knows. Level-triggered: a
// look that comes late, twice or after a restart tells the same, and nothing depends on having heard every change.
import { isDeepStrictEqual } from 'node:util';
import type { DeviceId, ModuleId } from '#base/ids.ts';
import { readAttemptReport, type AttemptReport } from '#contract/rollout-report.ts';
import { deviceHealth, matterOf, type ModuleTrouble } from '#domain/journal/device-health.ts';
import type { JournalKind } from '#domain/records/journal-event.ts';
import { reasonOf } from '#domain/manifests/update-reason.ts';
import { isHeld, isHindered } from '#domain/rollouts/rollout-attempt.ts';
import type { RolloutEvent } from '#domain/rollouts/rollout-event.ts';
import { mayTellOtherwise, toldAfter } from '#domain/rollouts/rollout-silence.ts';
import { isOutOfService, type RolloutDevice, type RolloutNow, type StepTold } from '#domain/rollouts/rollout-state.ts';
import { gateLimitMs } from '#domain/updates/health-gate.ts';
import { childOf, numberAt, textAt } from '#domain/updates/module-standing.ts';
import { heldByHub, holdSentence } from '#domain/updates/switch-holder.ts';
import type { Verdict } from '#domain/updates/update-trial.ts';
import { reportText } from '#domain/values/report-size.ts';
import type { Twin } from '#domain/values/twin.ts';
import type { ReturningDevices } from '#hub/device-link/returning-devices.ts';
import { isKeptBack } from '#hub/evaluation/kept-back.ts';
import type { Rollout } from '#store/rollout-types.ts';
import type { StoreReaders } from '#store/store-types.ts';
import type { TargetFinder } from './rollout-targets.ts';
import { stepTold } from './step-told.ts';

const agentId = '$edgeAgent' as ModuleId;

/** What the journal tells when one of them may stand otherwise. */
export const concernsDevice: ReadonlySet<JournalKind> = new Set([
  'device-created',
  'device-updated',
  'device-deleted',
  'device-connected',
  'device-disconnected',
  'tags-changed',
  'desired-changed',
  'configuration-changed',
  'reported-changed',
  'rollout-sent',
]);

/** In the hub's running time. */
export interface Settling {
  /** null: it does not run well now. */
  readonly wellSinceRunMs: number | null;
  /** Since when it is known that it did not; null: it always did. */
  readonly failsSinceRunMs: number | null;
}

export interface Look {
  readonly read: StoreReaders;
  readonly rollout: Rollout;
  readonly finder: TargetFinder;
  readonly now: RolloutNow;
  /** Devices that are to run well for a while before they are believed; kept by the caller. */
  readonly settling: Map<DeviceId, Settling>;
  readonly returning: ReturningDevices;
}

export function observe(look: Look, deviceId: DeviceId): readonly RolloutEvent[] {
  const { read, rollout, finder } = look;
  const known = rollout.state.devices.get(deviceId);
  const target = finder.targetOf(deviceId);
  if (known === undefined || (isOutOfService(known) && target !== null)) {
    const mayJoin = target !== null && isTaking(rollout.state);
    return mayJoin ? [{ kind: 'targets-joined', targets: [target] }] : [];
  }
  if (target === null) return leaving(read, deviceId, known);
  const events = presenceEvents(look, { deviceId, wasAwake: known.isAwake, isAwake: target.isAwake });
  if (target.isUp !== known.isUp) events.push({ kind: target.isUp ? 'device-up' : 'device-down', deviceId });
  // Waking gives it a deadline: whether it holds its switch is told again.
  const hasWoken = events.some(({ kind }) => kind === 'device-woke');
  const standing = hasWoken ? { ...known, deadlineRunMs: look.now.runMs, reason: null } : known;
  // While it is switched off nothing is known of how its modules do.
  if (!known.isChanging || !known.isAwake || !target.isAwake) look.settling.delete(deviceId);
  if (known.isChanging) events.push(...attemptEvents(look, deviceId, standing));
  if (mayTellOtherwise(known)) events.push(...lateEvents(look, deviceId, known));
  return events;
}

/** Latecomers, once the first targets are in it. */
function isTaking({ policy, joiningOf }: Rollout['state']): boolean {
  return policy.targets.kind === 'growing' && joiningOf === null;
}

function presenceEvents(
  { returning }: Look,
  {
    deviceId,
    wasAwake,
    isAwake,
  }: { readonly deviceId: DeviceId; readonly wasAwake: boolean; readonly isAwake: boolean },
): RolloutEvent[] {
  if (wasAwake && returning.isExpected(deviceId)) {
    if (!isAwake) {
      returning.isAway(deviceId);
      return [];
    }
    // Its time goes on from here, and what stood in its way while it was away is asked again.
    return returning.came(deviceId) ? [{ kind: 'device-woke', deviceId }] : [];
  }
  if (isAwake === wasAwake) return [];
  return [{ kind: isAwake ? 'device-woke' : 'device-slept', deviceId }];
}

function leaving(read: StoreReaders, deviceId: DeviceId, known: RolloutDevice): readonly RolloutEvent[] {
  const isDecommissioned = read.devices.get(deviceId) === undefined;
  if (isDecommissioned)
    return isOutOfService(known) ? [] : [{ kind: 'target-left', deviceId, isDecommissioned, keepsEnd: true }];
  const isKnown = !known.isAdmitted && known.standing !== 'pending' && !known.isChanging;
  return isKnown ? [] : [{ kind: 'target-left', deviceId, isDecommissioned }];
}

/** Of one that was given up for its silence. */
function lateEvents({ read, rollout }: Look, deviceId: DeviceId, known: RolloutDevice): readonly RolloutEvent[] {
  const sentVersion = read.rollouts.attempt(rollout.number, deviceId, known.attempt)?.sentVersion ?? null;
  const twin = read.twins.get({ deviceId, moduleId: agentId });
  const report = twin === undefined ? null : readAttemptReport(twin.reported.value);
  if (report === null || sentVersion === null) return [];
  // What it was sent since may be of another rollout, whose attempts have numbers of their own.
  if (report.attempt !== known.attempt || report.version !== sentVersion) return [];
  const isCarriedOut = report.step === 'ended' ? report.verdict === 'done' : report.hasSwitched === true;
  return isCarriedOut ? [{ kind: 'carried-out-late', deviceId, attempt: known.attempt }] : [];
}

function attemptEvents(look: Look, deviceId: DeviceId, known: RolloutDevice): readonly RolloutEvent[] {
  const { read, rollout } = look;
  const { policy } = rollout.state;
  const attempt = read.rollouts.attempt(rollout.number, deviceId, known.attempt);
  if (attempt === undefined) return [];
  if (attempt.isNeedless) {
    if (known.purpose === 'change') {
      const { applied = [], base = null } = read.revisions.latest(deviceId)?.effective ?? {};
      const isOutranked = !applied.includes(rollout.state.deploymentId);
      const takesBack = rollout.takesBackNumber === null ? {} : { takesBack: { isWithoutBase: base === null } };
      const at = { deviceId, attempt: known.attempt };
      return [{ kind: 'nothing-to-change', ...at, isOutranked, ...(!isOutranked && { runsWell: true }), ...takesBack }];
    }
    const reason =
      'No base deployment is left for it, so that it keeps what it runs: deploy a base to it, or take the deployment back to ' +
      "the device's last good revision or to an empty base.";
    return [ended(deviceId, known, 'refused', reason)];
  }
  if (attempt.hold === 'window' && isKeptBack(read, read.rollouts.admittedTo(deviceId))) {
    // One that woke this moment has a deadline already.
    const isThere = known.isAwake || known.deadlineRunMs !== null;
    return isThere ? moved(deviceId, known, 'held', { doneBytes: 0, totalBytes: 0, hold: heldByHub }) : [];
  }
  const twin = read.twins.get({ deviceId, moduleId: agentId });
  if (attempt.sentVersion === null || twin === undefined) return [];
  const report = readAttemptReport(twin.reported.value);
  if (report === null) return judged(look, deviceId, known, { twin, sentVersion: attempt.sentVersion });
  // A report of an earlier version is of an earlier attempt, whichever number that had.
  if (report.attempt !== known.attempt || report.version < attempt.sentVersion) return [];
  // A verdict beside any other step is left from before: twins are merged, and what is not taken out stays.
  if (report.step !== 'ended')
    return moved(deviceId, known, report.step, { ...report, told: stepTold(report, twin, policy.settleMs) });
  if (report.verdict === null) return [];
  const bytes = { done: report.doneBytes, total: report.totalBytes };
  if (report.verdict === 'done' && known.purpose === 'change') {
    const unproven = contradicted(look, deviceId, known, { twin, bytes });
    if (unproven !== null) return unproven;
  }
  return [{ ...ended(deviceId, known, report.verdict, reasonText(report)), bytes }];
}

/** As IoT Hub judges, for agents that report no attempts: the version was carried out, and its modules run well for a while. */
function judged(
  { settling, now, rollout }: Look,
  deviceId: DeviceId,
  known: RolloutDevice,
  { twin, sentVersion }: { readonly twin: Twin; readonly sentVersion: number },
): readonly RolloutEvent[] {
  const reported = twin.reported.value;
  const status = childOf(reported, 'lastDesiredStatus');
  const code = numberAt(status, 'code');
  if (code === null || (numberAt(reported, 'lastDesiredVersion') ?? 0) < sentVersion) return [];
  if (code >= 400) {
    const said = textAt(status, 'description') ?? '';
    const reason = said === '' ? `Its agent answered with code ${code}.` : said;
    return [ended(deviceId, known, 'failed-left', reason)];
  }
  const isWell = deviceHealth(twin.desired.value, twin.desired.version, reported).troubles.length === 0;
  if (!isWell) {
    settling.delete(deviceId);
    return moved(deviceId, known, 'installing', { doneBytes: 0, totalBytes: 0 });
  }
  const sinceRunMs = settling.get(deviceId)?.wellSinceRunMs ?? now.runMs;
  settling.set(deviceId, { wellSinceRunMs: sinceRunMs, failsSinceRunMs: null });
  if (now.runMs - sinceRunMs >= rollout.state.policy.settleMs) return [ended(deviceId, known, 'done', null)];
  return moved(deviceId, known, 'verifying', { doneBytes: 0, totalBytes: 0 });
}

/**
 * An agent that had nothing to start, stop or replace is done at once, however its modules do: while one of them fails it is not, and
 * they are to run well for the settle time first, within the time that a device has for its own gate. There is nothing to go back to.
 * Null: nothing speaks against its word.
 */
function contradicted(
  { settling, now, rollout }: Look,
  deviceId: DeviceId,
  known: RolloutDevice,
  { twin, bytes }: { readonly twin: Twin; readonly bytes: RolloutDevice['bytes'] },
): readonly RolloutEvent[] | null {
  const { policy } = rollout.state;
  const { troubles } = deviceHealth(twin.desired.value, twin.desired.version, twin.reported.value);
  const failing = troubles.find(({ kind }) => kind === 'failing');
  const watched = settling.get(deviceId);
  const failsSinceRunMs = watched?.failsSinceRunMs ?? now.runMs;
  if (failing === undefined) {
    const hasFailed = known.standing === 'verifying' && known.reason !== null;
    if (!hasFailed) return null;
    const wellSinceRunMs = watched?.wellSinceRunMs ?? now.runMs;
    settling.set(deviceId, { failsSinceRunMs, wellSinceRunMs });
    return now.runMs - wellSinceRunMs >= policy.settleMs ? null : [];
  }
  settling.set(deviceId, { failsSinceRunMs, wellSinceRunMs: null });
  const limitMs = gateLimitMs([], policy.settleMs);
  if (now.runMs - failsSinceRunMs >= limitMs) {
    const detail = `${matterOf(failing)}, and did not come right within ${limitMs / 1000} s`;
    const { message, remedy } = reasonOf({ code: 'failing', module: reportText(failing.module), detail });
    return [{ ...ended(deviceId, known, 'failed-left', `${message} ${remedy}`), bytes }];
  }
  const reason = troubleText(failing);
  if (known.standing === 'verifying' && known.reason === reason) return [];
  const at = { deviceId, attempt: known.attempt, number: known.reportNumber + 1 };
  return [{ kind: 'progress-reported', ...at, step: 'verifying', reason, bytes }];
}

/** How often it was restarted grows, and is no news. */
function troubleText(trouble: ModuleTrouble): string {
  return `Module ${reportText(trouble.module)} ${matterOf(trouble)}.`;
}

type Step = Exclude<AttemptReport['step'], 'ended'>;

function moved(
  deviceId: DeviceId,
  known: RolloutDevice,
  step: Step,
  {
    doneBytes,
    totalBytes,
    hold,
    told = {},
  }: Pick<AttemptReport, 'doneBytes' | 'totalBytes'> &
    Partial<Pick<AttemptReport, 'hold'>> & { readonly told?: StepTold },
): readonly RolloutEvent[] {
  const { standing, bytes, attempt, reportNumber } = known;
  const knownStep = standing === 'installing' && (isHeld(known) || isHindered(known)) ? 'held' : standing;
  const reason = step === 'held' && hold ? holdSentence(hold) : null;
  const after = toldAfter(known, step === 'held' ? 'installing' : step, told);
  const isSame = step === knownStep && reason === known.reason && isDeepStrictEqual(after, known.told);
  if (isSame && bytes.done === doneBytes && bytes.total === totalBytes) return [];
  const at = { deviceId, attempt, number: reportNumber + 1 };
  const said = {
    ...(reason !== null && { reason, ...(hold?.by === 'disk' && { isHindered: true }) }),
    ...(after !== null && { told }),
  };
  return [{ kind: 'progress-reported', ...at, step, ...said, bytes: { done: doneBytes, total: totalBytes } }];
}

/**
 * Reports are numbered here: whether one is news is told by the state it differs from, and which attempt it is of by the desired
 * version that carried it.
 */
function ended(
  deviceId: DeviceId,
  { attempt, reportNumber }: RolloutDevice,
  verdict: Verdict,
  reason: string | null,
): Extract<RolloutEvent, { readonly kind: 'attempt-ended' }> {
  return { kind: 'attempt-ended', deviceId, attempt, number: reportNumber + 1, verdict, reason };
}

function reasonText({ reason }: AttemptReport): string | null {
  if (reason === null) return null;
  return reason.remedy === null || reason.remedy === '' ? reason.message : `${reason.message} ${reason.remedy}`;
}

/** Who joins in one step is divided together. */
export function inOneJoin(events: readonly RolloutEvent[]): readonly RolloutEvent[] {
  const joins = events.flatMap((event) => (event.kind === 'targets-joined' ? event.targets : []));
  if (joins.length === 0) return events;
  return [{ kind: 'targets-joined', targets: joins }, ...events.filter(({ kind }) => kind !== 'targets-joined')];
}
