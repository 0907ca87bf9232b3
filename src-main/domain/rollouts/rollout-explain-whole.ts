// Why a rollout stands where it stands and what happens next, in sentences for a person who looks at it for two seconds: what brought
// it there is its cause; what is next is made of its state alone.
import { devicesText } from '#domain/values/count-text.ts';
import { isWindowOpen } from './maintenance-window.ts';
import { isHeld, isHindered } from './rollout-attempt.ts';
import { countSilent, gateStanding, gateText, silentText, standingText } from './rollout-explain-gate.ts';
import type { StatusReached, RolloutDevice, RolloutNow, RolloutState } from './rollout-state.ts';
import { holdsShare, stopTally, tally, type WaveTally } from './rollout-tally.ts';
import { nextOpeningText, timeText } from './rollout-times.ts';
import { waitedWave, type WaitedWave } from './rollout-waiting.ts';

/** What brought it where it is, and what happens next. */
export function explainRollout(rollout: RolloutState, now: RolloutNow): string {
  return `${reachedBecause(rollout)} ${whatNext(rollout, now)}`;
}

/**
 * Of one that was rolled back also what made it go back: "2 of 2 devices were rolled back. The reason: …". Of one that waits for a
 * person what made it wait, for that it once began says nothing of it.
 */
export function reachedBecause(rollout: Omit<RolloutState, 'devices'>): string {
  const { status, cause, history } = rollout;
  const waited = waitedWave(rollout);
  if (waited !== null)
    return `Wave '${waited.after}' came to its gate, and the plan asks for a person to open the next one.`;
  const began = status === 'rolled-back' ? history.findLast(isRollingBack) : undefined;
  return began === undefined ? cause.reason : `${cause.reason} The reason: ${began.cause.reason}`;
}

function isRollingBack({ status }: StatusReached): boolean {
  return status === 'rolling-back';
}

/** What it waits for, what becomes of its devices, or what a person can do: "It ends when all have come to their end: 5 left." */
export function whatNext(rollout: RolloutState, now: RolloutNow): string {
  const { status, policy } = rollout;
  switch (status) {
    case 'scheduled':
      return `It begins at its time${policy.startsAtMs === null ? '' : `, ${timeText(policy.startsAtMs, policy)}`}.`;
    case 'paused':
      return whilePaused(rollout);
    case 'rolling-back':
      return `${shut(rollout, now)}Its devices are rolled back one after another, and then it ends.${hindered(rollout.devices)}`;
    case 'rolled-back':
      return `That is final: to try again, roll out a mended deployment.${hindered(rollout.devices)}`;
    case 'superseded':
    case 'canceled':
    case 'finished':
      return whenOver(rollout);
    case 'pending':
    case 'in-progress':
      return onItsWay(rollout, now);
  }
}

function onItsWay(rollout: RolloutState, now: RolloutNow): string {
  const { waves, currentWave, policy, devices, joiningOf } = rollout;
  if (joiningOf !== null)
    return `Its devices are being taken in: ${devices.size} of ${joiningOf} so far. The first wave opens when all are.`;
  if (devices.size === 0) return 'No device is in it yet: it begins when one matches.';
  const { open, asleep } = tally(devices.values());
  const silent = countSilent(devices.values());
  const rest = `${whomFor(rollout)}${sleepers(asleep - silent)}${hindered(devices)}`;
  const closed = shut(rollout, now);
  const wave = waves[currentWave];
  if (wave === undefined || currentWave === waves.length - 1) {
    const end =
      policy.targets.kind === 'fixed' ? `It ends when all have come to their end: ${open + asleep} left. ` : '';
    return `${closed}${end}${rest}${silentText(silent)}`;
  }
  const standing = gateStanding(rollout);
  const unsaid = standingText(wave.plan.name, standing);
  const before = silentText(silent - standing.silent, ' of earlier waves');
  const waited = waitedWave(rollout);
  if (waited !== null) return `${closed}${dueText(rollout, waited)}${unsaid} ${rest}${before}`;
  const opens = `The next wave ${gateText(wave.plan.name, wave.plan.gate)}${soFar(rollout)}${unsaid}`;
  return `${closed}Wave ${currentWave + 1} of ${waves.length} is open. ${opens} ${rest}${before}`;
}

function sleepers(asleep: number): string {
  if (asleep === 0) return '';
  return ` ${asleep} switched off ${asleep === 1 ? 'gets its turn when it wakes' : 'get their turn when they wake'}.`;
}

