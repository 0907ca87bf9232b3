// What the counts bring about: the stop rule, the next wave, the end.
import { devicesText, shareText } from '#domain/values/count-text.ts';
import type { RolloutDraft } from './rollout-draft.ts';
import { beginRollback } from './rollout-rollback.ts';
import type { RolloutDevice, RolloutNow, RolloutWave } from './rollout-state.ts';
import { holdsShare, stops, stopTally, tally, type WaveTally } from './rollout-tally.ts';

/** A person's pause ends new beginnings and not the safety net: devices in mid-change still fail. */
export function checkStopRule(draft: RolloutDraft): void {
  const { stop } = draft.state.policy;
  const isPausedByPerson = draft.status === 'paused' && draft.state.history.at(-1)?.keepsStopRule === true;
  if (stop === null || !(isOnItsWay(draft) || isPausedByPerson)) return;
  const counts = stopTally(draft.devices.values());
  if (counts.failed <= draft.state.pardonedFailures || !stops(stop, counts)) return;
  const cause = draft.cause(
    `${counts.failed} of ${devicesText(counts.ended)} tried so far failed, which is ${shareText(counts.failed, counts.ended)}: the stop ` +
      `rule is ${stop.comparison} ${stop.percent} % and ≥ ${devicesText(stop.atLeastFailed)}.`,
  );
  if (stop.action.kind === 'pause') draft.reach({ status: 'paused', cause });
  else beginRollback(draft, cause);
}

/** Opens as many waves as may, and ends the rollout when the last of them is done. */
export function openWaves(draft: RolloutDraft): void {
  // With nobody in it, or not all, gates would hold too soon or too late, and whoever came next would find waves open.
  if (!isOnItsWay(draft) || draft.devices.size === 0 || isInParts(draft)) return;
  if (draft.state.currentWave === -1) openWave(draft, 0);
  if (isFull(draft)) return finishIfTried(draft);
  for (;;) {
    const { currentWave, waves } = draft.state;
    const wave = waves[currentWave];
    if (wave === undefined) return;
    const { gate } = wave.plan;
    const counts = waveTally(draft, currentWave);
    const heldSinceRunMs = holdsShare(gate, counts) ? (wave.heldSinceRunMs ?? draft.now.runMs) : null;
    if (heldSinceRunMs !== wave.heldSinceRunMs) draft.setWave(currentWave, { heldSinceRunMs });
    noteDue(draft, { ...wave, heldSinceRunMs });
    if (currentWave === waves.length - 1) return finishIfDone(draft);
    if (!isPassed({ ...wave, heldSinceRunMs }, draft.now)) return pauseIfSpent(draft, wave, counts);
    openWave(draft, currentWave + 1);
  }
}

function isInParts({ state: { joiningOf, isRetrying } }: RolloutDraft): boolean {
  return joiningOf !== null || isRetrying;
}

function isOnItsWay({ status }: RolloutDraft): boolean {
  return status === 'pending' || status === 'in-progress';
}

function isPassed(wave: RolloutWave, now: RolloutNow): boolean {
  return wave.isReleased || (!wave.plan.gate.needsPerson && isReached(wave, now));
}

/** Its share holds, and has for the soak time. */
function isReached({ plan: { gate }, heldSinceRunMs }: RolloutWave, { runMs }: RolloutNow): boolean {
  return heldSinceRunMs !== null && runMs - heldSinceRunMs >= gate.soakMs;
}

/** Kept, for a person is told of it who does not look at the rollout; where nobody is to open a wave nothing is. */
function noteDue(draft: RolloutDraft, wave: RolloutWave): void {
  const { currentWave, waves } = draft.state;
  const isLast = currentWave === waves.length - 1;
  const isDue = wave.plan.gate.needsPerson && !isLast && !wave.isReleased && isReached(wave, draft.now);
  const wasDue = (wave.dueAtMs ?? null) !== null;
  if (isDue !== wasDue) draft.setWave(currentWave, { dueAtMs: isDue ? draft.now.wallMs : null });
}

/** All came to an end and too few of them well: going on would be guessing, and waiting would be for nothing. */
function pauseIfSpent(draft: RolloutDraft, { plan: { name, gate } }: RolloutWave, counts: WaveTally): void {
  if (counts.open > 0 || counts.counted === 0 || holdsShare(gate, counts)) return;
  const reason =
    `Wave '${name}' ended: ${counts.successes} of ${devicesText(counts.counted)} succeeded, and the next wave opens at ` +
    `≥ ${gate.successPercent} %.`;
  draft.setStatus('paused', draft.cause(reason));
}

function openWave(draft: RolloutDraft, index: number): void {
  draft.change({ currentWave: index });
  draft.setWave(index, { openedAtMs: draft.now.wallMs });
  draft.effects.push({ kind: 'wave-opened', wave: index });
}

/** A fixed set is done when nobody is left; a growing one when as many came as may, and otherwise when a person says so. */
function finishIfDone(draft: RolloutDraft): void {
  if (draft.state.policy.targets.kind === 'growing') return;
  for (const { standing, isChanging } of draft.devices.values()) if (isChanging || standing === 'pending') return;
  finish(draft, [...draft.devices.values()]);
}

/** As many were begun as may be. */
function isFull({ state: { policy }, devices }: RolloutDraft): boolean {
  const { targets } = policy;
  if (targets.kind === 'fixed' || targets.maxDevices === null) return false;
  let tried = 0;
  for (const { attempt } of devices.values()) if (attempt > 0) tried += 1;
  return tried >= targets.maxDevices;
}

/** Whichever wave is open: nobody else begins. Who waits for another attempt is waited for. */
function finishIfTried(draft: RolloutDraft): void {
  const tried = [...draft.devices.values()].filter(({ attempt }) => attempt > 0);
  if (tried.some(({ standing, isChanging }) => isChanging || standing === 'pending')) return;
  finish(draft, tried);
}

function finish(draft: RolloutDraft, devices: readonly RolloutDevice[]): void {
  const { successes, failures, excluded } = tally(devices);
  const apart = excluded === 0 ? '' : `, ${excluded} excluded`;
  const reason = `All devices came to their end: ${successes} succeeded, ${failures} failed${apart}.`;
  draft.setStatus('finished', draft.cause(reason));
}

function waveTally(draft: RolloutDraft, index: number): WaveTally {
  const members: RolloutDevice[] = [];
  for (const device of draft.devices.values()) if (device.wave === index) members.push(device);
  return tally(members);
}
