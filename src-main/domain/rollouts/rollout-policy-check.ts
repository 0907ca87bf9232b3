// Everything wrong with a rollout policy at once, each with its path and one sentence that says how to mend it. What needs no
// site (numbers, waves, windows) and what does (groups, deployments, who is there) are told together.
import type { DeploymentId } from '#base/ids.ts';
import type { Problem } from '#base/result.ts';
import { parseCondition } from '#domain/conditions/condition.ts';
import { problemsText } from '#domain/values/problem-text.ts';
import { isTimeZone, type MaintenanceWindow } from './maintenance-window.ts';
import { minutesText } from './rollout-silence.ts';
import type { RolloutPolicy, StopRule, WaveGate, WaveMembers, WavePlan } from './rollout-policy.ts';

/** What of the site a policy can name. */
export interface PolicySite {
  readonly nowMs: number;
  /** Group → how many devices it has. */
  readonly groups: ReadonlyMap<string, number>;
  readonly hasDeployment: (id: DeploymentId) => boolean;
}

const mostWaves = 50;
const mostWindows = 50;
const mostBudgets = 50;
const mostRetries = 10;
const mostConcurrent = 100_000;
const dayMs = 86_400_000;
/** The shortest gate of a device, or the time that is left to tell how one ended. */
const leastStepLimitMs = 60_000;
/** A start that somebody typed while the minute went by is no mistake. */
const lateStartMs = 60_000;

/**
 * No problems: the policy can be carried out as it stands. Two waves of which the first is `rest`: one problem at `waves[1]`,
 * "takes nobody, for the waves before it take everybody: …".
 */
export function checkPolicy(policy: RolloutPolicy, site: PolicySite): readonly Problem[] {
  const { targets, waves, concurrency, startsAtMs, windows, retries, stop, budgets } = policy;
  return [
    ...(targets.kind === 'growing' && targets.maxDevices !== null
      ? whole('targets.maxDevices', targets.maxDevices, [1, mostConcurrent], 'devices')
      : []),
    ...checkWaves(waves, site),
    ...(concurrency === null ? [] : whole('concurrency', concurrency, [1, mostConcurrent], 'devices at once')),
    ...checkStart(startsAtMs, site),
    ...tooMany('windows', windows, mostWindows),
    ...windows.flatMap((window, index) => checkWindow(`windows[${index}]`, window)),
    ...whole('retries', retries, [0, mostRetries], 'further attempts'),
    ...(stop === null ? [] : checkStop(stop, site)),
    ...tooMany('budgets', budgets, mostBudgets),
    ...budgets.flatMap((budget, index) => checkBudget(`budgets[${index}]`, budget, site)),
    ...whole('stepLimitMs', policy.stepLimitMs, [leastStepLimitMs, 7 * dayMs], 'milliseconds'),
    ...whole('settleMs', policy.settleMs, [0, dayMs], 'milliseconds'),
    ...checkStepLimit(policy),
  ];
}

/** While a device proves itself nothing else moves: a healthy one would fail for want of progress before it may have settled. */
function checkStepLimit({ stepLimitMs, settleMs }: RolloutPolicy): readonly Problem[] {
  const leastMs = leastStepLimitMs + 3 * settleMs;
  if (stepLimitMs < leastStepLimitMs || stepLimitMs >= leastMs) return [];
  const sentence =
    `is shorter than a device may take to prove itself, which is three settle times and a minute: give at least ` +
    `${minutesText(leastMs)}, or less settle time.`;
  return [problem('stepLimitMs', sentence)];
}

function checkWaves(waves: readonly WavePlan[], site: PolicySite): readonly Problem[] {
  if (waves.length === 0)
    return [problem('waves', 'there is no wave: give at least one, such as one of all that is left.')];
  const names = waves.map(({ name }) => name);
  return [
    ...tooMany('waves', waves, mostWaves),
    ...waves.flatMap(({ name, members, gate }, index) => {
      const at = `waves[${index}]`;
      return [
        ...(name.trim() === ''
          ? [problem(`${at}.name`, 'a wave needs a name: people read it beside its devices.')]
          : []),
        ...(names.indexOf(name) < index
          ? [problem(`${at}.name`, `'${name}' names a wave already: choose another.`)]
          : []),
        ...checkMembers(`${at}.members`, members, site),
        ...checkGate(`${at}.gate`, gate),
      ];
    }),
    ...emptyWaves(waves),
  ];
}

/** Waves behind one that leaves nobody over. */
function emptyWaves(waves: readonly WavePlan[]): readonly Problem[] {
  let percent = 0;
  let isTaken = false;
  return waves.flatMap(({ members }, index) => {
    const isEmpty = isTaken;
    if (members.kind === 'percent') percent += members.percent;
    isTaken ||= members.kind === 'rest' || percent >= 100;
    const sentence = 'takes nobody, for the waves before it take everybody: give them less, or leave this one out.';
    return isEmpty ? [problem(`waves[${index}]`, sentence)] : [];
  });
}

