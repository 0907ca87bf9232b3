// The console's images over a real store: what a person sees of files that came in, what a removal hits, and how tasks end.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DeploymentId } from '#base/ids.ts';
import type { Digest } from '#domain/manifests/image-digest.ts';
import { aBase } from '#test/support/build-deployment.ts';
import { type ConsoleImagesSite, openConsoleImagesSite } from '#test/support/console-images-site.ts';
import { LayoutMaker } from '#test/support/image-shelf.ts';
import { tarOf } from '#test/support/saved-image.ts';

let site: ConsoleImagesSite;
beforeEach(async () => {
  site = await openConsoleImagesSite();
});
afterEach(() => site.close());

const everything = { after: null, limit: 100 };
const rows = async () => (await site.console.images(everything)).rows;

/** A layout with `plant/web:1`, for two platforms that share nothing. */
function aLayout(name = 'plant/web:1') {
  const layout = new LayoutMaker(join(site.home, 'layout'));
  const [amd64, arm64] = [layout.image([30_000]), layout.image([10_000, 5_000], { architecture: 'arm64' })];
  const index = layout.index({ amd64, arm64 });
  layout.name(index, name);
  return { layout, index, amd64, arm64 };
}

async function bring(path: string) {
  const { taskId } = site.console.importPath({ path, name: null, platforms: null });
  return site.ended(taskId);
}

const send = (file: string, source: AsyncIterable<Uint8Array>, signal = new AbortController().signal) =>
  site.console.upload({ name: file, bytes: null, source }, signal);
const incoming = () => readdirSync(join(site.home, 'images', 'incoming'));

describe('an image that came from a file', () => {
  test('when it is in, its row says what it is, where it came from and who names it', async () => {
    const { layout, index } = aLayout();
    site.putDeployment(aBase({ id: 'base' }, { web: 'plant/web:1' }));
    site.putDeployment(aBase({ id: 'other' }, { web: 'plant/other:1' }));
    const task = await bring(layout.dir);
    expect(task).toMatchObject({ state: 'done', images: ['plant/web:1'], message: null, subject: layout.dir });
    expect(await rows()).toEqual([
      {
        repository: 'docker.io/plant/web',
        name: 'plant/web',
        tags: ['1'],
        digest: index.digest,
        platforms: ['linux/amd64', 'linux/arm64'],
        absentPlatforms: [],
        bytes: expect.any(Number),
        sharedBytes: 0,
        origin: { kind: 'file', from: layout.dir, atMs: expect.any(Number) },
        soundness: 'verified',
        deployments: ['base'],
        deploymentCount: 1,
        devices: [],
        deviceCount: 0,
      },
    ]);
    site.removeDeployment('base' as DeploymentId);
    expect((await rows())[0]?.deployments).toEqual([]);
  });

  test('when a layer of it is damaged, the row and the layer say so, and the platform is not whole', async () => {
    const { layout, index, arm64 } = aLayout();
    await bring(layout.dir);
    const [layer] = site.images.manifests.parts(arm64.digest as Digest).filter(({ bytes }) => bytes === 5_000);
    site.store.change((write) => write.images.damageBlob(layer?.digest as Digest, 1));
    expect((await rows())[0]).toMatchObject({ soundness: 'damaged', platforms: ['linux/amd64'] });
    const detail = await site.console.image({ repository: 'docker.io/plant/web', digest: index.digest });
    const parts = detail?.platforms.map(({ platform, layers }) => [platform, layers.map(({ soundness }) => soundness)]);
    expect(parts).toEqual([
      ['linux/amd64', ['verified']],
      ['linux/arm64', ['verified', 'damaged']],
    ]);
  });

  test('when its file is no image, the task fails with a sentence', async () => {
    const task = await bring(join(site.home, 'hub.db'));
    expect(task).toMatchObject({ state: 'failed', images: [] });
    expect(task.message).toMatch(/hub\.db/);
    expect(await rows()).toEqual([]);
  });
});