/** Who does not move on by itself, so that nobody waits for nothing: each of them says what it waits for. */
function hindered(devices: RolloutState['devices']): string {
  let blocked = 0;
  let held = 0;
  for (const device of devices.values()) {
    if (isBlocked(device)) blocked += 1;
    if (isHeld(device) || isHindered(device)) held += 1;
  }
  const parts = [
    ...(blocked > 0 ? [`${devicesText(blocked)} ${blocked === 1 ? 'has' : 'have'} something in the way`] : []),
    ...(held > 0 ? [`${devicesText(held)} ${held === 1 ? 'waits' : 'wait'} to switch`] : []),
  ];
  if (parts.length === 0) return '';
  return ` ${parts.join(', and ')}: ${blocked + held === 1 ? 'it says' : 'each says'} what would move it on.`;
}

function isBlocked({ standing, isChanging, preflight }: RolloutDevice): boolean {
  return standing === 'pending' && !isChanging && preflight !== null && preflight.obstacles.length > 0;
}

function currentTally({ devices, currentWave }: RolloutState): WaveTally {
  return tally([...devices.values()].filter(({ wave }) => wave === currentWave));
}

/** "It waits for a person to open wave 2 of 3, 'line 2': 5 of 5 of wave 'canary' succeeded, which is enough." */
function dueText(rollout: RolloutState, { name, number, waves, after }: WaitedWave): string {
  const { successes, counted } = currentTally(rollout);
  return `It waits for a person to open wave ${number} of ${waves}, '${name}': ${successes} of ${counted} of wave '${after}' succeeded, which is enough.`;
}

/** A share that holds has to stay so: that is said too. */
function soFar(rollout: RolloutState): string {
  const counts = currentTally(rollout);
  if (counts.counted === 0) return '';
  const gate = rollout.waves[rollout.currentWave]?.plan.gate;
  const isHeld = gate !== undefined && holdsShare(gate, counts) && gate.soakMs > 0;
  return ` So far: ${counts.successes} of ${counts.counted}${isHeld ? ', which is enough if it stays so' : ''}.`;
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
function whenOver({ devices, status }: RolloutState): string {
  let changing = 0;
  let keeping = 0;
  let failed = 0;
  for (const { isChanging, isAdmitted, standing } of devices.values()) {
    if (isChanging) changing += 1;
    else if (isAdmitted && standing === 'success') keeping += 1;
    else if (standing === 'failure') failed += 1;
  }
  const needs = status === 'finished' ? 'it rolled out again, or a mended deployment' : 'a mended deployment';
  const parts = [
    ...(changing > 0
      ? [`${devicesText(changing)} in change ${changing === 1 ? 'comes to its' : 'come to their'} end`]
      : []),
    ...(keeping > 0 ? [`${devicesText(keeping)} ${keeping === 1 ? 'keeps' : 'keep'} it until a rollback`] : []),
    ...(failed > 0 ? [`${devicesText(failed)} failed and ${failed === 1 ? 'needs' : 'need'} ${needs}`] : []),
  ];
  return parts.length === 0 ? 'That is final.' : `That is final: ${parts.join('; ')}.`;
}

/** Whether others can still come in. */
function whomFor({ policy: { targets }, devices }: RolloutState): string {
  if (targets.kind === 'fixed') return 'Its set of devices is fixed: whoever matches later does not get it.';
  if (targets.maxDevices === null) return 'Whoever matches later gets it too, until a person cancels it.';
  let begun = 0;
  for (const { attempt } of devices.values()) if (attempt > 0) begun += 1;
  return `Whoever matches later gets it too, up to ${devicesText(targets.maxDevices)} in all: ${begun} so far. It ends when as many have come to their end.`;
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
  const last = ways.pop();
  const way = ways.length === 0 ? last : `${ways.join(', ')} or ${last}`;
  const end = all.some(({ isAdmitted }) => isAdmitted) ? 'It can be rolled back or canceled.' : 'It can be canceled.';
  return `It goes on when a person ${way}. ${end}${stopRuleText(rollout)}${silentText(countSilent(all))}`;
}

/** What the stop rule does meanwhile, and what is left of it afterwards: a failure that a person has seen stops nothing any more. */
function stopRuleText({ policy: { stop }, history, pardonedFailures, devices }: RolloutState): string {
  if (stop === null) return '';
  const isHeard = history.at(-1)?.keepsStopRule === true;
  const does = stop.action.kind === 'pause' ? '' : ', and can roll it back';
  const meanwhile = isHeard ? ` Its stop rule holds meanwhile${does}.` : '';
  const { failed } = stopTally(devices.values());
  if (failed <= pardonedFailures) return meanwhile;
  const failures = failed === 1 ? 'failure so far stops' : `${failed} failures so far stop`;
  return `${meanwhile} Once it goes on, the ${failures} it no more: only a further one can.`;
}

/** What holds all of them up is told first. */
function shut({ policy, isHurried }: RolloutState, now: RolloutNow): string {
  return isHurried || isWindowOpen(policy.windows, now.wallMs)
    ? ''
    : `Nobody begins until a maintenance window opens: ${nextOpeningText(policy, now.wallMs)}. `;
}
