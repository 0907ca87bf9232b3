// The agent is lost after every single step, whatever the strategies of a set and however it goes: the next agent ends at all
// new or all old, as far as the old can be obtained again, and nothing else of ours is left.
import { describe, expect, test } from 'vitest';
import { isAlive } from '#domain/updates/agent-state.ts';
import { updateStrategies, type UpdateStrategy } from '#domain/manifests/update-strategy.ts';
import { everyBehaviour, standing } from '#test/support/update-ends.ts';
import {
  foreign,
  runToEnd,
  updateWorld,
  type Behaviour,
  type ModuleSet,
  type UpdateWorld,
} from '#test/support/update-world.ts';

const names = ['aa', 'bb', 'cc'];

interface Case {
  readonly strategies: readonly UpdateStrategy[];
  readonly failing: number;
  readonly behaviour: Behaviour;
}

const alone = updateStrategies.flatMap((strategy) =>
  everyBehaviour.map((behaviour): Case => ({ strategies: [strategy], failing: 0, behaviour })),
);
const twice = updateStrategies.map((strategy): Case => ({
  strategies: [strategy, strategy],
  failing: 1,
  behaviour: 'exits',
}));
const mixes = updateStrategies.map((left) => updateStrategies.filter((strategy) => strategy !== left));
const mixed = mixes.flatMap((strategies) =>
  (['runs', 'exits', 'missing'] as const).flatMap((behaviour) =>
    (behaviour === 'runs' ? [0] : [0, 1, 2]).map((failing): Case => ({ strategies, failing, behaviour })),
  ),
);

const setOf = (strategies: readonly UpdateStrategy[], version: number): ModuleSet =>
  Object.fromEntries(
    strategies.map((strategy, index) => [names[index], { image: `${names[index]}:${version}`, strategy }]),
  );
const imagesOf = (set: ModuleSet): string[] => Object.values(set).map(({ image }) => image);

/** Two of a module only where one is handed over; until something gives way, all that ran runs. Empty: nothing is wrong. */
function faultOf(world: UpdateWorld, old: ModuleSet): string {
  const phase = world.course.trial?.phase ?? '';
  const alive = world.containers.filter((found) => isAlive(found)).map(({ module }) => module ?? '');
  const doubled = alive.filter((module, index) => alive.indexOf(module) !== index);
  const mustServe = Object.keys(old).filter((name) => {
    if (phase === 'stage' || phase === 'beside') return true;
    // What needs no giving way serves while the others fetch.
    return phase === 'yield' && old[name]?.strategy === 'download-then-kill';
  });
  return [
    ...doubled
      .filter((module) => old[module]?.strategy !== 'hand-over')
      .map((module) => `two of ${module} in ${phase}`),
    ...mustServe.filter((module) => !alive.includes(module)).map((module) => `no ${module} in ${phase}`),
    ...(world.containers.includes(foreign) ? [] : ['a foreign one was touched']),
  ].join(', ');
}

function checkMoment(world: UpdateWorld, old: ModuleSet): void {
  // Asked at every step of every life: an assertion would be most of the time.
  const fault = faultOf(world, old);
  if (fault !== '') throw new Error(`${fault}: ${world.told.join('; ')}`);
}

function runsTo(end: readonly string[], make: () => UpdateWorld, old: ModuleSet): UpdateWorld {
  const undisturbed = make();
  runToEnd(undisturbed, Infinity, (world) => checkMoment(world, old));
  expect(standing(undisturbed)).toEqual(end);
  for (let survives = 0; survives < undisturbed.taken; survives++) {
    const world = make();
    runToEnd(world, survives, (moment) => checkMoment(moment, old));
    expect(standing(world)).toEqual(end);
    expect(world.course.trial).toBe(null);
    expect(world.course.attempts).toBe(1);
    expect(world.course.lastAttempt?.verdict).toBe(undisturbed.course.lastAttempt?.verdict);
  }
  return undisturbed;
}

