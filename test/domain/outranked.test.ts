// Why a deployment of which nothing shows does not apply, and what of one that applies in part does not show.
import { expect, test } from 'vitest';
import { automaticConfiguration } from '#domain/layering/automatic-configuration.ts';
import { standingOf, writersIn } from '#domain/layering/automatic-record.ts';
import { layer } from '#domain/layering/layering.ts';
import { notAppliedOf } from '#domain/layering/not-applied.ts';
import { outrankedIn, outrankedOn, outrankedText } from '#domain/layering/outranked.ts';
import type { Json } from '#base/json.ts';
import type { AutomaticConfiguration } from '#domain/records/deployment.ts';
import { aDeployment } from '#test/support/build-deployment.ts';

let created = 0;
function aConfiguration(id: string, priority: number, writes: Readonly<Record<string, Json>>): AutomaticConfiguration {
  const { kind: _kind, ...head } = aDeployment({ id, priority, createdAtMs: (created += 1) });
  const content = Object.fromEntries(
    Object.entries(writes).map(([path, value]) => [`properties.desired${path === '' ? '' : `.${path}`}`, value]),
  );
  return { ...head, kind: 'device', content, onRemoval: 'leave' };
}

function standing(...configurations: AutomaticConfiguration[]) {
  return standingOf({ ...automaticConfiguration(configurations), stored: [], section: {} });
}

/** `low shows: rate by high`. */
function told(...configurations: AutomaticConfiguration[]): readonly string[] {
  return outrankedIn(standing(...configurations).writes).map(({ id, shows, paths }) => {
    const places = paths.map(({ path, by }) => `${path.join('.') || '*'} by ${by}`);
    return `${id}${shows ? ' shows' : ''}: ${places.join(', ')}`;
  });
}

test.each<readonly [string, readonly AutomaticConfiguration[], readonly string[]]>([
  ['nobody wrote over anybody', [aConfiguration('a', 1, { x: 1 }), aConfiguration('b', 2, { y: 1 })], []],
  [
    'a higher one wrote all of it',
    [aConfiguration('low', 1, { x: 1 }), aConfiguration('high', 2, { x: 2 })],
    ['low: x by high'],
  ],
  [
    'a higher one wrote one of two paths',
    [aConfiguration('low', 1, { x: 1, y: 1 }), aConfiguration('high', 2, { x: 2 })],
    ['low shows: x by high'],
  ],
  [
    'one wrote above its paths, another changed a part of its value',
    [
      aConfiguration('low', 1, { 'a.b': 1, z: { p: 1, q: 2 } }),
      aConfiguration('mid', 2, { a: {} }),
      aConfiguration('high', 3, { 'z.q': 3 }),
    ],
    ['low shows: a by mid, z.q by high'],
  ],
  [
    'a part of its value was added that it does not give',
    [aConfiguration('low', 1, { z: { p: 1 } }), aConfiguration('high', 3, { 'z.q': 3 })],
    [],
  ],
  [
    'three wrote the same path',
    [aConfiguration('a', 1, { x: 1 }), aConfiguration('b', 2, { x: 2 }), aConfiguration('c', 3, { x: 3 })],
    ['a: x by c', 'b: x by c'],
  ],
  [
    'of equals the newer wrote the whole section',
    [aConfiguration('old', 1, { x: 1 }), aConfiguration('new', 1, { '': { y: 1 } })],
    ['old: * by new'],
  ],
])('when %s, each one that is hidden is told with the places', (_, configurations, expected) => {
  expect(told(...configurations)).toEqual(expected);
});

test('when a configuration matches several twins, the reason is told for each on which nothing of it shows', () => {
  const low = aConfiguration('low', 1, { x: 1, y: 1 });
  const record = {
    m2: standing(low, aConfiguration('high', 2, { x: 2, y: 2 })),
    '': standing(low, aConfiguration('other', 3, { x: 3 })),
  };
  expect(writersIn(record)).toEqual(['high', 'low', 'other']);
  expect(notAppliedOf(layer([]), record)).toEqual([{ id: 'low', moduleId: 'm2', reason: 'outranked by high at x, y' }]);
  expect(outrankedOn(layer([]), record).configurations.map(({ id, moduleId, shows }) => [id, moduleId, shows])).toEqual(
    [
      ['low', '', true],
      ['low', 'm2', false],
    ],
  );
});

test('when deployments of modules do not apply, or are hidden in part, they are told by themselves', () => {
  const base = aDeployment({
    id: 'base',
    priority: 5,
    content: { $edgeAgent: { 'properties.desired': {} }, m: { 'properties.desired': { rate: 1, keep: 1 } } },
  });
  const fast = aDeployment({
    id: 'fast',
    priority: 9,
    content: { $edgeAgent: {}, m: { 'properties.desired.rate': 2 } },
  });
  const late = aDeployment({ id: 'late', priority: 5, content: { $edgeAgent: {} } });
  const effective = layer([base, fast, late]);
  expect(effective.notApplied).toEqual({ late: { reason: 'priority-not-above-base', base: 'base' } });
  expect(notAppliedOf(effective, {})).toEqual([{ id: 'late', moduleId: null, reason: 'priority not above base base' }]);
  expect(outrankedOn(effective, {}).deployments).toEqual([
    { id: 'base', moduleId: 'm', shows: true, paths: [{ path: ['rate'], by: 'fast' }] },
  ]);
});

test('when many places are outranked, the words name some and count the rest', () => {
  const many = Object.fromEntries(Array.from({ length: 7 }, (_, at) => [`p${at}`, 1]));
  const [low] = outrankedIn(
    standing(
      aConfiguration('low', 1, many),
      aConfiguration('mid', 2, { p0: 2, p2: 2 }),
      aConfiguration('high', 3, { ...many, p0: null }),
    ).writes,
  );
  expect(outrankedText(low?.paths ?? [])).toBe('outranked by high at p0, p1, p2, p3, p4, and at 2 more');
  expect(
    outrankedText([
      { path: [], by: 'x' as never },
      { path: ['a'], by: 'y' as never },
    ]),
  ).toBe('outranked by x at the whole section; by y at a');
});
