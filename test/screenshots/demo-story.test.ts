// What the pictures tell: of a layer that many devices get, and of a next version that differs from it.
import { expect, test } from 'vitest';
import { mostLayered, widestLayer, withOneNumberChanged } from './demo-story.ts';

const row = (id: string, type: string, targetedCount: number) => ({ id, type, targetedCount });

test.each([
  ['the layer of most devices', [row('base', 'base', 12), row('few', 'layer', 2), row('many', 'layer', 6)], 'many'],
  ['the first, where there is no layer', [row('a', 'base', 1), row('b', 'base', 9)], 'a'],
])('when a deployment is chosen for the pictures, it is %s', (_what, rows, id) => {
  expect(widestLayer(rows)?.id).toBe(id);
});

test('when layers are to be seen, it is the device on which most deployments lie', () => {
  const rows = [['a'], ['a', 'b', 'c'], ['a', 'b']].map((applied) => ({ applied }));
  expect(mostLayered(rows)).toBe(rows[1]);
});

test('when a next version is made, one value of it differs', () => {
  const content = { $edgeAgent: { image: 'a:1' }, sensor: { every: [{ seconds: 5 }], alarm: 80 } };
  expect(withOneNumberChanged(content)).toEqual({
    $edgeAgent: { image: 'a:1' },
    sensor: { every: [{ seconds: 10 }], alarm: 80 },
  });
});