describe('an upload', () => {
  test('when it comes whole, its images are in under the name of the file, and the file itself is gone', async () => {
    const { layout } = aLayout();
    const tar = readFileSync(tarOf(layout.dir, join(site.home, 'web.tar')));
    const { taskId } = await send('web.tar', Readable.from([tar.subarray(0, 1_000), tar.subarray(1_000)]));
    expect(await site.ended(taskId)).toMatchObject({ state: 'done', subject: 'web.tar' });
    expect((await rows())[0]?.origin).toMatchObject({ kind: 'file', from: 'web.tar' });
    expect(incoming()).toEqual([]);
  });

  test('when it is no image, the sentence names it as its sender does', async () => {
    const { taskId } = await send('letter.tar', Readable.from([Buffer.alloc(2_000, 7)]));
    const { state, message } = await site.ended(taskId);
    expect(state).toBe('failed');
    expect(message).toContain("'letter.tar'");
    expect(message).not.toContain(site.home);
    expect(incoming()).toEqual([]);
  });

  test('when its sender goes in the middle, the task says so, and nothing of it stays', async () => {
    const closed = new AbortController();
    async function* half() {
      yield Buffer.alloc(3_000);
      closed.abort();
      yield Buffer.alloc(3_000);
    }
    const { taskId } = await send('half.tar', half(), closed.signal);
    const { state, message } = await site.ended(taskId);
    expect(state).toBe('failed');
    expect(message).toMatch(/'half\.tar' ended after .*Send it again/);
    expect(incoming()).toEqual([]);
  });

  test('when a person cancels it, it ends as cancelled', async () => {
    async function* endless() {
      yield Buffer.alloc(1_000);
      const [task] = await site.tasks();
      site.console.cancelTask({ id: task?.id ?? '' });
      yield Buffer.alloc(1_000);
    }
    const { taskId } = await send('endless.tar', endless());
    expect(await site.ended(taskId)).toMatchObject({ state: 'cancelled', message: null });
    site.console.forgetTask({ id: taskId });
    expect(await site.tasks()).toEqual([]);
    expect(() => site.console.cancelTask({ id: taskId })).toThrow(/no such task/);
  });

  test('when it has no room within the quota, it is refused before a byte is kept', async () => {
    await site.console.setQuota({ quotaBytes: 1_000 });
    const sent = site.console.upload(
      { name: 'big.tar', bytes: 5_000, source: Readable.from([Buffer.alloc(5_000)]) },
      new AbortController().signal,
    );
    const { message } = await site.ended((await sent).taskId);
    expect(message).toMatch(/raise the quota/);
    expect((await site.console.usage()).quotaBytes).toBe(1_000);
  });
});

describe('a removal', () => {
  test('when an index goes, it tells first what that hits, and its parts go with it', async () => {
    const { layout, index, arm64 } = aLayout();
    site.putDeployment(aBase({ id: 'base' }, { web: 'plant/web:1' }));
    await bring(layout.dir);
    const place = { repository: 'docker.io/plant/web', digest: index.digest, tag: null };
    const bytes = (await rows())[0]?.bytes;
    const plan = { deployments: ['base'], deploymentCount: 1, tags: ['1'], freedBytes: bytes };
    expect(await site.console.planRemoval(place)).toMatchObject(plan);
    expect((await rows()).length).toBe(1);
    expect(await site.console.remove(place)).toMatchObject(plan);
    expect(await rows()).toEqual([]);
    expect(site.images.manifests.get('docker.io/plant/web', arm64.digest)).toBeUndefined();
    await expect(site.console.remove(place)).rejects.toThrow(/not here any more/);
  });

  test('when one of two names goes, the image stays and nothing is freed', async () => {
    const { layout, index } = aLayout();
    layout.name(index, 'plant/web:latest');
    await bring(layout.dir);
    const place = { repository: 'docker.io/plant/web', digest: index.digest, tag: 'latest' };
    expect(await site.console.remove(place)).toMatchObject({ tags: ['latest'], freedBytes: 0 });
    expect((await rows())[0]?.tags).toEqual(['1']);
  });
});

