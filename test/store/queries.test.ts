// Conditions over JSON in SQLite against the domain's own reading of them, value by value and key by key.
import { describe, expect, it } from 'vitest';
import type { DeviceId } from '#base/ids.ts';
import type { Json, JsonObject } from '#base/json.ts';
import type { Comparison, Expression, ExpressionPath, LiteralValue } from '#domain/conditions/expression-ast.ts';
import { compileTest } from '#domain/conditions/expression-compile.ts';
import { readerOfTwin } from '#domain/queries/twin-query-evaluate.ts';
import { planQuery } from '#store/query-plan.ts';
import type { Store } from '#store/store-types.ts';
import { aMemoryStore, aStoredDevice, aStoredTwin } from '#test/support/test-store.ts';

const here: ExpressionPath = { root: 'tags', segments: ['a'] };
const there: ExpressionPath = { root: 'tags', segments: ['b'] };
const texts = ['', 'a', 'b', 'ab', '"', '\\', '\n', 'n', 'n"', '50', 'true', 'null', '[', '{}', '/', 'é'];
const high = ['\ud7ff', '\ue000', '\uffff', '😀', 'a😀', 'a\ue000', '\u{10ffff}'];
const scalars: readonly LiteralValue[] = [
  ...texts,
  ...high,
  0,
  -0,
  1,
  -1,
  50,
  0.1,
  1e21,
  5e-324,
  2 ** 53,
  true,
  false,
  null,
];
const stored: readonly (Json | undefined)[] = [
  ...scalars,
  undefined,
  '\u0000',
  'a\u0000b',
  '\ud83d',
  'a\ude00',
  {},
  { a: 1 },
  [],
  ['a'],
];
const comparisons: readonly Comparison[] = ['=', '!=', '<', '<=', '>', '>='];

/** One device a value: `tags.a` holds it, `tags.b` the one behind it. */
function aStoreOfValues(): { readonly store: Store; readonly tags: readonly JsonObject[] } {
  const store = aMemoryStore();
  const tags = stored.map((value, index) => {
    const next = stored[(index * 7 + 3) % stored.length];
    return { ...(value !== undefined && { a: value }), ...(next !== undefined && { b: next }) };
  });
  store.change((write) => {
    for (const [index, each] of tags.entries()) {
      const deviceId = deviceAt(index);
      write.devices.insert(aStoredDevice({ deviceId }));
      write.twins.insert(aStoredTwin({ deviceId, tags: each }));
    }
  });
  return { store, tags };
}

const deviceAt = (index: number): DeviceId => `d${String(index).padStart(4, '0')}` as DeviceId;

const path = (of: ExpressionPath): Expression => ({ kind: 'path', path: of });
const literal = (value: LiteralValue): Expression => ({ kind: 'literal', value });

/** What SQLite must answer by itself. */
const native: readonly Expression[] = [
  path(here),
  { kind: 'is-defined', path: here },
  ...comparisons.flatMap((comparison) =>
    scalars
      .filter(
        (value) => typeof value !== 'string' || !/[\ud800-\uffff]/.test(value) || /=/.test(comparison.slice(0, 1)),
      )
      .flatMap((value): Expression[] => [
        { kind: 'compare', comparison, left: path(here), right: literal(value) },
        { kind: 'compare', comparison, left: literal(value), right: path(here) },
      ]),
  ),
  ...(['=', '!='] as const).map((comparison): Expression => {
    return { kind: 'compare', comparison, left: path(here), right: path(there) };
  }),
  ...[[null], ['a', null], ['a', 50, true], [...texts, ...high], [0.1, 1e21, 5e-324]].flatMap((values) =>
    [false, true].map((negated): Expression => ({ kind: 'in', negated, subject: path(here), values })),
  ),
  ...(['STARTSWITH', 'CONTAINS'] as const).flatMap((test) =>
    [...texts, ...high].map((text): Expression => ({ kind: 'text-test', test, subject: path(here), text })),
  ),
  { kind: 'compare', comparison: '<', left: literal(1), right: literal(2) },
  { kind: 'undefined' },
];

/** What is asked of the rows instead. */
const inMemory: readonly Expression[] = [
  ...comparisons.map((comparison): Expression => {
    return { kind: 'compare', comparison, left: path(here), right: literal('a\ue000') };
  }),
  ...comparisons.slice(2).map((comparison): Expression => {
    return { kind: 'compare', comparison, left: path(here), right: path(there) };
  }),
  ...texts.map((text): Expression => ({ kind: 'text-test', test: 'ENDSWITH', subject: path(here), text })),
  { kind: 'text-test', test: 'CONTAINS', subject: path(here), text: '\ud83d' },
  { kind: 'array-contains', path: here, value: 'a' },
  { kind: 'compare', comparison: '=', left: { kind: 'negate', operand: path(here) }, right: literal(-50) },
];

const sides = (expression: Expression): readonly Expression[] => [
  expression,
  { kind: 'not', operand: expression },
  { kind: 'not', operand: { kind: 'not', operand: expression } },
  { kind: 'or', operands: [expression, { kind: 'compare', comparison: '=', left: path(there), right: literal('a') }] },
  { kind: 'not', operand: { kind: 'and', operands: [{ kind: 'is-defined', path: there }, expression] } },
];

