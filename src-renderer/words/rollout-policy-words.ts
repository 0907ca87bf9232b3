// What a rollout policy says, in words: waves, gates, what stops it, windows and limits. A threshold has its sign beside it.
import { shareText } from '#domain/values/count-text.ts';
import type { MaintenanceWindow } from '#domain/rollouts/maintenance-window.ts';
import type { RolloutPolicy, StopRule, WaveGate, WaveMembers } from '#domain/rollouts/rollout-policy.ts';
import type { StandingCounts } from '#domain/rollouts/rollout-tally.ts';
import { devicesInWords } from './rollout-words.ts';
import { safeText } from './safe-text.ts';

/** A wave's members: `group 'canary'`, `the first 2 devices by id`, `10 % of all devices, rounded up`, `all that are left`. */
export function membersInWords(members: WaveMembers): string {
  switch (members.kind) {
    case 'group':
      return `group '${safeText(members.groupId)}'`;
    case 'condition':
      return safeText(members.condition);
    case 'count':
      return members.count === 1 ? 'the first device by id' : `the first ${members.count} devices by id`;
    case 'percent':
      return `${members.percent} % of all devices, rounded up and at least one`;
    case 'rest':
      return 'all that are left';
  }
}

/** What opens the wave behind it: `≥ 90 % of it succeeded, stayed so for 10 min, and a person opens it`. */
export function gateInWords({ successPercent, soakMs, needsPerson }: WaveGate): string {
  const soak = soakMs > 0 ? `, stayed so for ${durationInWords(soakMs)}` : '';
  return `≥ ${successPercent} % of it succeeded${soak}${needsPerson ? ', and a person opens it' : ''}`;
}

/** `Failure > 10 % of the devices tried, and ≥ 2 devices: it pauses, and a person decides.` */
export function stopInWords(stop: StopRule | null): string {
  if (stop === null) return 'Nothing stops it by itself.';
  const { comparison, percent, atLeastFailed } = stop;
  return `Failure ${comparison} ${percent} % of the devices tried, and ≥ ${devicesInWords(atLeastFailed)}: ${stopActionInWords(stop)}.`;
}

function stopActionInWords({ action }: StopRule): string {
  switch (action.kind) {
    case 'pause':
      return 'it pauses, and a person decides';
    case 'roll-back':
    case 'roll-back-to-last-good':
    case 'roll-back-to':
      return `it is rolled back ${wayBackInWords(action)}`;
  }
}

type WayBack = Exclude<StopRule['action'], { readonly kind: 'pause' }>;

const withoutBaseWords = {
  keep: 'keeps what it runs',
  'last-good': 'goes to its last good revision',
  empty: 'gets an empty base',
} as const;

/** Where a rollback leads: `to what each device ran before; one that ran nothing gets …`. */
function wayBackInWords(action: WayBack): string {
  switch (action.kind) {
    case 'roll-back': {
      const otherwise = withoutBaseWords[action.withoutBase ?? 'keep'];
      return `to the next lower deployment; a device that none is left for ${otherwise}`;
    }
    case 'roll-back-to-last-good':
      return `to what each device ran before; one without that gets the next lower deployment, and where none is left ${withoutBaseWords[action.withoutBase]}`;
    case 'roll-back-to':
      return `to the content of '${safeText(action.deploymentId)}'`;
  }
}

/** Where it is beside its rule: `So far 1 of 9 devices tried failed: 11.2 %.` */
export function triedInWords({ byStanding: { success, failure } }: StandingCounts): string {
  const tried = success + failure;
  if (tried === 0) return 'So far no device was tried to its end.';
  return `So far ${failure} of ${devicesInWords(tried)} tried failed: ${shareText(failure, tried)}.`;
}

const dayWords = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;

/** `Mon–Fri 22:00–04:00 (next day), Europe/Berlin`. */
export function windowInWords({ days, fromMinute, toMinute, timeZone }: MaintenanceWindow): string {
  const next = toMinute <= fromMinute ? ' (next day)' : '';
  return `${daysInWords(days)} ${minuteInWords(fromMinute)}–${minuteInWords(toMinute)}${next}, ${safeText(timeZone)}`;
}

/** `every day`, `Mon–Fri`, `Mon, Wed`. */
export function daysInWords(days: readonly number[]): string {
  const sorted = [...new Set(days)].sort((left, right) => left - right);
  if (sorted.length === 7) return 'every day';
  const [first = 1] = sorted;
  const last = sorted.at(-1) ?? 1;
  if (sorted.length > 2 && last - first === sorted.length - 1) return `${dayWords[first - 1]}–${dayWords[last - 1]}`;
  return sorted.map((day) => dayWords[day - 1] ?? '?').join(', ');
}

/** `04:05`. */
export function minuteInWords(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
}

/** `45 s`, `10 min`, `1 h 30 min`, `2 d`. */
export function durationInWords(ms: number): string {
  const units = [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['min', 60_000],
    ['s', 1_000],
  ] as const;
  const parts: string[] = [];
  let left = Math.round(ms / 1_000) * 1_000;
  for (const [unit, size] of units) {
    const amount = Math.floor(left / size);
    left -= amount * size;
    if (amount > 0) parts.push(`${amount} ${unit}`);
  }
  return parts.length === 0 ? '0 s' : parts.slice(0, 2).join(' ');
}

/** What holds for all of a policy, line by line: limits, retries, and who switches. */
export function limitsInWords(policy: RolloutPolicy): readonly string[] {
  const { concurrency, retries, budgets, settleMs, stepLimitMs } = policy;
  return [
    concurrency === null ? 'A whole wave at once' : `At most ${concurrency} in change at once`,
    ...budgets.map(({ groupId, atLeastUp }) => `≥ ${atLeastUp} of group '${safeText(groupId)}' stay up`),
    retriesInWords(retries),
    `A device succeeds when the new set ran well for ${durationInWords(settleMs)}`,
    `An attempt fails without progress for ${durationInWords(stepLimitMs)}`,
    ...(policy.needsPersonToSwitch ? ['Each device waits for a person’s “now” before it stops anything'] : []),
  ];
}

function retriesInWords(retries: number): string {
  if (retries === 0) return 'One attempt for each device';
  return `Up to ${retries + 1} attempts for each device`;
}

export function targetsInWords({ targets }: Pick<RolloutPolicy, 'targets'>): string {
  if (targets.kind === 'fixed') return 'Fixed: the devices that matched at the start, and nobody else';
  return targets.maxDevices === null
    ? 'Growing: whoever matches later joins'
    : `Growing: whoever matches later joins, up to ${devicesInWords(targets.maxDevices)}`;
}
