// Rollouts in words: thresholds with their sign, an honest denominator, and whom an order hits.
import { describe, expect, test } from 'vitest';
import type { DeploymentId } from '#base/ids.ts';
import type { StopRule } from '#domain/rollouts/rollout-policy.ts';
import { countShares, failuresToStop } from '#domain/rollouts/rollout-tally.ts';
import { courseLines, tellingPoints } from '#renderer/plots/course-lines.ts';
import { groupCondition, idsIn, movedRing, ringsOf } from '#renderer/words/group-words.ts';
import { safeLines } from '#renderer/pieces/log-text.ts';
import { rollbackRequestOf, type WayDraft } from '#renderer/rollouts/rollback-ways.ts';
import { offeredOrders, orderWords, pausingOrder } from '#renderer/words/rollout-order-words.ts';
import {
  firstPolicy,
  hasField,
  minuteOf,
  problemAt,
  problemsElsewhere,
  wavePresets,
  withWave,
} from '#renderer/rollouts/rollout-policy-draft.ts';
import { nextId } from '#renderer/rollouts/rollout-source.ts';
import { courseInWords } from '#renderer/words/rollout-course-words.ts';
import { partCount, progressInWords, progressParts } from '#renderer/words/rollout-tally-words.ts';
import {
  daysInWords,
  durationInWords,
  gateInWords,
  limitsInWords,
  membersInWords,
  stopInWords,
  triedInWords,
  windowInWords,
} from '#renderer/words/rollout-policy-words.ts';
import { isShown, noFilter, partPath, readRolloutFilter, shownInWords } from '#renderer/rollouts/rollout-filter.ts';

const stop = { atLeastFailed: 2, comparison: '>', percent: 10, action: { kind: 'pause' } } as const;
const at = (atMs: number, successful: number, failed: number) => ({ atMs, successful, failed, takenBack: 0 });
const ring = (id: string, place: number | null) => ({ id, condition: 'x', ring: place, deviceIds: null });

const goesBack = (action: StopRule['action']) =>
  orderWords.rollBack.hits({ devices: 2, changing: 0, back: { ...stop, action } });

describe('a policy in words', () => {
  test.each([
    [{ kind: 'group', groupId: 'canary' }, "group 'canary'"],
    [{ kind: 'count', count: 1 }, 'the first device by id'],
    [{ kind: 'count', count: 3 }, 'the first 3 devices by id'],
    [{ kind: 'percent', percent: 10 }, '10 % of all devices, rounded up and at least one'],
    [{ kind: 'condition', condition: 'tags.a = 1\u202E' }, 'tags.a = 1\uFFFD'],
    [{ kind: 'rest' }, 'all that are left'],
  ] as const)('when a wave is %j, it reads %s', (members, expected) => {
    expect(membersInWords(members)).toBe(expected);
  });

  test('when a gate or a stop rule is told, its sign stands beside its number, with what then happens', () => {
    expect(gateInWords({ successPercent: 90, soakMs: 600_000, needsPerson: true })).toBe(
      '≥ 90 % of it succeeded, stayed so for 10 min, and a person opens it',
    );
    expect(stopInWords(stop)).toBe(
      'Failure > 10 % of the devices tried, and ≥ 2 devices: it pauses, and a person decides.',
    );
    expect(stopInWords({ ...stop, comparison: '≥', action: { kind: 'roll-back' } })).toMatch(/≥ 10 %.*rolled back/);
    expect(stopInWords({ ...stop, atLeastFailed: 1 })).toContain('≥ 1 device:');
    const backTo = (action: StopRule['action']) =>
      stopInWords({ ...stop, action }).replace(/^.*: it is rolled back /, '');
    expect(backTo({ kind: 'roll-back' })).toBe(
      'to the next lower deployment; a device that none is left for keeps what it runs.',
    );
    expect(backTo({ kind: 'roll-back', withoutBase: 'last-good' })).toBe(
      'to the next lower deployment; a device that none is left for goes to its last good revision.',
    );
    expect(backTo({ kind: 'roll-back-to-last-good', withoutBase: 'empty' })).toBe(
      'to what each device ran before; one without that gets the next lower deployment, and where none is left gets an empty base.',
    );
    expect(backTo({ kind: 'roll-back-to', deploymentId: 'v1\u202E' as DeploymentId })).toBe(
      "to the content of 'v1\uFFFD'.",
    );
    expect(stopInWords(null)).toBe('Nothing stops it by itself.');
  });

  test('when windows and spans are told, days are joined and the zone is named', () => {
    const window = { days: [5, 1, 2, 3, 4], fromMinute: 1320, toMinute: 245, timeZone: 'Europe/Berlin' };
    expect(windowInWords(window)).toBe('Mon–Fri 22:00–04:05 (next day), Europe/Berlin');
    expect(daysInWords([1, 3])).toBe('Mon, Wed');
    expect(daysInWords([1, 2, 3, 4, 5, 6, 7])).toBe('every day');
    expect([0, 45_000, 600_000, 5_400_000, 172_800_000].map(durationInWords)).toEqual([
      '0 s',
      '45 s',
      '10 min',
      '1 h 30 min',
      '2 d',
    ]);
    expect(limitsInWords({ ...firstPolicy, budgets: [{ groupId: 'line', atLeastUp: 1 }] })).toContain(
      "≥ 1 of group 'line' stay up",
    );
  });
});

