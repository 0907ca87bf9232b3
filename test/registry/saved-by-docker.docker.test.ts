// A real Docker as maker and reader: what `docker save` writes comes in with the image's id, what is exported `docker load` takes.
import { execFile, spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import Docker from 'dockerode';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { createSystemClock } from '#entry/system-clock.ts';
import { createHttp } from '#registry/fetch-http.ts';
import { createImageOperations, type ImageOperations } from '#registry/image-operations.ts';
import { openShelf, type ImageShelf } from '#test/support/image-shelf.ts';
import { importBusybox } from '#test/support/test-images.ts';

const socket = process.env['LANYARD_TEST_DOCKER'] ?? '';
const hasSkopeo = spawnSync('skopeo', ['--version']).status === 0;
const missing =
  socket === '' ? 'needs LANYARD_TEST_DOCKER, the socket of a dockerd' : hasSkopeo ? null : 'needs skopeo';
const ground = `lanyard-ground-${process.pid}:1`;
let shelf: ImageShelf;
let operations: ImageOperations;
beforeEach(async () => {
  shelf = await openShelf();
  operations = createImageOperations({ store: shelf.images, clock: createSystemClock(), http: createHttp() });
});
afterEach(() => shelf.close());

async function docker(...words: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('docker', ['-H', `unix://${socket}`, ...words]);
  return stdout.trim();
}

async function skopeo(...words: readonly string[]): Promise<void> {
  await promisify(execFile)('skopeo', ['copy', '-q', ...words]);
}

/** An image of two layers besides those of the ground's, one of them empty of files. */
async function anImage(): Promise<{ readonly name: string; readonly id: string }> {
  const name = `lanyard-saved-${process.pid}:1`;
  const container = await docker('run', '-d', '--network=none', ground, 'sh', '-c', 'echo a > /a');
  await docker('wait', container);
  await docker('commit', container, name);
  await docker('rm', container);
  onTestFinished(async () => void (await docker('rmi', '-f', name)));
  return { name, id: await docker('inspect', '--format={{.Id}}', name) };
}

const bring = (path: string) => operations.import({ path, actor: 'console', name: null, platforms: null });

describe.skipIf(missing !== null)(`with a real Docker${missing === null ? '' : ` (${missing})`}`, () => {
  beforeAll(() => importBusybox(new Docker({ socketPath: socket }), ground, ['sleep', '600']));
  afterAll(async () => void (await docker('rmi', '-f', ground)));

  test('when it saved an image, the image comes in with its id, and loads back after an export with the same id', async () => {
    const { name, id } = await anImage();
    const path = join(shelf.home, 'saved.tar');
    await docker('save', '-o', path, name, ground);
    const outcome = await bring(path);
    expect(outcome.images.map((image) => image.name).toSorted()).toEqual([ground, name].toSorted());
    const image = outcome.images.find((one) => one.name === name);
    const manifest = shelf.images.manifests.get(image?.repository ?? '', '1');
    const { config } = JSON.parse(Buffer.from(manifest?.content ?? []).toString()) as { config: { digest: string } };
    expect(config.digest).toBe(id);

    const out = join(shelf.home, 'out.tar');
    const exported = operations.exported(image?.repository ?? '', image?.digest ?? ('' as never));
    await operations.export(out, { images: [exported], platforms: null });
    await docker('rmi', '-f', name);
    await docker('load', '-i', out);
    expect(await docker('inspect', '--format={{.Id}}', name)).toBe(id);
    expect(await docker('run', '--rm', '--network=none', name, 'cat', '/a')).toBe('a');
    await bring(out);
  });

  test('when skopeo saved it in its own ways, each comes in and is the same image', async () => {
    const { name, id } = await anImage();
    const from = `docker-daemon:${name}`;
    const daemon = ['--src-daemon-host', `unix://${socket}`];
    const archive = join(shelf.home, 'archive.tar');
    const layout = join(shelf.home, 'oci.tar');
    await skopeo(...daemon, from, `docker-archive:${archive}:${name}`);
    await skopeo(...daemon, from, `oci-archive:${layout}:${name}`);
    const [saved, oci] = [await bring(archive), await bring(layout)];
    const configs = [saved, oci].map(({ images }) => {
      const content = shelf.images.manifests.get(images[0]?.repository ?? '', images[0]?.digest ?? '')?.content;
      return (JSON.parse(Buffer.from(content ?? []).toString()) as { config: { digest: string } }).config.digest;
    });
    expect(configs[0]).toBe(id);
    expect(saved.images[0]?.platforms).toEqual(oci.images[0]?.platforms);
    rmSync(archive);
  });
});
