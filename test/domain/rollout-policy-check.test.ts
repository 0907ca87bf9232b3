// What is wrong with a policy, all at once and each with its place.
import { expect, test } from 'vitest';
import type { DeploymentId } from '#base/ids.ts';
import type { MaintenanceWindow } from '#domain/rollouts/maintenance-window.ts';
import { checkPolicy } from '#domain/rollouts/rollout-policy-check.ts';
import type { RolloutPolicy, StopRule, WaveMembers } from '#domain/rollouts/rollout-policy.ts';
import { newGate, newPolicy, newWave, startMs } from '#test/support/rollout-fleet.ts';

const site = {
  nowMs: startMs,
  groups: new Map([['gateways', 2]]),
  hasDeployment: (id: DeploymentId) => id === 'before',
};
const problemsOf = (policy: RolloutPolicy): readonly string[] =>
  checkPolicy(policy, site).map(({ at, message }) => `${at}: ${message}`);

const night: MaintenanceWindow = { days: [1, 7], fromMinute: 1380, toMinute: 300, timeZone: 'Europe/Berlin' };
const stop: StopRule = { atLeastFailed: 1, comparison: '>', percent: 0, action: { kind: 'pause' } };
const backTo = (id: string): StopRule => ({
  ...stop,
  action: { kind: 'roll-back-to', deploymentId: id as DeploymentId },
});
const waves = (...members: readonly WaveMembers[]) =>
  members.map((of, index) => newWave({ name: `${index}`, members: of }));
const rest: WaveMembers = { kind: 'rest' };
const percent = (share: number): WaveMembers => ({ kind: 'percent', percent: share });

test.each<[string, Partial<RolloutPolicy>]>([
  ['one wave of all', {}],
  [
    'waves of every kind',
    {
      waves: waves(
        { kind: 'group', groupId: 'gateways' },
        { kind: 'condition', condition: "tags.ring = 'canary'" },
        { kind: 'count', count: 1 },
        percent(99),
        rest,
      ),
    },
  ],
  ['a last wave that is a share', { waves: waves(percent(50), percent(50)) }],
  ['growing targets with an end', { targets: { kind: 'growing', maxDevices: 1 } }],
  ['growing targets without one', { targets: { kind: 'growing', maxDevices: null } }],
  ['a start to come', { startsAtMs: startMs + 1 }],
  ['a start of this very minute', { startsAtMs: startMs - 60_000 }],
  ['a window past midnight', { windows: [night] }],
  ['a budget that leaves one to change', { budgets: [{ groupId: 'gateways', atLeastUp: 1 }] }],
  ['one device at a time', { concurrency: 1, retries: 10 }],
  ['a stop rule', { stop }],
  ['a way back to what is there', { stop: backTo('before') }],
])('when the policy has %s, nothing is wrong with it', (_what, given) => {
  expect(problemsOf(newPolicy(given))).toEqual([]);
});