describe('conditions', () => {
  it('when a condition is put to SQLite, it is true of exactly the twins of which the domain says so', () => {
    const { store, tags } = aStoreOfValues();
    for (const where of [...native, ...inMemory].flatMap(sides)) {
      const test = compileTest(where, readerOfTwin);
      const meant = tags.flatMap((each, index) => (test({ tags: each }) === true ? [deviceAt(index)] : []));
      const found = store.read.queries.open({ from: 'devices', where, paths: [] }).next(null, 1000).rows;
      expect({ where, found: found.map(([deviceId]) => deviceId) }).toEqual({ where, found: meant });
    }
  });

  it('when SQLite can answer a condition, nothing of it is left to be asked of the rows', () => {
    for (const where of native.flatMap(sides)) expect(planOf(where).rest).toEqual([]);
    for (const where of inMemory.slice(2)) expect(planOf(where).rest).toEqual([where]);
  });

  it('when only a part of an AND is for SQLite, the rest alone is asked of the rows', () => {
    const [native, other]: Expression[] = [
      { kind: 'is-defined', path: here },
      { kind: 'array-contains', path: there, value: 1 },
    ];
    if (native === undefined || other === undefined) throw new Error('two conditions');
    const plan = planOf({ kind: 'and', operands: [native, { kind: 'and', operands: [other, native] }] });
    expect(plan.rest).toEqual([other]);
    expect(plan.paths).toEqual([there]);
  });

  it('when a chain is as long as a query can be, SQLite takes it', () => {
    const { store } = aStoreOfValues();
    const operands = Array.from({ length: 1600 }, (_, index): Expression => {
      return { kind: 'compare', comparison: '=', left: path(here), right: literal(index) };
    });
    const { rows } = store.read.queries
      .open({ from: 'devices', where: { kind: 'or', operands }, paths: [] })
      .next(null, 100);
    expect(rows.length).toBe(
      stored.filter((value) => typeof value === 'number' && value >= 0 && value < 1600 && value % 1 === 0).length,
    );
  });
});

const oddKeys = [
  '"',
  "'",
  '\\',
  '\\"',
  '.',
  '$',
  '$.a',
  '[0]',
  '#',
  '__proto__',
  'constructor',
  '',
  'é',
  '😀',
  '\ud800',
  '\n',
];

describe('paths', () => {
  it.each([...oddKeys, 'a"b', "'; DROP TABLE twins; --", '?'])(
    'when a key is %j, its value and no other is read',
    (key) => {
      const store = aMemoryStore();
      const tags = Object.create(null) as Record<string, Json>;
      for (const other of oddKeys) tags[other] = 'other';
      tags[key] = Object.assign(Object.create(null) as Record<string, Json>, { [key]: 'mine' });
      store.change((write) => {
        write.devices.insert(aStoredDevice());
        write.twins.insert(aStoredTwin({ tags }));
      });
      const at: ExpressionPath = { root: 'tags', segments: [key, key] };
      const where: Expression = { kind: 'compare', comparison: '=', left: path(at), right: literal('mine') };
      const walk = store.read.queries.open({ from: 'devices', where, paths: [at] });
      expect(walk.next(null, 10).rows.map(walk.readerOf(at))).toEqual(['mine']);
      const elsewhere: ExpressionPath = { root: 'tags', segments: [key, key, key] };
      const none = store.read.queries.open({
        from: 'devices',
        where: { kind: 'is-defined', path: elsewhere },
        paths: [],
      });
      expect(none.next(null, 10).rows).toEqual([]);
    },
  );

  it('when more shapes are asked for than are kept prepared, the first is prepared anew', () => {
    const { store } = aStoreOfValues();
    const found = (segments: readonly string[]): number => {
      const where: Expression = { kind: 'is-defined', path: { root: 'tags', segments } };
      const paths = segments.map((_, index) => ({ root: 'reported', segments: segments.slice(0, index) }));
      return store.read.queries.open({ from: 'devices', where, paths }).next(null, 1000).rows.length;
    };
    const shapes = Array.from({ length: 40 }, (_, length) => ['a', ...Array.from({ length }, () => 'b')]);
    const first = shapes.map(found);
    expect(first[0]).toBe(stored.length - 1);
    expect(shapes.map(found)).toEqual(first);
  });

  it('when a path leads into an array or to what no twin has, there is nothing', () => {
    const store = aMemoryStore();
    store.change((write) => {
      write.devices.insert(aStoredDevice());
      write.twins.insert(aStoredTwin({ tags: { a: ['x'] } }));
    });
    const inArray = ['0', '[0]', 'length'].map((segment) => ({ root: 'tags', segments: ['a', segment] }));
    const nowhere: readonly ExpressionPath[] = [
      ...inArray,
      { root: 'desired', segments: ['$version', 'a'] },
      { root: 'configurations', segments: ['a', 'id'] },
      { root: 'configurations', segments: [] },
      { root: 'constructor', segments: [] },
    ];
    for (const at of nowhere) {
      const walk = store.read.queries.open({ from: 'devices', where: null, paths: [at] });
      expect(walk.next(null, 10).rows.map(walk.readerOf(at))).toEqual([undefined]);
    }
  });
});

function planOf(where: Expression) {
  return planQuery({ from: 'devices', where, paths: [] });
}
