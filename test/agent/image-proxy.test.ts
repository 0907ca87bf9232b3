// The registry on loopback that Docker pulls from: what it serves and to whom, whom it asks for bytes, and at which pace.
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { ImageSource } from '#agent/image-source.ts';
import { eventually } from '#test/support/eventually.ts';
import { aBlob, anImage, anIndex } from '#test/support/fake-hub-registry.ts';
import { get, proxySite, repository, sha256 } from '#test/support/proxy-site.ts';

const site = proxySite();

describe('what it serves', () => {
  test('when Docker asks for an offered image, it passes manifests and blobs through, bit by bit', async () => {
    const image = anImage();
    site.hub.put(repository, '1', image);
    const { address, path, look } = await site.open();
    expect(look.digest).toBe(image.manifest.digest);
    expect(await get(address, '/v2/')).toMatchObject({ status: 200 });
    const manifest = await get(address, `${path}/manifests/${look.digest}`);
    expect(manifest.bytes).toEqual(image.manifest.bytes);
    expect(manifest.headers['docker-content-digest']).toBe(look.digest);
    for (const blob of [image.config, ...image.layers]) {
      const head = await get(address, `${path}/blobs/${blob.digest}`, { method: 'HEAD' });
      expect(head.headers['content-length']).toBe(String(blob.size));
      const got = await get(address, `${path}/blobs/${blob.digest}`);
      expect(got).toMatchObject({ status: 200, isCut: false });
      expect(got.bytes.equals(blob.bytes)).toBe(true);
    }
    // What was looked at is in memory: neither the manifest nor the configuration is asked for twice.
    expect(site.hub.pathsAsked().filter((asked) => asked.includes('manifests'))).toHaveLength(1);
    expect(site.hub.pathsAsked().filter((asked) => asked.endsWith(image.config.digest))).toHaveLength(1);
    for (const { authorization } of site.hub.asked) expect(authorization).toMatch(/^SharedAccessSignature sr=/);
  });

  test('when the image is an index, it serves the other platforms it names, too', async () => {
    const [own, other] = [anImage(), anImage({ architecture: 'arm64' })];
    site.hub.put(repository, '1', { index: anIndex({ 'linux/amd64': own, 'linux/arm64': other }), of: [own, other] });
    const { address, path, look } = await site.open('1', 'linux/arm64');
    expect(look.platforms).toEqual(['linux/amd64', 'linux/arm64']);
    expect(look.fitting?.digest).toBe(other.manifest.digest);
    expect((await get(address, `${path}/manifests/${own.manifest.digest}`)).bytes).toEqual(own.manifest.bytes);
    expect((await get(address, `${path}/blobs/${own.layers[0]?.digest}`)).status).toBe(200);
  });

  test('when anything else is asked for, it is not there', async () => {
    const [image, hidden] = [anImage(), anImage()];
    site.hub.put(repository, '1', image);
    site.hub.put(repository, 'hidden', hidden);
    const offer = await site.open();
    const { address, path, look } = offer;
    const refused = [
      `${path}/manifests/1`,
      `${path}/manifests/${hidden.manifest.digest}`,
      `${path}/blobs/${hidden.layers[0]?.digest}`,
      `/v2/${repository}/manifests/${look.digest}`,
      `${path}/../web/manifests/${look.digest}`,
      `${path}/tags/list`,
      '/v2/_catalog',
      '/',
      `${path}/blobs/sha256:${'0'.repeat(64)}`,
    ];
    for (const one of refused) expect([one, (await get(address, one)).status]).toEqual([one, 404]);
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH'])
      expect((await get(address, `${path}/manifests/${look.digest}`, { method })).status).toBe(404);
    offer.close();
    expect((await get(address, `${path}/manifests/${look.digest}`)).status).toBe(404);
  });

  test('when it is asked under another name, or from another address, it does not answer', async () => {
    site.hub.put(repository, '1', anImage());
    const { address, path, look } = await site.open();
    const manifest = `${path}/manifests/${look.digest}`;
    for (const host of ['evil.example', 'localhost', `localhost:${address.split(':')[1]}`])
      expect((await get(address, manifest, { headers: { host } })).status).toBe(404);
    const others = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
    const outside = others.find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? '127.0.0.2';
    const socket = connect(Number(address.split(':')[1]), outside);
    await expect(
      new Promise((resolve, reject) => {
        socket.on('connect', resolve);
        socket.on('error', reject);
      }),
    ).rejects.toThrow('ECONNREFUSED');
  });
});

