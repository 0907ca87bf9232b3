// Where a device is sent for a layer.
import { expect, test } from 'vitest';
import { courseOf, type HelpInSight, type Neighbour } from '#domain/images/sibling-choice.ts';

const terms = { mostAtOnce: 4, mostSeeds: 2 };
const idle = { serving: 0, lastNamed: 0 };
const busy = { serving: 4, lastNamed: 1 };

function inSight(sight: Partial<HelpInSight<Neighbour>>): HelpInSight<Neighbour> {
  return { neighbours: [], seeds: 0, waitedMs: 0, bytes: 0, ...sight };
}

test.each([
  { when: 'nobody has it or gets it', sight: {}, kind: 'hub' },
  { when: 'one gets it from the hub', sight: { seeds: 1 }, kind: 'hub' },
  { when: 'enough get it from the hub', sight: { seeds: 2 }, kind: 'wait' },
  { when: 'a neighbour is free', sight: { neighbours: [busy, idle] }, kind: 'neighbour' },
  { when: 'all neighbours are at work', sight: { neighbours: [busy, busy] }, kind: 'wait' },
  { when: 'they were at work for too long', sight: { neighbours: [busy], waitedMs: 20_000 }, kind: 'hub' },
  { when: 'so much takes that long', sight: { neighbours: [busy], waitedMs: 20_000, bytes: 1e9 }, kind: 'wait' },
  { when: 'not even so much takes that long', sight: { seeds: 2, waitedMs: 2_000_000, bytes: 1e9 }, kind: 'hub' },
])('when $when, the device is told: $kind', ({ sight, kind }) => {
  expect(courseOf(inSight(sight), terms).kind).toBe(kind);
});

test('when forty ask one after the other, they are spread over all who have it', () => {
  const neighbours = Array.from({ length: 10 }, (_, at) => ({ at, serving: 0, lastNamed: 0 }));
  for (let asked = 1; asked <= 40; asked++) {
    const course = courseOf({ ...inSight({}), neighbours }, terms);
    if (course.kind !== 'neighbour') throw new Error(`${asked} was told to ${course.kind}`);
    course.neighbour.serving += 1;
    course.neighbour.lastNamed = asked;
    expect(Math.max(...neighbours.map(({ serving }) => serving))).toBe(Math.ceil(asked / 10));
  }
  expect(courseOf({ ...inSight({}), neighbours }, terms).kind).toBe('wait');
});

test('when neighbours serve equally many, the one named longest ago is named', () => {
  const neighbours = [
    { serving: 1, lastNamed: 7 },
    { serving: 1, lastNamed: 5 },
    { serving: 2, lastNamed: 1 },
  ];
  expect(courseOf(inSight({ neighbours }), terms)).toEqual({ kind: 'neighbour', neighbour: neighbours[1] });
});
