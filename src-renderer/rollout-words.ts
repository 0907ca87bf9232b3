// Rollouts in words: their statuses, how a device stands in one, how an attempt ended, and what a policy says. Status is never by
// colour alone: each has an icon and a word.
import type { RolloutPolicy, StopRule, WaveGate, WaveMembers } from '#domain/rollouts/rollout-policy.ts';
import type { MaintenanceWindow } from '#domain/rollouts/maintenance-window.ts';
import type { Cause, DeviceStanding, RolloutStatus } from '#domain/rollouts/rollout-state.ts';
import type { Verdict } from '#domain/updates/update-trial.ts';
import { safeText } from './words/safe-text.ts';
import type { StatusIcon, StatusWords } from './words/status-words.ts';

export const rolloutStatusWords: Readonly<Record<RolloutStatus, StatusWords>> = {
  scheduled: words('Scheduled', 'gray', 'clock', 'It begins at a time that was set.'),
  pending: words('Pending', 'gray', 'idle', 'It may begin, and no device was begun yet.'),
  'in-progress': words('In progress', 'blue', 'busy', 'Devices are being changed, or wait for their turn.'),
  paused: words('Paused', 'orange', 'pause', 'No further device is begun until a person lets it go on.'),
  'rolling-back': words('Rolling back', 'orange', 'back', 'What it gave is being taken back, device by device.'),
  'rolled-back': words('Rolled back', 'yellow', 'back', 'What it gave was taken back. That is final.'),
  superseded: words('Superseded', 'gray', 'off', 'A newer rollout took its place. That is final.'),
  canceled: words('Canceled', 'gray', 'off', 'A person ended it. That is final.'),
  finished: words('Finished', 'green', 'good', 'All its devices came to their end. That is final.'),
};

export const standingWords: Readonly<Record<DeviceStanding, StatusWords>> = {
  pending: words('Pending', 'gray', 'idle', 'Its turn has not come, or it has not said anything of it yet.'),
  downloading: words('Downloading', 'blue', 'busy', 'It fetches what it is to run.'),
  installing: words('Installing', 'blue', 'busy', 'It has all it needs, and switches or holds its switch.'),
  verifying: words('Verifying', 'blue', 'busy', 'The new set runs, and has yet to prove that it runs well.'),
  success: words('Success', 'green', 'good', 'It runs what was rolled out.'),
  'already-installed': words('Already installed', 'green', 'good', 'It had all of it, so nothing was sent.'),
  'not-applicable': words(
    'Not applicable',
    'gray',
    'none',
    'It is not for this device, and the device counts for nothing.',
  ),
  failure: words('Failure', 'red', 'bad', 'Its last attempt failed.'),
  'rolled-back': words('Rolled back', 'yellow', 'back', 'It was taken back to what applies without this deployment.'),
  aborted: words('Aborted', 'gray', 'off', 'It left the rollout before its end.'),
  decommissioned: words('Decommissioned', 'gray', 'off', 'It was deleted from the hub.'),
};

/** In the order of a device's way. */
export const standings = Object.keys(standingWords) as readonly DeviceStanding[];

export const verdictWords: Readonly<Record<Verdict, StatusWords>> = {
  done: words('Done', 'green', 'good', 'The new set runs well.'),
  'failed-unchanged': words('Failed, nothing changed', 'red', 'bad', 'What ran before was never stopped.'),
  'failed-rolled-back': words('Failed, put back', 'red', 'bad', 'The device put back what ran before by itself.'),
  'failed-left': words('Failed, left as it is', 'red', 'bad', 'No way back was asked for.'),
  'failed-stuck': words(
    'Failed, could not go back',
    'red',
    'bad',
    'The device could not put back all that ran before.',
  ),
  refused: words('Refused', 'red', 'off', 'The device did not begin.'),
};

function words(word: string, color: string, icon: StatusIcon, meaning: string): StatusWords {
  return { word, color, icon, meaning };
}

/** A wave's members: `group 'canary'`, `the first 2 devices`, `10 % of all devices, rounded up`, `all that are left`. */
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

/** What opens the wave behind it: `≥ 90 % of it successful, held for 10 min, and a person says so`. */
export function gateInWords({ successPercent, soakMs, needsPerson }: WaveGate): string {
  const soak = soakMs > 0 ? `, held for ${durationInWords(soakMs)}` : '';
  return `≥ ${successPercent} % of it successful${soak}${needsPerson ? ', and a person says so' : ''}`;
}

/** `> 10 % of the devices that ended failed, and ≥ 2 of them: it pauses`. */
export function stopInWords(stop: StopRule | null): string {
  if (stop === null) return 'Nothing stops it by itself.';
  const { comparison, percent, atLeastFailed } = stop;
  return `Failed devices ${comparison} ${percent} % of those that came to an end, and ≥ ${atLeastFailed} of them: ${stopActionInWords(stop)}.`;
}

function stopActionInWords({ action }: StopRule): string {
  switch (action.kind) {
    case 'pause':
      return 'it pauses, and a person decides';
    case 'roll-back':
      return 'it is taken back to what each device ran before';
    case 'roll-back-to':
      return `it is taken back to the content of '${safeText(action.deploymentId)}'`;
  }
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

const causers: Readonly<Record<Cause['by'], string>> = {
  console: 'A person at the console',
  service: 'A script with the service key',
  hub: 'The hub by itself',
  device: 'A device',
};

export function causerInWords(by: Cause['by']): string {
  return causers[by];
}

/** `1 device`, `3 devices`. */
export function devicesInWords(count: number): string {
  return `${count} ${count === 1 ? 'device' : 'devices'}`;
}

/** What holds for all of a policy, line by line: limits, retries, and who switches. */
export function limitsInWords(policy: RolloutPolicy): readonly string[] {
  const { concurrency, retries, budgets, settleMs, stepLimitMs } = policy;
  return [
    concurrency === null ? 'As many at once as a wave has' : `At most ${concurrency} in change at once`,
    ...budgets.map(({ groupId, atLeastUp }) => `≥ ${atLeastUp} of group '${safeText(groupId)}' stay up`),
    retries === 0 ? 'No further attempt after a failed one' : `${retries} further attempts after a failed one`,
    `The new set must run well for ${durationInWords(settleMs)}`,
    `A step without progress for ${durationInWords(stepLimitMs)} counts as failed`,
    ...(policy.needsPersonToSwitch ? ['Each device waits for a person’s “now” before it stops anything'] : []),
  ];
}

export function targetsInWords({ targets }: Pick<RolloutPolicy, 'targets'>): string {
  if (targets.kind === 'fixed') return 'Fixed: the devices that matched at the start, and nobody else';
  return targets.maxDevices === null
    ? 'Growing: whoever matches later joins'
    : `Growing: whoever matches later joins, up to ${devicesInWords(targets.maxDevices)}`;
}
