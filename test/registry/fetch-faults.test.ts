// Fetches on bad days: connections that break, registries that lie, send elsewhere, or are asked too often.
import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { Digest } from '#domain/manifests/image-digest.ts';
import { parseImageName } from '#domain/manifests/image-name.ts';
import { createSystemClock } from '#entry/system-clock.ts';
import { createHttp } from '#registry/fetch-http.ts';
import { fetchImage } from '#registry/fetch-image.ts';
import { openRegistry } from '#registry/fetch-registry.ts';
import type { ImageProgress } from '#registry/image-progress.ts';
import { startFaultyRegistry, type Fault } from '#test/support/faulty-registry.ts';
import { LayoutMaker, openShelf, type ImageShelf } from '#test/support/image-shelf.ts';

let shelf: ImageShelf;
beforeEach(async () => {
  shelf = await openShelf();
});
afterEach(() => shelf.close());

interface More {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ImageProgress) => void;
  readonly silenceMs?: number;
  readonly user?: { readonly username: string; readonly password: string };
}

async function fetched(address: string, { silenceMs = 30_000, user, ...more }: More = {}) {
  const name = parseImageName(`${address}/plant/web:1`);
  if (!name.ok) throw new Error(address);
  const client = await openRegistry(createHttp({ silenceMs }), name.value, user ?? null, more.signal);
  const patience = { clock: createSystemClock(), random: () => 0 };
  return fetchImage(
    { store: shelf.images, client, patience },
    { name: name.value, platforms: null, actor: 'console', ...more },
  );
}

async function begin(fault: (layout: { readonly layer: string }) => Fault) {
  const layout = new LayoutMaker(join(shelf.home, 'layout'));
  const image = layout.image([2_000_000]);
  const layers = JSON.parse(readFileSync(layout.pathOf(image.digest), 'utf8')) as {
    layers: [{ digest: string }];
  };
  const layer = layers.layers[0].digest;
  const registry = await startFaultyRegistry(layout, { 1: image.digest }, fault({ layer }));
  onTestFinished(() => registry.stop());
  return { registry, image, layer, layout };
}

function layerBytes(layer: string): Buffer {
  return readFileSync(new LayoutMaker(join(shelf.home, 'layout')).pathOf(layer));
}

describe('a blob', () => {
  test('when its connection breaks twice, it goes on where it was', async () => {
    const { registry, image, layer } = await begin(({ layer }) => (request, response, count) => {
      if (!request.url?.endsWith(layer) || count > 2) return false;
      response.writeHead(count === 1 ? 200 : 206, {
        'content-length': 2_000_000 - (count - 1) * 500_000,
        ...(count === 1 ? {} : { 'content-range': 'bytes 500000-1999999/2000000' }),
      });
      const content = layerBytes(layer).subarray((count - 1) * 500_000, count * 500_000);
      response.write(content, () => setImmediate(() => response.destroy()));
      return true;
    });
    const last: ImageProgress[] = [];
    expect(await fetched(registry.address, { onProgress: (progress) => (last[0] = progress) })).toMatchObject({
      digest: image.digest,
    });
    const ranges = registry.heard.filter(({ path }) => path.endsWith(layer)).map(({ range }) => range);
    expect(ranges).toEqual(['', 'bytes=500000-', 'bytes=1000000-']);
    expect(last[0]?.doneBytes).toBe(last[0]?.totalBytes);
    expect(shelf.images.blobs.sizeOf(layer as Digest)).toBe(2_000_000);
  });

  test('when the registry knows no ranges, what came again is passed over', async () => {
    const { registry, layer } = await begin(({ layer }) => (request, response, count) => {
      if (!request.url?.endsWith(layer)) return false;
      const content = layerBytes(layer);
      response.writeHead(200, { 'content-length': content.length });
      if (count > 1) response.end(content);
      else response.write(content.subarray(0, 700_000), () => setImmediate(() => response.destroy()));
      return true;
    });
    await fetched(registry.address);
    expect(shelf.images.blobs.sizeOf(layer as Digest)).toBe(2_000_000);
  });

  test('when its bytes are wrong once, it is fetched anew; when they stay wrong, it is refused and nothing is named', async () => {
    let isHealing = false;
    const { registry, layer } = await begin(({ layer }) => (request, response, count) => {
      if (!request.url?.endsWith(layer) || (isHealing && count % 2 === 0)) return false;
      response.writeHead(200, { 'content-length': 2_000_000 }).end(Buffer.alloc(2_000_000, 7));
      return true;
    });
    await expect(fetched(registry.address)).rejects.toThrow('gives other bytes for sha256:');
    expect(shelf.images.manifests.repositories({ limit: 10 })).toEqual([]);
    expect(shelf.uploads()).toEqual([]);
    isHealing = true;
    await fetched(registry.address);
    expect(shelf.images.blobs.sizeOf(layer as Digest)).toBe(2_000_000);
  });

  test('when it never ends, it is cut off at its size', async () => {
    const { registry } = await begin(({ layer }) => (request, response) => {
      if (!request.url?.endsWith(layer)) return false;
      response.writeHead(200);
      const more = (): void => void (response.destroyed || response.write(Buffer.alloc(500_000), more));
      more();
      return true;
    });
    await expect(fetched(registry.address)).rejects.toThrow('gives other bytes for sha256:');
    expect(shelf.uploads()).toEqual([]);
  });

  test('when it lies on another host, that host gets no credential', async () => {
    const elsewhere = await startFaultyRegistry(
      new LayoutMaker(join(shelf.home, 'layout')),
      {},
      undefined,
      '127.0.0.2',
    );
    onTestFinished(() => elsewhere.stop());
    const { registry, image } = await begin(({ layer }) => (request, response) => {
      if (request.headers.authorization === undefined) {
        response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
        return true;
      }
      if (!request.url?.endsWith(layer)) return false;
      response.writeHead(307, { location: `http://${elsewhere.address}/cdn/blobs/${layer}` }).end();
      return true;
    });
    const user = { username: 'ann', password: 's3cret' };
    expect(await fetched(registry.address, { user })).toMatchObject({ digest: image.digest });
    expect(elsewhere.heard.map(({ authorization }) => authorization)).toEqual(['']);
    expect(registry.heard.filter(({ authorization }) => authorization !== '').length).toBeGreaterThan(1);
  });
});