const noBefore = "there is no deployment 'gone' on this hub: name one that is there.";
const nobody = 'takes nobody, for the waves before it take everybody: give them less, or leave this one out.';
test.each<[string, Partial<RolloutPolicy>, readonly string[]]>([
  [
    'a stop rule that no share can reach',
    { stop: { ...stop, percent: 100 } },
    ["stop.percent: no share is > 100 %, so that it would never stop: choose '≥', or less."],
  ],
  ['no waves', { waves: [] }, ['waves: there is no wave: give at least one, such as one of all that is left.']],
  ['waves behind the rest', { waves: waves(rest, percent(10), rest) }, [`waves[1]: ${nobody}`, `waves[2]: ${nobody}`]],
  ['a wave behind all shares', { waves: waves(percent(60), percent(40), rest) }, [`waves[2]: ${nobody}`]],
  [
    'shares that are none',
    { waves: waves(percent(0), percent(12.5), percent(101)) },
    [0, 1, 2].map((index) => `waves[${index}].members.percent: must be a whole number of % from 1 to 100.`),
  ],
  [
    'a wave of no devices',
    { waves: waves({ kind: 'count', count: 0 }, rest) },
    ['waves[0].members.count: must be a whole number of devices from 1 to 100000.'],
  ],
  [
    'a wave of an unknown group',
    { waves: waves({ kind: 'group', groupId: 'lines' }, rest) },
    ["waves[0].members.groupId: there is no group 'lines' on this hub: make it first, or name another."],
  ],
  [
    'waves without a name of their own',
    {
      waves: [
        newWave({ name: ' ', members: percent(1) }),
        newWave({ name: 'a', members: percent(1) }),
        newWave({ name: 'a' }),
      ],
    },
    [
      'waves[0].name: a wave needs a name: people read it beside its devices.',
      "waves[2].name: 'a' names a wave already: choose another.",
    ],
  ],
  [
    'gates out of bounds',
    { waves: [newWave({ gate: newGate({ successPercent: 0, soakMs: -1 }) })] },
    [
      'waves[0].gate.successPercent: must be a whole number of % from 1 to 100.',
      'waves[0].gate.soakMs: must be a whole number of milliseconds from 0 to 2592000000.',
    ],
  ],
  [
    'numbers out of bounds',
    { concurrency: 0, retries: 11, stepLimitMs: 1, settleMs: 0.5, targets: { kind: 'growing', maxDevices: 0 } },
    [
      'targets.maxDevices: must be a whole number of devices from 1 to 100000.',
      'concurrency: must be a whole number of devices at once from 1 to 100000.',
      'retries: must be a whole number of further attempts from 0 to 10.',
      'stepLimitMs: must be a whole number of milliseconds from 60000 to 604800000.',
      'settleMs: must be a whole number of milliseconds from 0 to 86400000.',
    ],
  ],
  [
    'a settle time that its step limit leaves no room for',
    { settleMs: 3_600_000, stepLimitMs: 600_000 },
    [
      'stepLimitMs: is shorter than a device may take to prove itself, which is three settle times and a minute: give at least 181 ' +
        'minutes, or less settle time.',
    ],
  ],
  ['a settle time that its step limit just leaves room for', { settleMs: 3_600_000, stepLimitMs: 10_860_000 }, []],
  [
    'a start long past',
    { startsAtMs: startMs - 60_001 },
    ['startsAtMs: lies in the past: choose a moment to come, or null to start at once.'],
  ],
  [
    'a start that no calendar has',
    { startsAtMs: 8.64e15 + 1 },
    ['startsAtMs: is no moment: give whole milliseconds, or null.'],
  ],
  ['a start that is no moment', { startsAtMs: NaN }, ['startsAtMs: is no moment: give whole milliseconds, or null.']],
  [
    'windows that never open',
    {
      windows: [
        { ...night, days: [] },
        { days: [0, 8], fromMinute: -1, toMinute: 1440, timeZone: 'Mars/North' },
      ],
    },
    [
      'windows[0].days: has no day, so it never opens: name at least one.',
      'windows[1].days: days are whole numbers from 1 (Monday) to 7 (Sunday).',
      'windows[1].fromMinute: must be a whole number of minutes after midnight from 0 to 1439.',
      'windows[1].toMinute: must be a whole number of minutes after midnight from 0 to 1439.',
      "windows[1].timeZone: 'Mars/North' is no time zone known here: use a name such as 'Europe/Berlin'.",
    ],
  ],
  [
    'a stop rule out of bounds',
    { stop: { ...backTo('gone'), atLeastFailed: 0, percent: 101 } },
    [
      'stop.atLeastFailed: must be a whole number of devices from 1 to 100000.',
      'stop.percent: must be a whole number of % from 0 to 100.',
      `stop.action.deploymentId: ${noBefore}`,
    ],
  ],
  [
    'budgets that cannot be kept',
    {
      budgets: [
        { groupId: 'lines', atLeastUp: 0 },
        { groupId: 'gateways', atLeastUp: 2 },
      ],
    },
    [
      "budgets[0].groupId: there is no group 'lines' on this hub: make it first, or name another.",
      'budgets[0].atLeastUp: must be a whole number of devices from 1 to 100000.',
      "budgets[1].atLeastUp: group 'gateways' has 2 devices: with so many always up none could ever change.",
    ],
  ],
  [
    'too many windows',
    { windows: Array.from({ length: 51 }, () => night) },
    ['windows: has 51 entries: at most 50 are taken.'],
  ],
])('when the policy has %s, it is told where and how to mend it', (_what, given, told) => {
  expect(problemsOf(newPolicy(given))).toEqual(told);
});

test('when the condition of a wave cannot be read, the place in it is told', () => {
  const policy = newPolicy({ waves: waves({ kind: 'condition', condition: 'tags.a = ' }, rest) });
  expect(problemsOf(policy)).toEqual([expect.stringMatching(/^waves\[0\]\.members\.condition: at 9: /)]);
});