const told = (filter: Parameters<typeof shownInWords>[0]) =>
  shownInWords(filter, { shown: 1, all: 10 }, ['a', 'b\u202E']);

describe('how far a rollout is', () => {
  const counts = countShares([
    { standing: 'success', devices: 10 },
    { standing: 'already-installed', devices: 2 },
    { standing: 'failure', devices: 1 },
    { standing: 'verifying', devices: 3 },
    { standing: 'pending', devices: 24 },
    { standing: 'not-applicable', devices: 2 },
  ]);

  test('when devices are excluded, they are told apart and are in no share', () => {
    expect(progressInWords({ counts, asleep: 2 })).toBe(
      'Success 12 of 40 · Failure 1 · In change 3 · Pending 24 (2 switched off) · Excluded 2',
    );
    expect(partCount(counts, 'excluded')).toBe(2);
    expect(progressParts(counts).reduce((sum, { devices }) => sum + devices, 0)).toBe(counts.meant);
    expect(progressInWords({ counts: countShares([]), asleep: 0 })).toBe('No device is in it yet');
    const left = countShares([{ standing: 'aborted', devices: 9 }]);
    expect(progressInWords({ counts: left, asleep: 0 })).toBe('No device left in it · Excluded 9');
  });

  test('when it is told beside the stop rule, the share is that of the devices tried', () => {
    expect(triedInWords(counts)).toBe('So far 1 of 11 devices tried failed: 9.1 %.');
    expect(triedInWords(countShares([]))).toBe('So far no device was tried to its end.');
  });

  test('when a count is a link, its address shows just those devices', () => {
    expect(partPath('line v2', { part: 'failed', wave: 1 })).toBe('/rollouts/line%20v2?part=failed&wave=2');
    const filter = readRolloutFilter('part=failed&wave=2');
    expect(filter).toEqual({ part: 'failed', wave: 1 });
    const cell = { deviceId: 'd', standing: 'failure', wave: 1, isAwake: true, attempt: 1 } as const;
    expect(isShown(cell, filter)).toBe(true);
    expect(isShown({ ...cell, wave: 0 }, filter)).toBe(false);
    expect(isShown({ ...cell, standing: 'success' }, filter)).toBe(false);
    expect(isShown({ ...cell, standing: 'pending', isAwake: false }, { part: 'asleep', wave: null })).toBe(true);
    expect(readRolloutFilter('part=other&wave=x')).toEqual(noFilter);
  });

  test('when a filter is on, it is told what it shows, out of how many', () => {
    expect(told(noFilter)).toBe('Shown: all 10 devices.');
    expect(told({ part: 'failed', wave: null })).toBe('Shown: Failure – 1 of 10 devices.');
    expect(told({ part: 'waiting', wave: 1 })).toBe('Shown: Pending, in wave 2 (b\uFFFD) – 1 of 10 devices.');
    expect(told({ part: null, wave: 0 })).toBe('Shown: Wave 1 (a) – 1 of 10 devices.');
  });
});

