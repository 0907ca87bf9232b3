// The rules of layering: the published cases in full, origins, and what must hold for any deployments.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import type { EdgeDeployment, ModulesContent } from '#domain/records/deployment.ts';
import { readModulesContent } from '#domain/deployments/deployment-content.ts';
import type { EffectiveConfiguration, ValueOrigin } from '#domain/layering/effective-configuration.ts';
import { layer, notAppliedText } from '#domain/layering/layering.ts';
import { aBase, aDeployment } from '#test/support/build-deployment.ts';
import published from '#test/fixtures/layering.json' with { type: 'json' };

function reasonsOf(effective: EffectiveConfiguration): Record<string, string> {
  return Object.fromEntries(Object.entries(effective.notApplied).map(([id, reason]) => [id, notAppliedText(reason)]));
}

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

describe('published cases', () => {
  const cases = published.cases.map((each) => ({
    name: each.name,
    expected: each.expect,
    deployments: each.deployments.map((given) =>
      aDeployment({
        id: given.id,
        priority: given.priority,
        createdAtMs: Date.parse(given.created),
        content: given.content.modulesContent as unknown as ModulesContent,
      }),
    ),
  }));

  test.each(cases)('when $name, it comes out as published', ({ deployments, expected }) => {
    const effective = layer(deployments);
    expect(effective.base).toBe(expected.base);
    expect(effective.applied).toEqual(expected.applied);
    expect(reasonsOf(effective)).toEqual(expected.notApplied);
    expect(plain(effective.modules)).toEqual(expected.modules);
  });

  test.each(cases)('when $name, its contents are acceptable', ({ deployments }) => {
    for (const { content } of deployments) expect(readModulesContent(content)).toEqual({ ok: true, value: content });
  });
});

/** `path ← writer (hidden …)`, one line a value, as a person would note it. */
function originLines(origins: readonly ValueOrigin[] | undefined): readonly string[] {
  return (origins ?? []).map(({ path, writtenBy, hidden }) => {
    const hides = hidden.length > 0 ? ` (hides ${hidden.join(', ')})` : '';
    return `${path.join('.') || '.'} ← ${writtenBy}${hides}`;
  });
}

function aLayer(id: string, priority: number, writes: JsonObject, module = 'm'): EdgeDeployment {
  return aDeployment({ id, priority, content: { $edgeAgent: {}, [module]: writes } });
}

