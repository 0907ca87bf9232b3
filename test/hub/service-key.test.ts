// The service key: kept from start to start until somebody asks for a new one.
import { expect, it } from 'vitest';
import { openServiceKey, rotateServiceKey } from '#hub/site/service-key.ts';
import { aStoreIn, aTemporaryFolder } from '#test/support/test-store.ts';

it('when the key is rotated, the new one is kept, the old one is gone, and the journal says so', () => {
  const dir = aTemporaryFolder();
  const store = aStoreIn(dir);
  const old = openServiceKey(store);
  expect(openServiceKey(store)).toBe(old);
  const key = rotateServiceKey(store);
  expect(key).not.toBe(old);
  expect(Buffer.from(key, 'base64')).toHaveLength(Buffer.from(old, 'base64').length);
  expect(store.read.journal.list({ limit: 10 })).toMatchObject([{ kind: 'service-key-rotated', actor: 'console' }]);
  // Not the key itself, which would stay in the journal for ever.
  expect(JSON.stringify(store.read.journal.list({ limit: 10 }))).not.toContain(key);
  store.close();
  expect(openServiceKey(aStoreIn(dir))).toBe(key);
});
