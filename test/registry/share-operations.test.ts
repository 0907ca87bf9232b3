// What pulls share, as a person sets it: kept, journaled, in force at once; nonsense changes nothing.
import { expect, test } from 'vitest';
import { usualShareTerms } from '#contract/image-shares.ts';
import { createShareOperations, shareTermsIn } from '#registry/share-operations.ts';
import { aMemoryStore } from '#test/support/test-store.ts';
import { aShareSite, settled } from '#test/support/share-site.ts';

test('when a person sets terms, they hold at once and after a restart, and those not named stay', async () => {
  const store = aMemoryStore();
  const site = aShareSite({ ...shareTermsIn(store.read), pullsAtOnce: 1 });
  const operations = createShareOperations({ store, gate: site.gate });
  const [, second] = [site.ask('pump'), site.ask('oven')];
  await settled();
  expect(second.got()).toBeNull();
  const view = await operations.setImageShares({ pullsAtOnce: 3, siblings: 'on' });
  expect(view.terms).toEqual({ pullsAtOnce: 3, bytesPerSecond: null, siblings: 'on' });
  await settled();
  expect(second.got()?.kind).toBe('stream');
  await operations.setImageShares({ bytesPerSecond: 1_000_000 });
  expect(shareTermsIn(store.read)).toEqual({ pullsAtOnce: 3, bytesPerSecond: 1_000_000, siblings: 'on' });
  expect(store.read.journal.list({ limit: 10 }).map(({ kind, detail }) => ({ kind, detail }))).toEqual([
    { kind: 'image-shares-changed', detail: { pullsAtOnce: 3, siblings: 'on' } },
    { kind: 'image-shares-changed', detail: { bytesPerSecond: 1_000_000 } },
  ]);
});

test('when the terms are what they were, nothing is journaled', async () => {
  const store = aMemoryStore();
  const operations = createShareOperations({ store, gate: aShareSite().gate });
  await operations.setImageShares({ pullsAtOnce: usualShareTerms.pullsAtOnce });
  expect(store.read.journal.list({ limit: 10 })).toEqual([]);
});

test.each([
  { given: { pullsAtOnce: 0 }, names: 'pullsAtOnce' },
  { given: { pullsAtOnce: 2.5 }, names: 'pullsAtOnce' },
  { given: { bytesPerSecond: 1_000 }, names: 'bytesPerSecond' },
  { given: { siblings: 'maybe' }, names: 'siblings' },
  { given: { slots: 4 }, names: 'slots' },
])('when $given is set, it is refused by name and nothing changes', async ({ given, names }) => {
  const store = aMemoryStore();
  const operations = createShareOperations({ store, gate: aShareSite().gate });
  await expect(operations.setImageShares(given as never)).rejects.toMatchObject({
    code: 'request.invalid',
    message: expect.stringContaining(names) as string,
  });
  expect(shareTermsIn(store.read)).toEqual(usualShareTerms);
});

test('when a setting is not understood, the usual terms hold', () => {
  const store = aMemoryStore();
  store.change((write) => write.settings.set('image-shares', { pullsAtOnce: 'many' }));
  expect(shareTermsIn(store.read)).toEqual(usualShareTerms);
  store.change((write) => write.settings.set('image-shares', { bytesPerSecond: 50_000, later: true }));
  expect(shareTermsIn(store.read)).toEqual({ ...usualShareTerms, bytesPerSecond: 50_000 });
});

test('when somebody looks, it is told who is sent to, who waits, and at which rate', async () => {
  const site = aShareSite({ pullsAtOnce: 1 });
  site.ask('pump', { bytes: 500_000 });
  site.clock.advance(2_000);
  site.ask('oven');
  const view = await createShareOperations({ store: aMemoryStore(), gate: site.gate }).imageShares();
  expect(view).toMatchObject({
    sending: 1,
    waiting: 1,
    bytesPerSecond: 0,
    pulls: [
      { deviceId: 'pump', state: 'sending', sinceMs: 0, sentBytes: 0, totalBytes: 500_000 },
      { deviceId: 'oven', state: 'waiting', sinceMs: 2_000 },
    ],
  });
});
