// The agent is lost after every single step of every plan, in every phase, enumerated: whatever the old set, the new set and
// how the new one behaves, the next agent ends at all old or all new, and nothing else of ours is left.
import { describe, expect, test } from 'vitest';
import { isAlive } from '#domain/updates/agent-state.ts';
import { everyBehaviour, standing } from '#test/support/update-ends.ts';
import { foreign, runToEnd, updateWorld, type ModuleSet, type UpdateWorld } from '#test/support/update-world.ts';

type Before = 'absent' | 'runs' | 'stopped';
type After = 'absent' | 'same' | 'changed' | 'turned';

const befores: readonly Before[] = ['absent', 'runs', 'stopped'];
const afters: readonly After[] = ['absent', 'same', 'changed', 'turned'];

function entry(before: Before, name: string): ModuleSet {
  if (before === 'absent') return {};
  return { [name]: { image: `${name}:1`, status: before === 'runs' ? 'running' : 'stopped' } };
}

function entryAfter(before: Before, after: After, name: string): ModuleSet {
  if (after === 'absent') return {};
  const wasStopped = before === 'stopped';
  if (after === 'turned') return { [name]: { image: `${name}:1`, status: wasStopped ? 'running' : 'stopped' } };
  return {
    [name]: { image: after === 'changed' ? `${name}:2` : `${name}:1`, status: wasStopped ? 'stopped' : 'running' },
  };
}

const pairs = befores.flatMap((before) => afters.map((after) => ({ before, after })));
// Two modules: every way of the one beside three of the other.
const sets = pairs.flatMap((one) =>
  [
    { before: 'absent', after: 'absent' } as const,
    { before: 'runs', after: 'same' } as const,
    { before: 'runs', after: 'changed' } as const,
  ].map((other) => ({
    old: { ...entry(one.before, 'aa'), ...entry(other.before, 'bb') },
    coming: { ...entryAfter(one.before, one.after, 'aa'), ...entryAfter(other.before, other.after, 'bb') },
    title: `aa ${one.before} → ${one.after}, bb ${other.before} → ${other.after}`,
  })),
);

const cases = sets.flatMap((set) => everyBehaviour.map((behaviour) => ({ ...set, behaviour })));

function expected(modules: ModuleSet): readonly string[] {
  return Object.entries(modules)
    .map(([name, { image, status }]) => `${name} ${image} ${status ?? 'running'}`)
    .toSorted();
}

/** Never two of one module; never none that ran before, outside the time between the old ones' stop and the new ones' start. */
function checkMoment(world: UpdateWorld, old: ModuleSet): void {
  const alive = world.containers.filter((found) => isAlive(found)).map(({ module }) => module);
  expect(new Set(alive).size).toBe(alive.length);
  expect(world.containers).toContainEqual(foreign);
  if (world.course.trial?.phase === 'stage')
    for (const [name, { status }] of Object.entries(old)) if (status === 'running') expect(alive).toContain(name);
}

describe('an update whose agent is lost', () => {
  test.each(cases)(
    'when $title and the new image $behaviour, all is old or all is new',
    ({ old, coming, behaviour }) => {
      const first = Object.keys(coming).find((name) => coming[name]?.image.endsWith(':2'));
      const make = (): UpdateWorld =>
        updateWorld({ old, coming, behaviours: new Map([[`${first}:2`, behaviour]]), tries: 3 });
      const undisturbed = make();
      runToEnd(undisturbed, Infinity, (world) => checkMoment(world, old));
      const runsNew = first !== undefined && coming[first]?.status === 'running';
      const isFailing =
        first !== undefined && (['missing', 'foreign'].includes(behaviour) || (runsNew && behaviour !== 'runs'));
      const end = expected(isFailing ? old : coming);
      expect(standing(undisturbed)).toEqual(end);
      expect(undisturbed.course.lastAttempt?.verdict === 'done').toBe(!isFailing);
      for (let survives = 0; survives < undisturbed.taken; survives++) {
        const world = make();
        runToEnd(world, survives, (moment) => checkMoment(moment, old));
        expect(standing(world)).toEqual(end);
        expect(world.course.trial).toBe(null);
        expect(world.course.attempts).toBe(1);
      }
    },
  );
});
