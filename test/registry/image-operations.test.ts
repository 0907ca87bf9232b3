// What deployments need: fetched from a registry, told before the site is left.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { ModulesContent } from '#domain/records/deployment.ts';
import { createSystemClock } from '#entry/system-clock.ts';
import { createHttp } from '#registry/fetch-http.ts';
import type { NeedyDeployment } from '#registry/fetch-many.ts';
import { createImageOperations, type ImageOperations } from '#registry/image-operations.ts';
import { startFaultyRegistry } from '#test/support/faulty-registry.ts';
import { LayoutMaker, openShelf, type ImageShelf } from '#test/support/image-shelf.ts';

let shelf: ImageShelf;
let operations: ImageOperations;
beforeEach(async () => {
  shelf = await openShelf();
  operations = createImageOperations({
    store: shelf.images,
    clock: createSystemClock(),
    http: createHttp(),
    random: () => 0,
  });
});
afterEach(() => shelf.close());

function needing(
  id: string,
  images: readonly string[],
  platforms: readonly (string | null)[],
  registryCredentials: object = {},
): NeedyDeployment {
  const modules = Object.fromEntries(images.map((image, at) => [`m${at}`, { settings: { image } }]));
  const section = { schemaVersion: '1.1', modules, runtime: { settings: { registryCredentials } } };
  return {
    id,
    content: { $edgeAgent: { 'properties.desired': section } } as ModulesContent,
    devices: platforms.map((platform) => ({ platform, count: 1 })),
  };
}

async function registryWith(password?: string) {
  const layout = new LayoutMaker(join(shelf.home, 'layout'));
  const images = { amd64: layout.image([5_000]), arm64: layout.image([6_000], { architecture: 'arm64' }) };
  const [web, db] = [layout.index(images), layout.image([7_000])];
  const registry = await startFaultyRegistry(layout, { web: web.digest, db: db.digest }, (request, response) => {
    const right = `Basic ${Buffer.from(`ann:${password}`).toString('base64')}`;
    if (password === undefined || request.headers.authorization === right) return false;
    response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
    return true;
  });
  onTestFinished(() => registry.stop());
  return { registry, layout, images, web, db };
}

describe('all that deployments need', () => {
  test('when some is missing, it is fetched for the platforms of the devices; the rest is not asked for', async () => {
    const { registry, images } = await registryWith('s3cret');
    const [web, db] = [`${registry.address}/plant:web`, `${registry.address}/plant:db`];
    const credentials = { site: { address: registry.address, username: 'ann', password: 's3cret' } };
    const deployments = [
      needing('base', [web, `${registry.address}/plant:none`], ['linux/arm64'], credentials),
      needing('layer', [web, db], ['linux/amd64']),
    ];
    expect((await operations.readiness(deployments)).missing.map(({ image, platform }) => [image, platform])).toEqual([
      [web, 'linux/arm64'],
      [`${registry.address}/plant:none`, 'linux/arm64'],
      [web, 'linux/amd64'],
      [db, 'linux/amd64'],
    ]);

    const outcomes = await operations.fetchFor(deployments, { actor: 'console' });
    expect(outcomes.map(({ image, state }) => [image, state])).toEqual([
      [web, 'fetched'],
      [`${registry.address}/plant:none`, 'failed'],
      [db, 'fetched'],
    ]);
    expect(outcomes[1]?.message).toContain('has no plant:none');
    expect(outcomes[0]?.fetched?.platforms.toSorted()).toEqual(['linux/amd64', 'linux/arm64']);
    expect(shelf.images.manifests.get(outcomes[0]?.fetched?.repository ?? '', images.arm64.digest)).toBeDefined();
    expect((await operations.readiness(deployments.slice(1))).isReady).toBe(true);

    registry.heard.length = 0;
    const again = await operations.fetchFor(deployments.slice(1), { actor: 'console' });
    expect(again.map(({ state }) => state)).toEqual(['here', 'here']);
    expect(registry.heard).toEqual([]);
  });

  test('when a registry is not reached, it is asked once and every image of it is told', async () => {
    const { registry } = await registryWith();
    const dead = '127.0.0.1:1';
    const deployment = needing('base', [`${dead}/a:1`, `${registry.address}/plant:db`, `${dead}/b:1`], []);
    const outcomes = await operations.fetchFor([deployment], { actor: 'console' });
    expect(outcomes.map(({ state }) => state)).toEqual(['failed', 'fetched', 'failed']);
    expect(outcomes[2]?.message).toBe(outcomes[0]?.message);
  });
});

describe('ready to leave', () => {
  test('when a part is damaged on disk, reading everything finds it and importing again mends it', async () => {
    const { layout, db } = await registryWith();
    layout.name(db, 'db:1');
    const bring = () => operations.import({ path: layout.dir, actor: 'console', name: null, platforms: null });
    await bring();
    const deployments = [needing('base', ['db:1'], ['linux/amd64'])];
    expect((await operations.readiness(deployments, { isThorough: true })).isReady).toBe(true);

    const listed = execFileSync('find', [join(shelf.home, 'images'), '-type', 'f', '-size', '+6k'], {
      encoding: 'utf8',
    });
    const [place = ''] = listed.split('\n').filter((path) => readFileSync(path || '/dev/null').length === 7_000);
    execFileSync('chmod', ['u+w', place]);
    writeFileSync(place, Buffer.alloc(7_000, 1));
    expect((await operations.readiness(deployments)).isReady).toBe(true);
    const found = await operations.readiness(deployments, { isThorough: true });
    expect(found.missing[0]?.explanation).toContain('1 part of it for linux/amd64 is missing or damaged');
    expect((await operations.readiness(deployments)).isReady).toBe(false);
    await bring();
    expect((await operations.readiness(deployments, { isThorough: true })).isReady).toBe(true);

    execFileSync('rm', ['-f', place]);
    expect((await operations.readiness(deployments)).isReady).toBe(false);
    await bring();
    expect((await operations.readiness(deployments)).isReady).toBe(true);
  });

  test('when only one platform of an index is here, the other is missing and said so', async () => {
    const { layout, web } = await registryWith();
    layout.name(web, 'web:1');
    await operations.import({ path: layout.dir, actor: 'console', name: null, platforms: ['linux/amd64'] });
    const { missing } = await operations.readiness([needing('base', ['web:1'], ['linux/amd64', 'linux/arm64', null])]);
    expect(missing.map(({ platform, explanation }) => [platform, explanation])).toEqual([
      ['linux/arm64', expect.stringContaining("'web:1' is here, but not for linux/arm64")],
    ]);
  });
});
