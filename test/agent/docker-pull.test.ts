// What Docker tells during a pull: bytes of all layers added up, and failures that come with HTTP 200.
import { expect, test } from 'vitest';
import { createPullProgress } from '#agent/docker-pull.ts';

function read(...chunks: string[]) {
  const seen: string[] = [];
  const reader = createPullProgress(({ doneBytes, totalBytes }) => seen.push(`${doneBytes}/${totalBytes}`));
  for (const chunk of chunks) reader.read(chunk);
  return { seen, failure: reader.failure() };
}

const layer = (id: string, current: number, total: number): string =>
  `${JSON.stringify({ id, status: 'Downloading', progressDetail: { current, total } })}\n`;

test('when layers come in turn, their bytes add up', () => {
  expect(read(layer('a', 1, 10), layer('b', 5, 20), layer('a', 10, 10)).seen).toEqual(['1/10', '6/30', '15/30']);
});

test('when a line is cut in two, it is read once whole', () => {
  const line = layer('a', 3, 4);
  expect(read(line.slice(0, 9), line.slice(9)).seen).toEqual(['3/4']);
});

test('when a line is damaged, the next one still counts', () => {
  expect(read('{"id":\n', 'null\n', layer('a', 1, 2)).seen).toEqual(['1/2']);
});

test.each([
  ['{"error":"denied"}\n', 'denied'],
  ['{"errorDetail":{"message":"no space left"},"error":"x"}\n', 'no space left'],
])('when the engine tells %s, the pull has failed', (line, failure) => {
  expect(read(layer('a', 1, 2), line, layer('a', 2, 2)).failure).toBe(failure);
});
