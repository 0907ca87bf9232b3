// What people paste of the address that opens a page, in whatever piece of it their hand caught.
import { describe, expect, test } from 'vitest';
import { readAddress } from '#renderer/link/session.ts';

const token = 'vsRf73PAhSV6YQDHLbjy6BWV_4bNLh3RaH701buvRUo';
const origin = 'http://127.0.0.1:8080';

describe('readAddress', () => {
  test.each([
    [`${origin}/#token=${token}`, { token, origin }],
    [`  ${origin}#token=${token}\n`, { token, origin }],
    [`{"event":"ready","console":"${origin}/#token=${token}","https":"https://127.0.0.1:8443"}`, { token, origin }],
    [`http://[::1]:8080/#token=${token}`, { token, origin: 'http://[::1]:8080' }],
    [`#token=${token}`, { token, origin: null }],
    [`token=${token}`, { token, origin: null }],
    [token, { token, origin: null }],
  ])('when %s is pasted, it finds the token', (pasted, found) => {
    expect(readAddress(pasted)).toEqual(found);
  });

  test.each(['', '   ', origin, `${origin}/#/devices/press-3`, 'short', 'x'.repeat(200), 'two words that say nothing'])(
    'when %j is pasted, it finds none',
    (pasted) => {
      expect(readAddress(pasted)).toBeNull();
    },
  );
});
