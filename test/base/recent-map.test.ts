// What was used last is kept, and no more than the limit.
import { describe, expect, it } from 'vitest';
import { createRecentMap } from '#base/recent-map.ts';

describe('createRecentMap', () => {
  it('when a key is asked for again, its value is not made again', () => {
    const map = createRecentMap<string, object>(2);
    const first = map.getOrMake('a', () => ({}));
    expect(map.getOrMake('a', () => ({}))).toBe(first);
  });

  it('when there are more than the limit, the one not used for longest goes', () => {
    const map = createRecentMap<string, number>(2);
    map.getOrMake('a', () => 1);
    map.getOrMake('b', () => 1);
    map.getOrMake('a', () => 2);
    map.getOrMake('c', () => 1);
    expect(['c', 'a', 'b'].map((key) => map.getOrMake(key, () => 3))).toEqual([1, 1, 3]);
  });

  it('when a value is undefined, it is kept like any other', () => {
    const map = createRecentMap<string, number | undefined>(2);
    map.getOrMake('a', () => undefined);
    expect(map.getOrMake('a', () => 1)).toBeUndefined();
  });

  it('when making fails, nothing is kept', () => {
    const map = createRecentMap<string, number>(2);
    expect(() =>
      map.getOrMake('a', () => {
        throw new Error('not now');
      }),
    ).toThrow('not now');
    expect(map.getOrMake('a', () => 1)).toBe(1);
  });
});
