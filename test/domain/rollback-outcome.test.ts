// What a rollback does to a device, in the words by which devices are counted together.
import { describe, expect, test } from 'vitest';
import type { DeploymentId } from '#base/ids.ts';
import type { EffectiveConfiguration } from '#domain/layering/effective-configuration.ts';
import {
  manyContentsWarning,
  nothingBeforeWarning,
  outcomeText,
  type RollbackGift,
  withoutBaseWarning,
} from '#domain/rollouts/rollback-outcome.ts';

function running(applied: readonly string[], modules: EffectiveConfiguration['modules'] = {}): EffectiveConfiguration {
  const ids = applied.map((id) => id as DeploymentId);
  return { base: ids[0] ?? null, applied: ids, notApplied: {}, modules, origins: {} };
}

const before = running(['v2'], { $edgeAgent: { is: 'new' } });
const made = new Set(['back-1', 'back-2']);

function said(gift: RollbackGift, after: EffectiveConfiguration, refusal: string | null = null): string {
  return outcomeText(gift, { before, after, refusal, made });
}

describe('what is said of a device', () => {
  test.each([
    [running(['v1', 'back-1']), "base 'v1' applies"],
    [running(['v1', 'extra', 'back-1']), "base 'v1' applies with layer 'extra'"],
    [running(['v1', 'a', 'b', 'back-1']), "base 'v1' applies with layers 'a', 'b'"],
    [running(['v1', 'back-1'], before.modules), "base 'v1' applies, and it runs what it runs now"],
    [running([], before.modules), 'keeps what it runs: no base is left'],
  ])('when it is to get what applies without the deployment (%#), it is: %s', (after, sentence) => {
    expect(said({ kind: 'nothing' }, after)).toBe(sentence);
  });

  test.each<[RollbackGift, string]>([
    [{ kind: 'nothing' }, 'what applies without the deployment applies'],
    [{ kind: 'deployment', id: 'old' as DeploymentId }, "the content of 'old' applies again"],
    [{ kind: 'last-good', isProved: true }, 'its last good revision, which a rollout proved, applies again'],
    [
      { kind: 'last-good', isProved: false },
      'the newest revision from before applies again, of which no failure is known',
    ],
    [{ kind: 'empty' }, 'it runs no modules, and its runtime and system modules stay'],
    [{ kind: 'revision', revision: 3 }, 'its revision 3 applies again'],
  ])('when it gets %j, that is told, and that another base ranks above where one does', (gift, sentence) => {
    expect(said(gift, running(['back-2']))).toBe(sentence);
    expect(said(gift, running(['high']))).toBe("base 'high' applies");
  });

  test('when it cannot be written, the reason is told', () => {
    expect(said({ kind: 'empty' }, before, 'it is too large.')).toBe('keeps what it has: it is too large.');
  });
});

const none = 'no revision is kept that is not known to have failed';

test.each([
  [{ devices: 9, without: 0, withoutBoth: 0 }, 'keep', null],
  [
    { devices: 9, without: 2, withoutBoth: 0 },
    'empty',
    `For 2 of 9 devices ${none}: the next lower deployment applies there.`,
  ],
  [
    { devices: 1, without: 1, withoutBoth: 1 },
    'keep',
    `For 1 of 1 device ${none}, and no lower base exists: it would keep what it runs. Choose an empty base for such devices, or ` +
      'deploy a base first.',
  ],
  [
    { devices: 9, without: 3, withoutBoth: 2 },
    'keep',
    `For 3 of 9 devices ${none}; for 2 of them no lower base exists either: they would keep what they run. Choose an empty base ` +
      'for such devices, or deploy a base first.',
  ],
  [
    { devices: 9, without: 3, withoutBoth: 1 },
    'empty',
    `For 3 of 9 devices ${none}; for 1 of them no lower base exists either: it gets an empty base then.`,
  ],
  [
    { devices: 9, without: 2, withoutBoth: 2 },
    'empty',
    `For 2 of 9 devices ${none}, and no lower base exists: they get an empty base then.`,
  ],
] as const)('when %j ran nothing before and would otherwise %s, it is told', (before, otherwise, sentence) => {
  expect(nothingBeforeWarning(before, otherwise)).toBe(sentence);
});

test('when devices ran more contents than are made on the way back, it is told', () => {
  expect(manyContentsWarning(100, 100)).toBeNull();
  expect(manyContentsWarning(101, 100)).toBe(
    'They run 101 different contents that are no more deployed as such, and at most 100 are made on the way back: devices of the ' +
      'others get the next lower deployment. Roll out to fewer devices at a time.',
  );
});

test.each([
  [0, 40, true, null],
  [
    2,
    2,
    false,
    'For 2 of 2 devices no lower base exists: they would keep what they run. Roll them back to an empty base, or deploy a base first.',
  ],
  [
    1,
    1,
    true,
    'For 1 of 1 device no lower base exists: it would keep what it runs. Roll it back to its last good revision, or to an empty base, or deploy a base first.',
  ],
  [
    3,
    40,
    true,
    'For 3 of 40 devices no lower base exists: they would keep what they run. Roll them back to their last good revision, or to an empty base, or deploy a base first.',
  ],
])(
  'when %i of %i devices have no lower base (a last good one: %s), the offers are told',
  (kept, devices, hasLastGood, sentence) => {
    expect(withoutBaseWarning(kept, devices, hasLastGood)).toBe(sentence);
  },
);