/** `gives` null: it has nothing. Once it is distrusted it gives nothing more, if it `canLearn`. */
function sourceOf(gives: Buffer | null, canLearn = false): ImageSource {
  let isTrusted = true;
  return {
    name: 'a sibling',
    openBlob: ({ fromByte }) =>
      Promise.resolve(gives === null || !isTrusted ? null : Readable.from([gives.subarray(fromByte)])),
    distrust() {
      isTrusted = !canLearn;
      return canLearn;
    },
  };
}

describe('sources beside the hub', () => {
  const layer = aBlob();
  test('when one before the hub has a part, the hub gives the rest', async () => {
    site.hub.put(repository, '1', anImage({ layers: [layer] }));
    const { address, path } = await site.open();
    site.sources.unshift(sourceOf(null), sourceOf(layer.bytes.subarray(0, 100_000)));
    expect(sha256((await get(address, `${path}/blobs/${layer.digest}`)).bytes)).toBe(layer.digest);
    expect(site.hub.asked.at(-1)?.range).toBe('bytes=100000-');
  });

  test('when one gives wrong bytes and will not again, the pull is not given up: the next try is right', async () => {
    site.hub.put(repository, '1', anImage({ layers: [layer] }));
    const { address, path } = await site.open();
    site.sources.unshift(sourceOf(Buffer.alloc(layer.size, 1), true));
    expect((await get(address, `${path}/blobs/${layer.digest}`)).isCut).toBe(true);
    expect(site.failures).toEqual([]);
    expect(sha256((await get(address, `${path}/blobs/${layer.digest}`)).bytes)).toBe(layer.digest);
  });

  test('when bytes pass, a keeper sees all of them, and is told whether they were right', async () => {
    site.hub.put(repository, '1', anImage({ layers: [layer] }));
    const { address, path } = await site.open();
    const seen: Buffer[] = [];
    const ends: string[] = [];
    site.keepers.push({
      begin: () => ({
        keep: (chunk) => void seen.push(Buffer.from(chunk)),
        finish: () => void ends.push('finish'),
        cancel: () => void ends.push('cancel'),
      }),
    });
    await get(address, `${path}/blobs/${layer.digest}`);
    expect(sha256(Buffer.concat(seen))).toBe(layer.digest);
    site.always(layer.digest, (_request, response) => {
      response.writeHead(200).end(Buffer.alloc(layer.size));
    });
    await get(address, `${path}/blobs/${layer.digest}`);
    expect(ends).toEqual(['finish', 'cancel']);
  });
});

test('when Docker reads slowly, the hub is not read faster', async () => {
  const layer = aBlob(Buffer.alloc(24_000_000, 3));
  site.hub.put(repository, '1', anImage({ layers: [layer] }));
  const { address, path } = await site.open();
  const [host = '', port = ''] = address.split(':');
  const socket = connect(Number(port), host);
  let sent = 0;
  site.hub.misbehave((asked) =>
    asked.endsWith(layer.digest)
      ? ({ headers }, response) => {
          // On a busy machine a connection may be given up for silent, and another one goes on.
          sent = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
          const rest = `bytes ${sent}-${layer.size - 1}/${layer.size}`;
          response.writeHead(sent === 0 ? 200 : 206, {
            'content-length': layer.size - sent,
            ...(sent === 0 ? {} : { 'content-range': rest }),
          });
          const push = (): void => {
            while (sent < layer.size) {
              const chunk = layer.bytes.subarray(sent, sent + 65_536);
              sent += chunk.length;
              if (!response.write(chunk)) return void response.once('drain', push);
            }
            response.end();
          };
          push();
        }
      : null,
  );
  socket.pause();
  socket.write(`GET ${path}/blobs/${layer.digest} HTTP/1.1\r\nhost: ${address}\r\n\r\n`);
  let before = -1;
  // Longer than a silence and a window: a Docker that is at work is no stalled hub.
  await eventually(async () => {
    before = sent;
    await pause(1_500);
    expect(sent).toBe(before);
  });
  // What lies in the sockets of both connections, and a few chunks.
  expect(sent).toBeLessThan(16_000_000);
  expect(site.failures).toEqual([]);
  let came = 0;
  socket.on('data', (chunk) => (came += chunk.length));
  socket.resume();
  await eventually(() => expect(came).toBeGreaterThan(layer.size));
  socket.destroy();
});