describe('the course of a rollout', () => {
  test('when a stop rule is there, its line is where it stops at each moment', () => {
    const points = [at(0, 0, 0), at(1, 10, 1), at(2, 30, 3)];
    const line = courseLines(points, stop).find(({ color }) => color === 'orange');
    expect(line?.values).toEqual([2, 2, failuresToStop(stop, 33)]);
    expect(courseLines(points, null)).toHaveLength(2);
    expect(courseInWords({ ...at(2, 30, 3), takenBack: 1 }, stop)).toBe(
      'Success 30, failure 3, rolled back 1. It stops at failure ≥ 4.',
    );
    expect(courseInWords(at(2, 30, 3), null)).toBe('Success 30, failure 3.');
  });

  test('when none failed, the line of failures is no heavier than that of success; with the first it is', () => {
    const widths = [0, 1].map((failed) =>
      courseLines([at(0, 0, 0), at(1, 10, failed)], stop).map(({ color, width = 2 }) => `${color} ${width}`),
    );
    expect(widths).toEqual([
      ['green 2', 'red 2', 'orange 2'],
      ['green 2', 'red 4', 'orange 2'],
    ]);
  });

  test('when it is told as a table, only moments of change are, and never more than asked for', () => {
    const points = Array.from({ length: 100 }, (_, index) => at(index, Math.floor(index / 10), 0));
    expect(tellingPoints(points, 40).map(({ atMs }) => atMs)).toEqual([0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 99]);
    const few = tellingPoints(points, 4);
    expect([few.length, few[0]?.atMs, few.at(-1)?.atMs]).toEqual([4, 0, 99]);
  });
});

describe('orders', () => {
  test('when an order is offered, it says whom it hits, in the right number', () => {
    for (const order of offeredOrders) {
      expect(orderWords[order].hits({ devices: 1, changing: 0 })).not.toMatch(/1 devices|undefined/);
      expect(orderWords[order].hits({ devices: 0, changing: 0 })).not.toMatch(/undefined/);
    }
    expect(goesBack({ kind: 'roll-back-to-last-good', withoutBase: 'keep' })).toBe(
      '2 devices that it reached go back to what each ran before, and it ends.',
    );
    expect(goesBack({ kind: 'roll-back-to', deploymentId: 'v1' as DeploymentId })).toContain("the content of 'v1',");
    expect(goesBack({ kind: 'pause' })).toContain('what applies without it,');
    expect(orderWords.releaseWave.hits({ devices: 2, changing: 0, isDue: true })).toBe(
      '2 devices may begin: the wave before came to its gate.',
    );
    expect(orderWords.pause.hits({ devices: 2, changing: 1 })).toBe(
      '2 devices still to begin wait until it is resumed. 1 device in change comes to its end.',
    );
  });

  test('when the key for pausing is pressed, it does what fits, or nothing', () => {
    expect(pausingOrder('in-progress')).toBe('pause');
    expect(pausingOrder('scheduled')).toBe('pause');
    expect(pausingOrder('paused')).toBe('resume');
    expect(pausingOrder('rolling-back')).toBeNull();
    expect(pausingOrder('finished')).toBeNull();
  });

  test('when a way back is chosen, it is asked for only when all of it is', () => {
    const draft: WayDraft = {
      kind: 'without',
      withoutBase: 'keep',
      earlierId: '',
      deviceId: '',
      revision: 0,
      deviceIds: null,
      isCareful: false,
    };
    expect(rollbackRequestOf('v2', draft)?.way).toEqual({
      kind: 'without',
      deploymentId: 'v2',
      deviceIds: null,
      withoutBase: 'keep',
    });
    expect(rollbackRequestOf('v2', { ...draft, kind: 'to-deployment' })).toBeNull();
    expect(rollbackRequestOf('v2', { ...draft, kind: 'to-revision', deviceId: 'd' })).toBeNull();
    expect(rollbackRequestOf('v2', { ...draft, kind: 'to-empty', deviceIds: ['d'] })?.way).toMatchObject({
      deviceIds: ['d'],
    });
    expect(rollbackRequestOf('v2', { ...draft, isCareful: true })?.policy.waves).toHaveLength(2);
  });
});

