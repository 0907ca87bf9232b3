// Keys of rows that change all the time: the same list as long as they are the same keys.
import { expect, test } from 'vitest';
import { createSteady } from '#renderer/tables/steady-keys.ts';

test('when rows change and their keys do not, the list is the very one before; another key, order or number is another', () => {
  const steady = createSteady();
  const first = steady(['a', 'b']);
  expect(steady(['a', 'b'])).toBe(first);
  for (const keys of [['b', 'a'], ['a'], ['a', 'c'], []]) {
    expect(steady(keys)).toBe(keys);
    expect(steady([...keys])).toBe(keys);
  }
});
