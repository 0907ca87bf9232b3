// Etags as IoT Hub's clients see them: made, read back, and refused when they are none of ours.
import { describe, expect, it } from 'vitest';
import { etagOf, versionOf } from '#contract/etag.ts';

describe('etagOf', () => {
  it.each([
    [1, 'AAAAAAAAAAE='],
    [2, 'AAAAAAAAAAI='],
    [256, 'AAAAAAAAAQA='],
    [Number.MAX_SAFE_INTEGER, 'AB////////8='],
  ])('when the version is %d, it is %s and reads back', (version, etag) => {
    expect(etagOf(version)).toBe(etag);
    expect(versionOf(etag)).toBe(version);
  });
});

describe('versionOf', () => {
  it.each(['', '*', '"AAAAAAAAAAE="', 'AAAAAAAAAAE', 'AAAA', '//////////8=', 'AAAAAAAAAAé='])(
    'when the text is %j, it is no version of ours',
    (etag) => {
      expect(versionOf(etag)).toBeUndefined();
    },
  );
});
