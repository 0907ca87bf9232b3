// What devices say of themselves at the hub's door: by their own proof, in bounds, and only where they are heard from.
import { fastify } from 'fastify';
import { expect, test } from 'vitest';
import { refused } from '#base/errors.ts';
import type { DeviceId } from '#base/ids.ts';
import { siblingsPath, siblingTerms } from '#contract/sibling-announcement.ts';
import { openSiteShares } from '#registry/site-shares.ts';
import { createFakeClock } from '#test/support/fake-clock.ts';
import { aDigest, aFingerprint } from '#test/support/share-site.ts';
import { aMemoryStore } from '#test/support/test-store.ts';

const listens = { port: 4_000, fingerprint: aFingerprint('pump') };

async function aHub(siblings: 'off' | 'on' = 'on') {
  const clock = createFakeClock();
  const store = aMemoryStore(clock);
  const shares = openSiteShares({ store, clock });
  await shares.operations.setImageShares({ siblings });
  const app = fastify();
  await app.register(
    shares.routes(({ headers }) => {
      const { authorization = '' } = headers;
      if (authorization === '') throw refused('auth.refused', 'Who asks?');
      return authorization === 'service' ? null : (authorization as DeviceId);
    }),
  );
  const tell = (who: string, payload: unknown, remoteAddress = '10.0.0.7') =>
    app.inject({
      method: 'POST',
      url: siblingsPath,
      remoteAddress,
      headers: { 'content-type': 'application/json', ...(who === '' ? {} : { authorization: who }) },
      payload: JSON.stringify(payload),
    });
  return { clock, store, tell, named: async () => (await shares.operations.imageShares()).siblings };
}

test('when a device tells what it holds, it is named where it is heard from, and learns what it needs', async () => {
  const { clock, tell, named } = await aHub();
  clock.advance(1_234);
  const answer = await tell('pump', { listens, holds: [aDigest()] }, '::ffff:10.0.0.9');
  expect(answer.statusCode).toBe(200);
  expect(siblingTerms.parse(answer.json())).toMatchObject({ siblings: 'on', hubMs: 1_234, renewWithinMs: 600_000 });
  expect(await named()).toMatchObject([{ deviceId: 'pump', address: '10.0.0.9:4000', holds: 1, passedOverFor: null }]);
});

test('when the site does not want it, a device is told so and named to nobody', async () => {
  const { tell, named } = await aHub('off');
  expect((await tell('pump', { listens, holds: [aDigest()] })).json()).toMatchObject({ siblings: 'off' });
  expect(await named()).toEqual([]);
});

test('when a device listens no more, it is named no more', async () => {
  const { tell, named } = await aHub();
  await tell('pump', { listens, holds: [aDigest()] });
  await tell('pump', { listens: null, holds: [aDigest()] });
  expect(await named()).toEqual([]);
});

test.each([
  { kind: 'device-disconnected', moduleId: '$edgeAgent', isNamed: false },
  { kind: 'device-disconnected', moduleId: '$edgeHub', isNamed: true },
  { kind: 'device-deleted', moduleId: null, isNamed: false },
] as const)('when the journal says $kind of $moduleId, it is named: $isNamed', async ({ kind, moduleId, isNamed }) => {
  const { store, tell, named } = await aHub();
  await tell('pump', { listens, holds: [aDigest()] });
  const entry = { kind, actor: 'hub', deviceId: 'pump' as DeviceId, moduleId: moduleId as never } as const;
  store.change((write) => write.journal.append(entry));
  expect((await named()).length > 0).toBe(isNamed);
});

test.each([
  { what: 'nobody', who: '', payload: {}, status: 401 },
  { what: 'a person', who: 'service', payload: { listens, holds: [] }, status: 403 },
  { what: 'a list', who: 'pump', payload: [], status: 400 },
  { what: 'no list of digests', who: 'pump', payload: { listens, holds: ['sha256:abc'] }, status: 400 },
  { what: 'a port that is none', who: 'pump', payload: { listens: { ...listens, port: 0 }, holds: [] }, status: 400 },
  {
    what: 'a bad fingerprint',
    who: 'pump',
    payload: { listens: { ...listens, fingerprint: 'A' }, holds: [] },
    status: 400,
  },
  {
    what: 'too many',
    who: 'pump',
    payload: { listens, holds: Array.from({ length: 1_001 }, () => aDigest()) },
    status: 400,
  },
  { what: 'far too much', who: 'pump', payload: { listens, holds: [], more: 'x'.repeat(200_000) }, status: 413 },
])('when $what comes, it is refused and nothing changes', async ({ who, payload, status }) => {
  const { tell, named } = await aHub();
  const answer = await tell(who, payload);
  expect(answer.statusCode).toBe(status);
  expect(answer.json()).toHaveProperty('message');
  expect(await named()).toEqual([]);
});