describe('a policy that is written', () => {
  test('when there are rings, a preset goes by them in their order, the rest behind', () => {
    const presets = wavePresets([ring('broad', 1), ring('canary', 0), ring('other', null)]);
    expect(presets.map(({ id }) => id)).toEqual(['one', 'canary', 'rings', 'all']);
    const rings = presets.find(({ id }) => id === 'rings');
    expect(rings?.waves.map(({ name }) => name)).toEqual(['canary', 'broad', 'The rest']);
    expect(wavePresets([]).map(({ id }) => id)).toEqual(['one', 'canary', 'all']);
  });

  test('when a wave is added, it stands before the last and has a name of its own', () => {
    const waves = withWave(withWave(firstPolicy.waves));
    expect(waves.at(-1)?.members.kind).toBe('rest');
    expect(new Set(waves.map(({ name }) => name)).size).toBe(4);
  });

  test('when the hub finds problems, each stands at its field or is told elsewhere, and none is lost', () => {
    const problems = [
      { at: 'waves[0].name', message: 'needs a name.' },
      { at: 'policy.stop.percent', message: 'too much.' },
      { at: 'something.new', message: 'odd.' },
    ];
    expect(problemAt(problems, 'waves[0].name')).toBe('needs a name.');
    expect(problemAt(problems, 'stop.percent')).toBe('too much.');
    expect(problemAt(problems, 'retries')).toBeUndefined();
    expect(problemsElsewhere(problems, hasField)).toEqual([problems[2]]);
  });

  test('when a time or an id is made of a text, what is none changes nothing', () => {
    expect([minuteOf('22:30', 0), minuteOf('25:00', 7), minuteOf('', 7)]).toEqual([1350, 7, 7]);
    const taken = new Set(['line-v3', 'press-2']);
    expect(nextId('line-v2', (id) => taken.has(id))).toBe('line-v4');
    expect(nextId('press', (id) => taken.has(id))).toBe('press-3');
  });
});

describe('groups', () => {
  const group = { id: 'g', condition: null, ring: null, deviceIds: ["d'1", 'd2'] };

  test('when members are to be shown, a condition finds them, unless they are too many for one', () => {
    expect(groupCondition(group)).toBe("deviceId IN ['d''1', 'd2']");
    expect(groupCondition({ ...group, condition: 'tags.a = 1' })).toBe('tags.a = 1');
    expect(groupCondition({ ...group, deviceIds: [] })).toBeNull();
    const many = (count: number) => ({ ...group, deviceIds: Array.from({ length: count }, (_, at) => `device-${at}`) });
    expect(groupCondition(many(400))).toMatch(/, 'device-399'\]$/);
    expect(groupCondition(many(700))).toBeNull();
  });

  test('when ids are listed, each is taken once; when a ring is moved beyond the ends, nothing changes', () => {
    expect(idsIn('a, b\n\nb;c')).toEqual(['a', 'b', 'c']);
    expect(movedRing(['a', 'b', 'c'], 2, 0)).toEqual(['c', 'a', 'b']);
    const rings = ['a', 'b'];
    expect(movedRing(rings, 0, -1)).toBe(rings);
    expect(
      ringsOf([
        { ...group, id: 'z', ring: 1 },
        { ...group, id: 'y', ring: 0 },
        { ...group, id: 'x' },
      ]),
    ).toEqual(['y', 'z']);
  });
});

test('when a log is hostile, its lines stay lines, nothing is cut, and nothing hides', () => {
  const long = '😀'.repeat(5_000);
  const text = safeLines(`\u001B[31mred\u001B[0m\r\n<b>x</b>\u202Eevil\n${long}`);
  expect(text.split('\n')).toEqual(['red', '<b>x</b>\uFFFDevil', long]);
});