function checkMembers(at: string, members: WaveMembers, site: PolicySite): readonly Problem[] {
  switch (members.kind) {
    case 'rest':
      return [];
    case 'group':
      return checkGroup(`${at}.groupId`, members.groupId, site);
    case 'count':
      return whole(`${at}.count`, members.count, [1, mostConcurrent], 'devices');
    case 'percent':
      return whole(`${at}.percent`, members.percent, [1, 100], '%');
    case 'condition': {
      const condition = parseCondition(members.condition);
      return condition.ok ? [] : [problem(`${at}.condition`, problemsText(condition.problems))];
    }
  }
}

function checkGate(at: string, { successPercent, soakMs }: WaveGate): readonly Problem[] {
  return [
    ...whole(`${at}.successPercent`, successPercent, [1, 100], '%'),
    ...whole(`${at}.soakMs`, soakMs, [0, 30 * dayMs], 'milliseconds'),
  ];
}

/** A calendar has no later one. */
const lastMomentMs = 8.64e15;

function checkStart(startsAtMs: number | null, { nowMs }: PolicySite): readonly Problem[] {
  if (startsAtMs === null) return [];
  if (!Number.isSafeInteger(startsAtMs) || startsAtMs > lastMomentMs)
    return [problem('startsAtMs', 'is no moment: give whole milliseconds, or null.')];
  if (startsAtMs >= nowMs - lateStartMs) return [];
  return [problem('startsAtMs', 'lies in the past: choose a moment to come, or null to start at once.')];
}

function checkWindow(at: string, { days, fromMinute, toMinute, timeZone }: MaintenanceWindow): readonly Problem[] {
  return [
    ...(days.length === 0 ? [problem(`${at}.days`, 'has no day, so it never opens: name at least one.')] : []),
    ...(days.every(isDay) ? [] : [problem(`${at}.days`, 'days are whole numbers from 1 (Monday) to 7 (Sunday).')]),
    ...whole(`${at}.fromMinute`, fromMinute, [0, 1439], 'minutes after midnight'),
    ...whole(`${at}.toMinute`, toMinute, [0, 1439], 'minutes after midnight'),
    ...(isTimeZone(timeZone)
      ? []
      : [problem(`${at}.timeZone`, `'${timeZone}' is no time zone known here: use a name such as 'Europe/Berlin'.`)]),
  ];
}

function isDay(day: number): boolean {
  return Number.isInteger(day) && day >= 1 && day <= 7;
}

function checkStop({ atLeastFailed, comparison, percent, action }: StopRule, site: PolicySite): readonly Problem[] {
  const isUnknown = action.kind === 'roll-back-to' && !site.hasDeployment(action.deploymentId);
  return [
    ...whole('stop.atLeastFailed', atLeastFailed, [1, mostConcurrent], 'devices'),
    ...whole('stop.percent', percent, [0, 100], '%'),
    ...(comparison === '>' && percent === 100
      ? [problem('stop.percent', "no share is > 100 %, so that it would never stop: choose '≥', or less.")]
      : []),
    ...(isUnknown
      ? [
          problem(
            'stop.action.deploymentId',
            `there is no deployment '${action.deploymentId}' on this hub: name one that is there.`,
          ),
        ]
      : []),
  ];
}

function checkBudget(
  at: string,
  { groupId, atLeastUp }: RolloutPolicy['budgets'][number],
  site: PolicySite,
): readonly Problem[] {
  const devices = site.groups.get(groupId);
  const tooLarge =
    devices !== undefined && atLeastUp >= devices
      ? [
          problem(
            `${at}.atLeastUp`,
            `group '${groupId}' has ${devices} devices: with so many always up none could ever change.`,
          ),
        ]
      : [];
  return [
    ...checkGroup(`${at}.groupId`, groupId, site),
    ...whole(`${at}.atLeastUp`, atLeastUp, [1, mostConcurrent], 'devices'),
    ...tooLarge,
  ];
}

function checkGroup(at: string, groupId: string, { groups }: PolicySite): readonly Problem[] {
  if (groups.has(groupId)) return [];
  return [problem(at, `there is no group '${groupId}' on this hub: make it first, or name another.`)];
}

function whole(at: string, value: number, [least, most]: readonly [number, number], of: string): readonly Problem[] {
  if (Number.isInteger(value) && value >= least && value <= most) return [];
  return [problem(at, `must be a whole number of ${of} from ${least} to ${most}.`)];
}

function tooMany(at: string, list: readonly unknown[], most: number): readonly Problem[] {
  return list.length <= most ? [] : [problem(at, `has ${list.length} entries: at most ${most} are taken.`)];
}

function problem(at: string, message: string): Problem {
  return { code: 'rollout.policy', at, message };
}
