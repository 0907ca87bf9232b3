// A policy that keeps to every rule and does nothing for the devices that are there is told before.
import { expect, test } from 'vitest';
import { idlePolicyWarnings } from '#domain/rollouts/rollout-plan-warnings.ts';
import type { RolloutPolicy } from '#domain/rollouts/rollout-policy.ts';
import { newPolicy } from '#test/support/rollout-fleet.ts';

const pause = { kind: 'pause' } as const;
const stopAt = (atLeastFailed: number) => ({ atLeastFailed, comparison: '≥', percent: 1, action: pause }) as const;
const empty = (name: string) =>
  `Wave '${name}' has no device, so that the next one opens at once: give it devices, or remove it.`;

test.each<[string, readonly number[], Partial<RolloutPolicy>, readonly string[]]>([
  ['every wave has devices', [1, 4], { stop: stopAt(5) }, []],
  ['its first wave has none', [0, 5], {}, [empty('w0')]],
  ['waves between have none', [1, 0, 0, 5], {}, [empty('w1'), empty('w2')]],
  ['waves after the last device have none', [5, 0], {}, []],
  ['no wave has any', [0, 0], {}, []],
  ['its set grows', [0, 5], { targets: { kind: 'growing', maxDevices: null }, stop: stopAt(9) }, []],
  [
    'fewer devices than its stop rule asks for',
    [1, 4],
    { stop: stopAt(6) },
    [
      'The stop rule needs ≥ 6 failed devices, and there are 5 in all, so that it never stops the rollout: ask for fewer.',
    ],
  ],
  [
    'one device and its stop rule asks for two',
    [1],
    { stop: stopAt(2) },
    [
      'The stop rule needs ≥ 2 failed devices, and there is 1 in all, so that it never stops the rollout: ask for fewer.',
    ],
  ],
])('when %s, that is told or not', (_what, devices, policy, warnings) => {
  const waves = devices.map((of, index) => ({ name: `w${index}`, devices: of }));
  expect(idlePolicyWarnings({ policy: newPolicy(policy), waves })).toEqual(warnings);
});
