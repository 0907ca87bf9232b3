// One laptop's images fetched by another, over TLS: our own registry as the source, its site CA trusted or not.
import { join } from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import type { Digest } from '#domain/manifests/image-digest.ts';
import { createSystemClock } from '#entry/system-clock.ts';
import { createHttp } from '#registry/fetch-http.ts';
import { createImageOperations } from '#registry/image-operations.ts';
import { LayoutMaker, openShelf, type ImageShelf } from '#test/support/image-shelf.ts';
import { openRegistrySite } from '#test/support/registry-site.ts';

let shelf: ImageShelf;
beforeEach(async () => {
  shelf = await openShelf();
});
afterEach(() => shelf.close());

test('when another site has an image, it comes with the service key and the trust in its CA, and not without', async () => {
  const site = await openRegistrySite();
  onTestFinished(() => site.stop());
  const layout = new LayoutMaker(join(shelf.home, 'layout'));
  const web = layout.image([2_000_000, 100]);
  layout.name(web, 'plant/web:1');
  const theirs = createImageOperations({ store: site.images, clock: createSystemClock(), http: createHttp() });
  await theirs.import({ path: layout.dir, actor: 'console', name: null, platforms: null });

  const fetchWith = (trusted: readonly string[], password: string) =>
    createImageOperations({
      store: shelf.images,
      clock: createSystemClock(),
      http: createHttp({ trusted }),
      random: () => 0,
    }).fetch({
      image: `${site.address}/docker.io/plant/web:1`,
      platforms: ['linux/amd64'],
      actor: 'console',
      credentials: [{ address: site.address, username: 'service', password }],
    });
  await expect(fetchWith([], site.serviceKey)).rejects.toThrow('is not trusted');
  await expect(fetchWith([site.caPem], 'another')).rejects.toThrow("to user 'service'");
  expect(shelf.images.manifests.repositories({ limit: 10 })).toEqual([]);

  const image = await fetchWith([site.caPem], site.serviceKey);
  expect(image.digest).toBe(web.digest);
  for (const { digest, bytes } of shelf.images.manifests.parts(web.digest as Digest))
    expect(shelf.images.blobs.sizeOf(digest)).toBe(bytes);
});