describe('a registry', () => {
  test.each<[string, (response: ServerResponse) => unknown, string]>([
    [
      'was asked too often',
      (response) => response.writeHead(429, { 'retry-after': '600' }).end(),
      'asked too often for now (429)',
    ],
    ['is out of order', (response) => response.writeHead(503).end(), 'answers 503'],
    [
      'sends us out of TLS to another host',
      (response) => response.writeHead(302, { location: 'http://example.com/x' }).end(),
      'is only asked over HTTPS',
    ],
    [
      'sends us round and round',
      (response) => response.writeHead(302, { location: '/v2/' }).end(),
      'from place to place',
    ],
    [
      'names a token server without TLS elsewhere',
      (response) => response.writeHead(401, { 'www-authenticate': 'Bearer realm="http://example.com/t"' }).end(),
      'no credential goes there',
    ],
    ['gives a page instead of a manifest', (response) => response.writeHead(200).end('<html>'), 'is no JSON'],
    [
      'gives a manifest of megabytes',
      (response) => response.writeHead(200).end(Buffer.alloc(5_000_000)),
      'which no document has',
    ],
  ])('when it %s, that is said and nothing is named', async (_title, answer, sentence) => {
    const { registry } = await begin(() => (_request, response) => {
      answer(response);
      return true;
    });
    await expect(fetched(registry.address)).rejects.toThrow(sentence);
    expect(shelf.images.manifests.repositories({ limit: 10 })).toEqual([]);
  });

  test('when it recovers after a while, the fetch goes on', async () => {
    const { registry, image } = await begin(() => (request, response, count) => {
      if (!request.url?.includes('manifests') || count > 2) return false;
      response.writeHead(503).end();
      return true;
    });
    expect(await fetched(registry.address)).toMatchObject({ digest: image.digest });
  });

  test('when it falls silent, it is given up', async () => {
    const held: Socket[] = [];
    const server = createServer((socket) => void held.push(socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      for (const socket of held) socket.destroy();
      server.close();
    });
    const { port } = server.address() as AddressInfo;
    await expect(fetched(`127.0.0.1:${port}`, { silenceMs: 100 })).rejects.toThrow('nothing came from');
  });

  test('when the fetch is cancelled in the midst, it ends at once and leaves nothing', async () => {
    const abort = new AbortController();
    const { registry } = await begin(({ layer }) => (request, response) => {
      if (!request.url?.endsWith(layer)) return false;
      response.writeHead(200, { 'content-length': 2_000_000 });
      response.write(Buffer.alloc(300_000));
      return true;
    });
    const ended = fetched(registry.address, {
      signal: abort.signal,
      onProgress: ({ part }) => part !== null && part.bytes === 2_000_000 && abort.abort(),
    });
    await expect(ended).rejects.toMatchObject({ name: 'AbortError' });
    expect(shelf.uploads()).toEqual([]);
    expect(shelf.images.manifests.repositories({ limit: 10 })).toEqual([]);
  });
});
