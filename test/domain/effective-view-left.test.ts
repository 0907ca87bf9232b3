// What configurations left on a twin is told with who left it, and all rows come in one order.
import { expect, test } from 'vitest';
import type { DeploymentId } from '#base/ids.ts';
import type { Json } from '#base/json.ts';
import { standingInBook } from '#domain/layering/automatic-record.ts';
import type { StoredWrite } from '#domain/layering/automatic-writes.ts';
import { leftValues } from '#domain/layering/effective-view-automatic.ts';
import { compareRows } from '#domain/layering/effective-view.ts';

const written = (path: readonly string[], value: Json, isLeft = true): StoredWrite => ({
  path,
  value,
  configurationId: 'settings' as DeploymentId,
  onRemoval: 'leave',
  isLeft,
});
const left = (moduleId: string, path: readonly string[], value: Json) => ({
  moduleId,
  path,
  kind: 'left',
  value,
  writtenBy: 'settings',
  hidden: [],
  differs: false,
});

test('when a configuration left values, those that still stand as it wrote them are told with its name', () => {
  const stored = [written(['log'], { level: 'debug', days: 3 }), written(['rate'], 5), written(['live'], 1, false)];
  const twin = { log: { level: 'debug', days: 9 }, rate: 5, live: 1 };
  const standing = standingInBook(stored, twin);
  expect(standing.writes).toEqual([{ path: ['live'], writtenBy: 'settings', hidden: [], value: 1 }]);
  expect(leftValues('m', standing.left, twin)).toEqual([left('m', ['rate'], 5), left('m', ['log', 'level'], 'debug')]);
});

test('when what was left is no longer there, or is something else now, the row says so', () => {
  const { left: then } = standingInBook([written(['rate'], 5), written(['gone'], 1)], { rate: 5, gone: 1 });
  expect(leftValues('m', then, { rate: 7 })).toEqual([
    { ...left('m', ['gone'], 1), differs: true },
    { ...left('m', ['rate'], 5), differs: true, actual: 7 },
  ]);
});

test('when the store gives its rows back in another order, what stands is the same', () => {
  const stored = [written(['b'], 1), written(['a'], 1), written(['a', 'c'], 1, false), written(['z'], 1, false)];
  const twin = { a: 1, b: 1 };
  const standing = standingInBook(stored, twin);
  expect(standingInBook(stored.toReversed(), twin)).toEqual(standing);
  expect(standing.left.map(({ path }) => path)).toEqual([['a'], ['b']]);
  expect(standing.writes.map(({ path }) => path)).toEqual([['z'], ['a', 'c']]);
});

test('when rows are put in order, modules come by name, and their paths by part, the shorter first', () => {
  const stored = [written(['b'], 1), written(['a', 'c'], 1), written(['a', 'b'], 1)];
  const twin = { a: { b: 1, c: 1 }, b: 1 };
  const rows = ['web', 'camera'].flatMap((moduleId) => leftValues(moduleId, standingInBook(stored, twin).left, twin));
  const [shorter] = leftValues('web', standingInBook([written(['a'], 1)], { a: 1 }).left, { a: 1 });
  if (shorter === undefined) throw new Error('nothing was left');
  const names = [...rows, shorter].toSorted(compareRows).map(({ moduleId, path }) => `${moduleId} ${path.join('.')}`);
  expect(names).toEqual(['camera a.b', 'camera a.c', 'camera b', 'web a', 'web a.b', 'web a.c', 'web b']);
});
