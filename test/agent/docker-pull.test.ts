// What Docker tells during a pull: the bytes of each layer that is fetched, and failures that come with HTTP 200.
import { expect, test } from 'vitest';
import { createPullProgress } from '#agent/docker-pull.ts';

function read(...chunks: string[]) {
  const seen: string[] = [];
  const reader = createPullProgress(({ layer, doneBytes, totalBytes, unpacked }) =>
    seen.push(`${layer} ${doneBytes}/${totalBytes ?? '?'}${unpacked === undefined ? '' : ` unpacked ${unpacked}`}`),
  );
  for (const chunk of chunks) reader.read(chunk);
  return { seen, failure: reader.failure() };
}

const line = (status: string, progressDetail: object = {}): string =>
  `${JSON.stringify({ id: 'a', status, progressDetail })}\n`;
const layer = (id: string, current: number, total: number): string =>
  `${JSON.stringify({ id, status: 'Downloading', progressDetail: { current, total } })}\n`;

// As dockerd 20.10 tells them, and newer ones with containerd's store of images.
test.each([
  ['is announced', line('Pulling fs layer'), ['a 0/?']],
  ['waits for others', line('Waiting'), ['a 0/?']],
  ['comes', line('Downloading', { current: 3, total: 9 }), ['a 3/9']],
  ['comes without a length', line('Downloading', { current: 3 }), ['a 3/?']],
  ['comes with a length that is none', line('Downloading', { current: 3, total: -1 }), ['a 3/?']],
  ['is unpacked, its download never told', line('Extracting', { current: 1, total: 9 }), ['a 9/9 unpacked 1']],
  ['is unpacked, by the second', line('Extracting', { current: 1, total: 9, units: 's' }), ['a 0/? unpacked 1']],
  ['is unpacked for longer than any is', line('Extracting', { current: 9999, units: 's' }), ['a 0/? unpacked 3600']],
  ['has been unpacked', line('Pull complete'), ['a 0/? unpacked 1']],
  ['is there already', line('Already exists'), ['a 0/0']],
  ['is checked', line('Verifying Checksum'), []],
])('when a layer %s, it is told so', (_title, text, seen) => {
  expect(read(text).seen).toEqual(seen);
});

test('when a line is of no layer, it tells nothing of one', () => {
  expect(read('{"status":"Digest: sha256:1"}\n{"status":"Pulling from web","id":"2"}\n').seen).toEqual([]);
});

test('when a line is cut in two, it is read once whole', () => {
  const text = layer('a', 3, 4);
  expect(read(text.slice(0, 9), text.slice(9)).seen).toEqual(['a 3/4']);
});

test('when a line is damaged, the next one still counts', () => {
  expect(read('{"id":\n', 'null\n', layer('a', 1, 2)).seen).toEqual(['a 1/2']);
});

test.each([
  ['{"error":"denied"}\n', 'denied'],
  ['{"errorDetail":{"message":"no space left"},"error":"x"}\n', 'no space left'],
])('when the engine tells %s, the pull has failed', (text, failure) => {
  expect(read(layer('a', 1, 2), text, layer('a', 2, 2)).failure).toBe(failure);
});
