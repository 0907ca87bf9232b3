// What a device may look at while it is asked about it, and no longer.
import { expect, test } from 'vitest';
import type { DeviceId } from '#base/ids.ts';
import { createAskedImages } from '#hub/rollouts/asked-images.ts';

const [d1, d2] = ['d1' as DeviceId, 'd2' as DeviceId];

test('when two questions are open, each opens its own images until its own answer, failed ones too', async () => {
  const asked = createAskedImages();
  const [first, second] = [Promise.withResolvers<string>(), Promise.withResolvers<string>()];
  const one = asked.during(d1, ['web:1', 'db:1'], () => first.promise);
  const two = asked.during(d1, ['web:1'], () => second.promise);
  expect(asked.of(d1)).toEqual(['web:1', 'db:1', 'web:1']);
  expect(asked.of(d2)).toEqual([]);
  first.resolve('go');
  expect(await one).toBe('go');
  expect(asked.of(d1)).toEqual(['web:1']);
  second.reject(new Error('gone'));
  await expect(two).rejects.toThrow('gone');
  expect(asked.of(d1)).toEqual([]);
});