describe('an update by strategy whose agent is lost', () => {
  test.each([...alone, ...twice, ...mixed])(
    'when $strategies change and the new image of number $failing $behaviour, all is old or all is new',
    ({ strategies, failing, behaviour }) => {
      const old = setOf(strategies, 1);
      const coming = setOf(strategies, 2);
      const make = (): UpdateWorld =>
        updateWorld({
          old,
          coming,
          behaviours: new Map([[`${names[failing]}:2`, behaviour]]),
          absent: imagesOf(coming),
          tries: 3,
        });
      const end = behaviour === 'runs' ? coming : old;
      const { course } = runsTo(
        imagesOf(end).map((image) => `${image.slice(0, 2)} ${image} running`),
        make,
        old,
      );
      expect(course.lastAttempt?.verdict === 'done').toBe(behaviour === 'runs');
    },
  );

  test.each(mixes.filter((strategies) => strategies.includes('delete-then-download')))(
    'when what was deleted of %s, %s and %s cannot be obtained again, all others are old, and it is tried on',
    (...strategies) => {
      const old = setOf(strategies, 1);
      const coming = setOf(strategies, 2);
      const deleted = `${names[strategies.indexOf('delete-then-download')]}:1`;
      const make = (): UpdateWorld =>
        updateWorld({
          old,
          coming,
          behaviours: new Map([['bb:2', 'exits']]),
          absent: imagesOf(coming),
          unobtainable: [deleted],
          tries: 3,
        });
      const left = imagesOf(old).filter((image) => image !== deleted);
      const world = runsTo(
        left.map((image) => `${image.slice(0, 2)} ${image} running`),
        make,
        old,
      );
      const { verdict, reason } = world.course.lastAttempt ?? {};
      expect(verdict).toBe('failed-stuck');
      expect(reason?.message).toMatch(/ended .* While restoring, module '..' cannot be put back/);
      const later = { ...world, unobtainable: [] };
      runToEnd(later);
      expect(standing(later)).toEqual(imagesOf(old).map((image) => `${image.slice(0, 2)} ${image} running`));
      expect(later.course.lastAttempt?.verdict).toBe('failed-stuck');
    },
  );

  const kill = 'kill-then-download';
  const remove = 'delete-then-download';
  test.each<[UpdateStrategy, Behaviour, string, string]>([
    ['download-then-kill', 'exits', 'failed-left', 'aa aa:2 stopped'],
    ['download-then-kill', 'missing', 'failed-unchanged', 'aa aa:1 running'],
    [kill, 'exits', 'failed-left', 'aa aa:2 stopped'],
    // It has its name again, and serves until its new image can be had.
    [kill, 'missing', 'failed-left', 'aa aa:1 running'],
    [remove, 'exits', 'failed-left', 'aa aa:2 stopped'],
    [remove, 'missing', 'failed-left', ''],
    ['hand-over', 'exits', 'failed-unchanged', 'aa aa:1 running'],
  ])(
    'when there is no good one to go back to and by %s the new one %s, it ends as %s',
    (strategy, behaviour, verdict, end) => {
      const old = setOf([strategy], 1);
      const make = (): UpdateWorld => {
        const behaviours = new Map([['aa:2', behaviour]]);
        const world = updateWorld({ old, coming: setOf([strategy], 2), behaviours, absent: ['aa:2'], tries: 3 });
        return { ...world, course: { ...world.course, proven: null, left: world.course.proven } };
      };
      const { course } = runsTo(end === '' ? [] : [end], make, old);
      expect(course.lastAttempt?.verdict).toBe(verdict);
    },
  );
});

function way(strategies: readonly UpdateStrategy[], absent = true): readonly string[] {
  const old = setOf(strategies, 1);
  const coming = setOf(strategies, 2);
  const world = updateWorld({ old, coming, absent: absent ? imagesOf(coming) : [], tries: 3 });
  runToEnd(world);
  return world.told.filter((line) => !line.includes('.prev') || line.includes('rename'));
}

describe('the way of a strategy', () => {
  test('when one is killed first, its stop comes before its download, and the old one is kept', () => {
    expect(way(['kill-then-download'])).toEqual([
      ': beginTrial',
      'stage: enter yield',
      'yield: stop aa',
      'yield: rename aa',
      'yield: pull aa:2',
      'yield: create aa.next',
      'yield: enter switch',
      'switch: rename aa.next',
      'switch: start aa',
      'switch: enter verify',
      'verify: enter commit',
      'commit: endTrial',
    ]);
  });

  test('when one is deleted first, its container and then its image go before the download', () => {
    expect(way(['delete-then-download']).slice(2, 7)).toEqual([
      'yield: stop aa',
      'yield: remove aa',
      'yield: removeImage aa:1',
      'yield: pull aa:2',
      'yield: create aa.next',
    ]);
  });

  test('when one is handed over, the old one stops when the new one has proven itself', () => {
    expect(way(['hand-over'])).toEqual([
      ': beginTrial',
      'stage: pull aa:2',
      'stage: create aa.next',
      'stage: enter beside',
      'beside: start aa.next',
      'beside: enter switch',
      'switch: stop aa',
      'switch: rename aa',
      'switch: rename aa.next',
      'switch: enter verify',
      'verify: enter commit',
      'commit: endTrial',
    ]);
  });

  test('when all are mixed, what interrupts longest comes last, and deletion last of all', () => {
    const told = way(['delete-then-download', 'kill-then-download', 'hand-over']);
    const order = ['beside: start cc.next', 'yield: stop cc', 'yield: stop bb', 'yield: pull bb:2', 'yield: stop aa'];
    expect(order.map((line) => told.indexOf(line))).toEqual(
      order.map((line) => told.indexOf(line)).toSorted((a, b) => a - b),
    );
    expect(order.filter((line) => !told.includes(line))).toEqual([]);
  });

  test.each(['kill-then-download', 'delete-then-download'] as const)(
    'when the image is there already, nothing gives way to a download for %s',
    (strategy) => {
      expect(way([strategy], false)).toEqual(way(['download-then-kill'], false));
    },
  );
});