describe('writes and origins', () => {
  interface Case {
    readonly title: string;
    readonly layers: readonly EdgeDeployment[];
    readonly value: unknown;
    readonly origins: readonly string[];
  }
  const cases: readonly Case[] = [
    {
      title: 'a layer writes what no one wrote, it hides no one',
      layers: [aLayer('one', 20, { 'properties.desired.a.b': 1 })],
      value: { a: { b: 1 } },
      origins: ['a.b ← one'],
    },
    {
      title: 'a path is written twice, the lower is hidden',
      layers: [aLayer('one', 20, { 'properties.desired.a': 1 }), aLayer('two', 30, { 'properties.desired.a': 2 })],
      value: { a: 2 },
      origins: ['a ← two (hides one)'],
    },
    {
      title: 'a parent is written over children, they are gone and hidden, lowest first',
      layers: [
        aLayer('one', 20, { 'properties.desired.a.b': 1 }),
        aLayer('two', 30, { 'properties.desired.a.c': 2 }),
        aLayer('three', 40, { 'properties.desired.a': { d: 3 } }),
      ],
      value: { a: { d: 3 } },
      origins: ['a ← three (hides one, two)'],
    },
    {
      title: 'a child is written into a parent, the rest of the parent stays with its writer',
      layers: [
        aLayer('one', 20, { 'properties.desired.a': { b: 1, c: 2 } }),
        aLayer('two', 30, { 'properties.desired.a.b': 9, 'properties.desired.a.d': 4 }),
      ],
      value: { a: { b: 9, c: 2, d: 4 } },
      origins: ['a ← one', 'a.b ← two (hides one)', 'a.d ← two'],
    },
    {
      title: 'something is written below a scalar, the scalar gives way',
      layers: [aLayer('one', 20, { 'properties.desired.a': 1 }), aLayer('two', 30, { 'properties.desired.a.b.c': 2 })],
      value: { a: { b: { c: 2 } } },
      origins: ['a.b.c ← two (hides one)'],
    },
    {
      title: 'something is written below an array, the array gives way',
      layers: [aLayer('one', 20, { 'properties.desired.a': [1] }), aLayer('two', 30, { 'properties.desired.a.b': 2 })],
      value: { a: { b: 2 } },
      origins: ['a.b ← two (hides one)'],
    },
    {
      title: 'null takes away, the path says by whom',
      layers: [
        aLayer('one', 20, { 'properties.desired': { a: { b: 1 }, c: 2 } }),
        aLayer('two', 30, { 'properties.desired.a': null }),
      ],
      value: { c: 2 },
      origins: ['. ← one', 'a ← two (hides one)'],
    },
    {
      title: 'null takes away what is not there, nothing happens',
      layers: [
        aLayer('one', 20, { 'properties.desired.a': 1 }),
        aLayer('two', 30, {
          'properties.desired.x.y': null,
          'properties.desired.a.b': null,
          'properties.desired.a': 1,
        }),
      ],
      value: { a: 1 },
      origins: ['a ← two (hides one)'],
    },
    {
      title: 'something is written back below what was taken away, both are hidden',
      layers: [
        aLayer('one', 20, { 'properties.desired.a': { b: 1 } }),
        aLayer('two', 30, { 'properties.desired.a': null }),
        aLayer('three', 40, { 'properties.desired.a.c': 3 }),
      ],
      value: { a: { c: 3 } },
      origins: ['a.c ← three (hides one, two)'],
    },
    {
      title: 'one deployment writes a section and a path of it, the longer path comes last and hides no one else',
      layers: [
        aLayer('one', 20, { 'properties.desired.a.b': 2, 'properties.desired.a': { b: 1 }, 'properties.desired': {} }),
      ],
      value: { a: { b: 2 } },
      origins: ['. ← one', 'a ← one', 'a.b ← one'],
    },
    {
      title: 'there are nulls inside a value, they are dropped',
      layers: [aLayer('one', 20, { 'properties.desired.a': { b: null, c: { d: null } } })],
      value: { a: { c: {} } },
      origins: ['a ← one'],
    },
    {
      title: 'a module is named without a write, its section is empty',
      layers: [aLayer('one', 20, {})],
      value: {},
      origins: [],
    },
    {
      title: 'a whole section is taken away by null, it is empty',
      layers: [aLayer('one', 20, { 'properties.desired.a': 1 }), aLayer('two', 30, { 'properties.desired': null })],
      value: {},
      origins: ['. ← two (hides one)'],
    },
  ];

  test.each(cases)('when $title', ({ layers, value, origins }) => {
    const effective = layer([aBase(), ...layers]);
    expect(plain(effective.modules['m'])).toEqual(value);
    expect(originLines(effective.origins['m'])).toEqual(origins);
  });

  test('when a module is named by no one, it is absent', () => {
    expect(Object.keys(layer([aBase()]).modules)).toEqual(['$edgeAgent']);
    expect(layer([])).toMatchObject({ base: null, applied: [], modules: {}, origins: {} });
  });
});

// Keys that meet each other often, and the ones that would reach a prototype if they could.
const segment = fc.constantFrom('a', 'b', 'modules', '__proto__', 'constructor', 'prototype', 'toString');
const value = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(null, true, 0, 'x', [1]),
    fc.array(fc.tuple(segment, tie('value')), { maxLength: 3 }).map((entries) => Object.fromEntries(entries)),
  ),
})).value;
const section = fc.array(fc.tuple(segment, value), { maxLength: 3 }).map((entries) => Object.fromEntries(entries));
const writes = fc
  .tuple(
    fc.array(fc.tuple(fc.array(segment, { minLength: 1, maxLength: 3 }), value), { maxLength: 4 }),
    fc.option(section),
  )
  .map(([paths, whole]) => {
    const keys = paths.map(([path, written]) => [`properties.desired.${path.join('.')}`, written]);
    return Object.fromEntries(whole === null ? keys : [...keys, ['properties.desired', whole]]) as JsonObject;
  });
