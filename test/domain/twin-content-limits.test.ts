// What no twin could take, in the content of a deployment or configuration: refused before any device is asked to hold it.
import { describe, expect, it } from 'vitest';
import { readTwinContent } from '#domain/deployments/automatic-configuration-content.ts';
import { readModulesContent } from '#domain/deployments/deployment-content.ts';
import { problemText } from '#domain/values/problem-text.ts';
import type { Json } from '#base/json.ts';

const path = (levels: number): string => `properties.desired${'.a'.repeat(levels)}`;
const many = (count: number, value: Json) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`properties.desired.k${index}`, value]));
const deviceProblems = (content: unknown): readonly string[] => {
  const read = readTwinContent('deviceContent', content);
  return read.ok ? [] : read.problems.map(problemText);
};
const moduleProblems = (content: Json): readonly string[] => {
  const read = readModulesContent({ $edgeAgent: {}, m: content });
  return read.ok ? [] : read.problems.map(problemText);
};

describe.each([
  ['a configuration', 'deviceContent', deviceProblems],
  ['a module of a deployment', 'modulesContent.m', moduleProblems],
])('%s', (_, at, problemsOf) => {
  it('when a path is as deep as a twin, it is taken, and refused one level deeper', () => {
    expect(problemsOf({ [path(11)]: 1 })).toEqual([]);
    expect(problemsOf({ [path(12)]: 1 })).toEqual([
      `${at}["${path(12)}"]: a twin nests at most 10 levels deep, this path has 12: shorten it.`,
    ]);
  });

  it('when a path never ends, it is refused without being walked', () => {
    expect(problemsOf({ [path(400_000)]: 1 })).toEqual([
      expect.stringMatching(/: it holds \d+ bytes of keys and values, and a twin takes 32768: split it/),
    ]);
  });

  it('when its paths fill a twin only together, it is refused', () => {
    expect(problemsOf(many(8, 'x'.repeat(4000)))).toEqual([]);
    expect(problemsOf(many(9, 'x'.repeat(4000)))).toEqual([
      `${at}: it would hold 36018 bytes of keys and values, 3250 more than the 32768 allowed: remove what is not needed.`,
    ]);
    const array = { 'properties.desired.a': Array.from({ length: 9 }, () => 'x'.repeat(4000)) };
    expect(problemsOf(array)).toEqual([expect.stringMatching(/it would hold 36001 bytes/)]);
  });

  it('when a longer path replaces what a shorter one wrote, only what stands in the end counts', () => {
    const text = Array.from({ length: 8 }, () => 'x'.repeat(4000));
    const twice = { 'properties.desired.a.b': text, 'properties.desired.a': { b: text, gone: null } };
    expect(problemsOf(twice)).toEqual([]);
  });

  it('when it writes more paths than are read, it is told once', () => {
    expect(problemsOf(many(1000, 1))).toEqual([]);
    expect(problemsOf(many(1001, 1))).toEqual([
      `${at}: it writes 1001 paths, at most 1000 are read: write objects to shorter paths.`,
    ]);
  });

  it('when every path is wrong, a hundred are told', () => {
    const wrong = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`tags.k${index}`, 1]));
    expect(problemsOf(wrong)).toHaveLength(100);
  });
});
