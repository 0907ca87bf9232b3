// Fetches from Debian's registry, open, with passwords and with tokens: filled by skopeo, compared byte for byte.
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { Digest } from '#domain/manifests/image-digest.ts';
import { parseImageName, type ImageName } from '#domain/manifests/image-name.ts';
import { createSystemClock } from '#entry/system-clock.ts';
import { createHttp } from '#registry/fetch-http.ts';
import { fetchImage } from '#registry/fetch-image.ts';
import { openRegistry } from '#registry/fetch-registry.ts';
import { LayoutMaker, openShelf, type ImageShelf } from '#test/support/image-shelf.ts';
import { startLoopbackRegistry, whyNoRegistry } from '#test/support/loopback-registry.ts';
import { startTokenServer } from '#test/support/token-server.ts';

let shelf: ImageShelf;
beforeEach(async () => {
  shelf = await openShelf();
});
afterEach(() => shelf.close());

const patience = { clock: createSystemClock(), random: () => 0 };
const credential = { username: 'ann', password: 's3cret' };

function nameOf(text: string): ImageName {
  const name = parseImageName(text);
  if (!name.ok) throw new Error(text);
  return name.value;
}

async function fetched(
  image: string,
  { user = null as typeof credential | null, platforms = null as string[] | null } = {},
) {
  const name = nameOf(image);
  const client = await openRegistry(createHttp(), name, user);
  return fetchImage({ store: shelf.images, client, patience }, { name, platforms, actor: 'console' });
}

/** As a build server would; meanwhile a token server of this process has to answer. */
async function push(layout: LayoutMaker, name: string, image: string, ...options: readonly string[]): Promise<void> {
  const from = `oci:${layout.dir}:${name}`;
  await promisify(execFile)('skopeo', [
    'copy',
    '-q',
    '--all',
    '--preserve-digests',
    '--dest-tls-verify=false',
    ...options,
    from,
    `docker://${image}`,
  ]);
}

async function expectSame(layout: LayoutMaker, digest: string): Promise<void> {
  const parts = shelf.images.manifests.parts(digest as Digest);
  expect(parts.length).toBeGreaterThan(1);
  for (const part of parts) {
    const content = await (await shelf.images.blobs.open(part.digest)).toArray();
    expect(Buffer.concat(content as Buffer[]).equals(readFileSync(layout.pathOf(part.digest)))).toBe(true);
  }
}

async function begin(auth?: object) {
  const registry = await startLoopbackRegistry(auth === undefined ? {} : { auth });
  onTestFinished(() => registry.stop());
  const layout = new LayoutMaker(join(shelf.home, 'layout'));
  return { address: registry.address, layout };
}

describe.skipIf(whyNoRegistry !== null)('from a real registry', () => {
  test('when it asks for nothing, the image comes with the digests it has there', async () => {
    const { address, layout } = await begin();
    const web = layout.image([300_000, 20_000, 5]);
    await push(layout.name(web, 'web'), 'web', `${address}/plant/web:1`);
    const image = await fetched(`${address}/plant/web:1`);
    expect(image).toMatchObject({ digest: web.digest, platforms: ['linux/amd64'], warnings: [] });
    await expectSame(layout, web.digest);
    expect(shelf.images.manifests.get(`${address.replace(':', '_')}/plant/web`, '1')?.digest).toBe(web.digest);
    expect(await fetched(`${address}/plant/web:1`)).toMatchObject({ newBytes: 0 });
  });

  test('when it is an index, only the platforms of the site come, and the index keeps its digest', async () => {
    const { address, layout } = await begin();
    const images = {
      amd64: layout.image([9_000]),
      arm64: layout.image([9_000], { architecture: 'arm64' }),
      s390x: layout.image([9_000], { architecture: 's390x' }),
    };
    const index = layout.index(images);
    await push(layout.name(index, 'web'), 'web', `${address}/web:1`);
    const image = await fetched(`${address}/web:1`, { platforms: ['linux/arm64', 'linux/amd64', 'linux/riscv64'] });
    expect(image.digest).toBe(index.digest);
    expect(image.platforms.toSorted()).toEqual(['linux/amd64', 'linux/arm64']);
    expect(image.warnings).toEqual([expect.stringContaining('is not made for linux/riscv64')]);
    await expectSame(layout, images.arm64.digest);
    expect(shelf.images.manifests.get(image.repository, images.s390x.digest)).toBeUndefined();
    await expect(fetched(`${address}/web:1`, { platforms: ['linux/riscv64'] })).rejects.toThrow(
      'is made for linux/amd64, linux/arm64, linux/s390x, not for linux/riscv64',
    );
    const byDigest = await fetched(`${address}/web@${images.s390x.digest}`);
    expect(byDigest.platforms).toEqual(['linux/s390x']);
  });

  test('when it asks for a password, the right one is needed', async () => {
    const path = join(shelf.home, 'htpasswd');
    writeFileSync(path, 'ann:$2y$05$abcdefghijklmnopqrstuuLK7U1u6pVRmL7L1BBM2aS35PSZnDXlK\n');
    const { address, layout } = await begin({ htpasswd: { realm: 'site', path } });
    const web = layout.image([3_000]);
    await push(layout.name(web, 'web'), 'web', `${address}/web:1`, '--dest-creds=ann:s3cret');
    await expect(fetched(`${address}/web:1`)).rejects.toThrow("does not give 'web' to everybody");
    const wrong = { username: 'ann', password: 'other' };
    await expect(fetched(`${address}/web:1`, { user: wrong })).rejects.toThrow("does not give 'web' to user 'ann'");
    expect(await fetched(`${address}/web:1`, { user: credential })).toMatchObject({ digest: web.digest });
    await expectSame(layout, web.digest);
  });

  test('when it asks for tokens, one is got for this repository and used for all of it', async () => {
    const tokens = await startTokenServer('ann', 's3cret');
    onTestFinished(() => tokens.stop());
    const { address, layout } = await begin(tokens.auth);
    const web = layout.image([3_000, 4_000, 5_000]);
    await push(layout.name(web, 'web'), 'web', `${address}/plant/web:1`, '--dest-creds=ann:s3cret');
    tokens.asked.length = 0;
    expect(await fetched(`${address}/plant/web:1`, { user: credential })).toMatchObject({ digest: web.digest });
    expect(tokens.asked).toEqual(['repository:plant/web:pull ann']);
    await expectSame(layout, web.digest);
    await expect(fetched(`${address}/plant/web:1`)).rejects.toThrow("does not give 'plant/web' to everybody");
    const wrong = { username: 'ann', password: 'other' };
    await expect(fetched(`${address}/plant/web:1`, { user: wrong })).rejects.toThrow("to user 'ann'");
  });

  test('when it has no such image, that is said', async () => {
    const { address } = await begin();
    await expect(fetched(`${address}/none:7`)).rejects.toThrow(`'${address}' has no none:7: check the name`);
  });
});

test('when nobody listens there, that is said', async () => {
  await expect(fetched('127.0.0.1:1/web:1')).rejects.toMatchObject({ kind: 'unready', code: 'image.registry' });
});