test('when the hub was ended in the middle of an upload, what it left is gone at the next start', async () => {
  expect(existsSync(join(site.home, 'images', 'incoming'))).toBe(true);
  const { incomingFiles } = await import('#registry/incoming-file.ts');
  const dir = join(site.home, 'again');
  await incomingFiles(dir).prepare();
  const { writeFileSync } = await import('node:fs');
  writeFileSync(join(dir, 'left'), 'x');
  await incomingFiles(dir).prepare();
  expect(readdirSync(dir)).toEqual([]);
});

describe('what the deployments need', () => {
  test('when it is missing, readiness says so by platform; when it came, the site is ready', async () => {
    const { layout } = aLayout();
    site.putDeployment(aBase({ id: 'base' }, { web: 'plant/web:1' }));
    const before = await site.console.readiness({ deploymentIds: null });
    expect(before).toMatchObject({ isReady: false, missing: [{ image: 'plant/web:1', platform: 'any' }] });
    await bring(layout.dir);
    expect(await site.console.readiness({ deploymentIds: null })).toMatchObject({
      isReady: true,
      deployments: [{ deploymentId: 'base', platforms: [{ images: 1, missing: [] }] }],
    });
    const { taskId } = site.console.fetchMissing({ deploymentIds: null });
    expect(await site.ended(taskId)).toMatchObject({ state: 'done', images: [], message: 'Nothing was missing.' });
  });

  test('when it cannot be had, the task fails with the sentence of its registry', async () => {
    site.putDeployment(aBase({ id: 'base' }, { web: '127.0.0.1:1/plant/web:1' }));
    const { taskId } = site.console.fetchMissing({ deploymentIds: ['base'] });
    const { state, message, subject } = await site.ended(taskId);
    expect([state, subject]).toEqual(['failed', "what 'base' lacks"]);
    expect(message).toMatch(/127\.0\.0\.1:1/);
  });

  test('when it is exported, the other hub has the same images; what is not here is told', async () => {
    const { layout, index } = aLayout();
    await bring(layout.dir);
    site.putDeployment(aBase({ id: 'base' }, { web: 'plant/web:1', db: 'plant/db:1' }));
    const path = join(site.home, 'stick.tar');
    const { taskId } = site.console.exportPath({ path, what: { deploymentIds: null } });
    const task = await site.ended(taskId);
    expect(task).toMatchObject({ state: 'done', images: ['plant/web:1'] });
    expect(task.message).toBe("'plant/db:1' is not here, so it did not go out.");

    const place = { repository: 'docker.io/plant/web', digest: index.digest };
    const { fileName, tar } = site.console.archive(place, new AbortController().signal);
    expect(fileName).toBe('plant-web.tar');
    const chunks: Uint8Array[] = [];
    for await (const chunk of tar) chunks.push(chunk);
    const other = await openConsoleImagesSite();
    const { taskId: sent } = await other.console.upload(
      { name: fileName, bytes: null, source: Readable.from(chunks) },
      new AbortController().signal,
    );
    expect(await other.ended(sent)).toMatchObject({ state: 'done', images: ['plant/web:1'] });
    expect((await other.console.inspect({ path })).images).toMatchObject([{ name: 'plant/web:1', newBytes: 0 }]);
    await other.close();
  });

  test('when an image is gone, it does not go out', async () => {
    const gone = { repository: 'docker.io/plant/web', digest: `sha256:${'0'.repeat(64)}` };
    const { tar } = site.console.archive(gone, new AbortController().signal);
    await expect(tar[Symbol.asyncIterator]().next()).rejects.toThrow(/no such image/);
  });
});