const deployments = fc
  .array(
    fc.record({
      id: fc.constantFrom('d1', 'd2', 'd3', 'd4', '__proto__', 'constructor'),
      priority: fc.integer({ min: 1, max: 4 }),
      createdAtMs: fc.integer({ min: 1, max: 3 }),
      content: fc
        .dictionary(fc.constantFrom('$edgeHub', 'm', '__proto__'), writes)
        .chain((modules) =>
          writes.map((agent) => Object.assign(Object.create(null), modules, { $edgeAgent: agent }) as ModulesContent),
        ),
    }),
    { maxLength: 6 },
  )
  .map((records) => [...new Map(records.map((record) => [record.id, aDeployment(record)])).values()]);

describe('for any deployments', () => {
  test('when they arrive in another order, the result is the same', () => {
    const shuffled = deployments.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
    );
    fc.assert(
      fc.property(shuffled, ([all, mixed]) => {
        expect(JSON.stringify(layer(mixed))).toBe(JSON.stringify(layer(all)));
      }),
      { seed: 1, numRuns: 400 },
    );
  });

  test('when keys are hostile, no prototype is touched and nothing given is changed', () => {
    const before = Object.getOwnPropertyNames(Object.prototype).join();
    fc.assert(
      fc.property(deployments, (all) => {
        const given = JSON.stringify(all);
        const effective = layer(all);
        expect(JSON.stringify(all)).toBe(given);
        expect(Object.getOwnPropertyNames(Object.prototype).join()).toBe(before);
        for (const module of Object.keys(effective.modules)) {
          expect(Object.hasOwn(effective.origins, module)).toBe(true);
        }
      }),
      { seed: 2, numRuns: 400 },
    );
  });

  test('when a deployment matches, it is either applied or has its reason, never both', () => {
    fc.assert(
      fc.property(deployments, (all) => {
        const { applied, notApplied } = layer(all);
        expect([...applied, ...Object.keys(notApplied)].toSorted()).toEqual(all.map(({ id }) => id).toSorted());
      }),
      { seed: 3, numRuns: 200 },
    );
  });

  test('when a value is there, the deployment its origin names wrote it; when none is, it was taken away', () => {
    fc.assert(
      fc.property(deployments, (all) => {
        const { modules, origins } = layer(all);
        for (const [module, desired] of Object.entries(modules)) {
          for (const leaf of leavesOf(desired)) {
            const origin = (origins[module] ?? [])
              .filter(({ path }) => path.every((part, index) => part === leaf.path[index]))
              .toSorted((left, right) => right.path.length - left.path.length)[0];
            const writer = all.find(({ id }) => id === origin?.writtenBy);
            expect(writtenAt(writer, module, origin?.path ?? [], leaf.path)).toEqual(leaf.value);
          }
        }
      }),
      { seed: 4, numRuns: 600 },
    );
  });
});

interface Leaf {
  readonly path: readonly string[];
  readonly value: unknown;
}

function leavesOf(node: unknown, path: readonly string[] = []): readonly Leaf[] {
  if (typeof node !== 'object' || node === null || Array.isArray(node)) return [{ path, value: node }];
  return Object.entries(node).flatMap(([key, child]) => leavesOf(child, [...path, key]));
}

/** What a deployment's content itself says stands at `path`, by its write at `origin`. */
function writtenAt(
  deployment: EdgeDeployment | undefined,
  module: string,
  origin: readonly string[],
  path: readonly string[],
): unknown {
  const key = ['properties.desired', ...origin].join('.');
  let found: unknown = deployment?.content[module]?.[key];
  for (const part of path.slice(origin.length)) {
    const holds = typeof found === 'object' && found !== null && Object.hasOwn(found, part);
    found = holds ? (found as Record<string, unknown>)[part] : undefined;
  }
  return found;
}
