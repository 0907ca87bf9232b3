// The proxy in front of a hub that breaks off, and of one that lies: real TLS, real bytes.
import { describe, expect, test } from 'vitest';
import { createHubRegistry } from '#agent/hub-registry.ts';
import { createSystemClock } from '#entry/system-clock.ts';
import { eventually } from '#test/support/eventually.ts';
import { aBlob, anImage, anIndex, startFakeHub, type FakeAnswer } from '#test/support/fake-hub-registry.ts';
import { aConnection, get, proxySite, repository, sha256 } from '#test/support/proxy-site.ts';

const site = proxySite();

describe('a hub that breaks off', () => {
  test.each<readonly [string, (bytes: Buffer) => FakeAnswer]>([
    [
      'in mid-blob',
      (bytes) => (_request, response) => {
        response.writeHead(200, { 'content-length': bytes.length });
        response.write(bytes.subarray(0, 120_000), () => response.destroy());
      },
    ],
    [
      'before a byte',
      () => (_request, response) => {
        response.destroy();
      },
    ],
    [
      'with a 503',
      () => (_request, response) => {
        response.writeHead(503).end();
      },
    ],
    [
      'by silence in mid-blob',
      (bytes) => (_request, response) => {
        response.writeHead(200, { 'content-length': bytes.length });
        response.write(bytes.subarray(0, 50_000));
      },
    ],
    ['by silence before a byte', () => () => undefined],
    [
      'by ending early without saying so',
      (bytes) => (_request, response) => {
        response.writeHead(200);
        response.end(bytes.subarray(0, 70_000));
      },
    ],
    [
      'by announcing another length',
      (bytes) => (_request, response) => {
        response.writeHead(200, { 'content-length': bytes.length - 1 });
        response.end(bytes.subarray(1));
      },
    ],
  ])('when it breaks off %s, the blob goes on from where it stopped', async (_how, answer) => {
    const layer = aBlob();
    site.hub.put(repository, '1', anImage({ layers: [layer] }));
    const { address, path } = await site.open();
    site.once(layer.digest, answer(layer.bytes));
    const got = await get(address, `${path}/blobs/${layer.digest}`);
    expect(got).toMatchObject({ status: 200, isCut: false });
    expect(sha256(got.bytes)).toBe(layer.digest);
    expect(site.failures).toEqual([]);
    const ranges = site.rangesOf(layer.digest);
    expect(ranges).toHaveLength(2);
    const came = Number(/bytes=(\d+)-/.exec(ranges[1] ?? '')?.[1] ?? 0);
    expect(came).toBeLessThanOrEqual(120_000);
  });

  test('when it is killed in mid-blob and comes back, nothing that came is fetched again', async () => {
    const layer = aBlob(Buffer.alloc(400_000, 7));
    site.hub.put(repository, '1', anImage({ layers: [layer] }));
    const { address, path } = await site.open();
    site.once(layer.digest, (_request, response) => {
      response.writeHead(200, { 'content-length': layer.size });
      response.write(layer.bytes.subarray(0, 200_000));
    });
    const got = get(address, `${path}/blobs/${layer.digest}`);
    await eventually(() => expect(site.hub.pathsAsked().some((asked) => asked.endsWith(layer.digest))).toBe(true));
    await site.hub.stop();
    await site.hub.comeBack();
    const { bytes, isCut } = await got;
    expect(isCut).toBe(false);
    expect(sha256(bytes)).toBe(layer.digest);
    const ranges = site.rangesOf(layer.digest);
    expect(Number(/bytes=(\d+)-/.exec(ranges.at(-1) ?? '')?.[1])).toBeGreaterThan(0);
  });

  test('when it holds the answer and says that it will come, nobody gives up', async () => {
    const layer = aBlob();
    site.hub.put(repository, '1', anImage({ layers: [layer] }));
    const { address, path } = await site.open();
    site.once(layer.digest, (_request, response) => {
      const beat = setInterval(() => response.writeProcessing(), 100);
      // Longer than a silence and a window together.
      setTimeout(() => {
        clearInterval(beat);
        response.writeHead(200, { 'content-length': layer.size });
        response.end(layer.bytes);
      }, 1_500);
    });
    expect(await get(address, `${path}/blobs/${layer.digest}`)).toMatchObject({ status: 200, isCut: false });
    expect(site.rangesOf(layer.digest)).toHaveLength(1);
  });
});

function flipped(bytes: Buffer): Buffer {
  const wrong = Buffer.from(bytes);
  wrong[wrong.length - 1] = (wrong[wrong.length - 1] ?? 0) ^ 1;
  return wrong;
}

describe('a hub that lies', () => {
  test.each<readonly [string, (bytes: Buffer) => FakeAnswer, RegExp]>([
    [
      'a flipped byte',
      (bytes) => (_request, response) => {
        response.writeHead(200, { 'content-length': bytes.length });
        response.end(flipped(bytes));
      },
      /what the hub 127\.0\.0\.1:\d+ sent is not what its digest says/,
    ],
    [
      'a body without an end',
      (bytes) => (_request, response) => {
        response.writeHead(200);
        response.write(bytes);
        const more = setInterval(() => response.write(Buffer.alloc(1_000)), 5);
        response.on('close', () => clearInterval(more));
      },
      /sent more than the 300000 bytes/,
    ],
    [
      'a redirect',
      () => (_request, response) => {
        response.writeHead(307, { location: 'http://evil.example/' }).end();
      },
      /answered 307/,
    ],
    [
      'errors only',
      () => (_request, response) => {
        response.writeHead(500).end(JSON.stringify({ errors: [{ message: 'Its disk is gone.' }] }));
      },
      /answered 500: Its disk is gone/,
    ],
    [
      'a drip',
      (bytes) => (_request, response) => {
        response.writeHead(200, { 'content-length': bytes.length });
        let sent = 0;
        const drip = setInterval(() => response.write(bytes.subarray(sent, ++sent)), 20);
        response.on('close', () => clearInterval(drip));
      },
      /bytes came in \d+ s of waiting/,
    ],
    [
      'a packed body',
      (bytes) => (_request, response) => {
        response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': bytes.length }).end(bytes);
      },
      /answered 200/,
    ],
    [
      'that it has it no more',
      () => (_request, response) => {
        response.writeHead(404).end();
      },
      /lost a part of it/,
    ],
    [
      'another range',
      (bytes) => (request, response) => {
        const isFirst = request.headers.range === undefined;
        response.writeHead(isFirst ? 200 : 206, { 'content-range': 'bytes 0-1/2' });
        response.end(bytes.subarray(0, isFirst ? 10 : 2));
      },
      /offers another range/,
    ],
  ])('when it sends %s, Docker never gets the last byte, and the pull is told why', async (_what, answer, reason) => {
    const layer = aBlob();
    site.hub.put(repository, '1', anImage({ layers: [layer] }));
    const { address, path } = await site.open();
    site.always(layer.digest, answer(layer.bytes));
    const got = await get(address, `${path}/blobs/${layer.digest}`);
    expect(got.isCut).toBe(true);
    expect(got.bytes.length).toBeLessThan(layer.size);
    await eventually(() => expect(site.failures).toEqual([expect.stringMatching(reason)]));
  });

  test.each<readonly [string, Buffer, string, RegExp]>([
    ['is no JSON', Buffer.from('{'), 'application/vnd.oci.image.manifest.v1+json', /its manifest is damaged/],
    ['is of an old kind', Buffer.from('{}'), 'application/vnd.docker.distribution.manifest.v1+json', /not known here/],
    ['has no end', Buffer.alloc(5_000_000), 'application/vnd.oci.image.manifest.v1+json', /sent more than/],
    [
      'names a path for a digest',
      Buffer.from(JSON.stringify({ config: { digest: 'sha256:../../x', size: 1 }, layers: [] })),
      'application/vnd.oci.image.manifest.v1+json',
      /config\.digest is no sha256 digest/,
    ],
  ])('when its manifest %s, the look fails in words', async (_how, bytes, type, reason) => {
    site.hub.misbehave(() => (_request, response) => {
      response.writeHead(200, { 'content-type': type }).end(bytes);
    });
    await expect(site.open()).rejects.toThrow(reason);
  });

  test('when a manifest is not what its digest says, it is none', async () => {
    const [image, other] = [anImage(), anImage()];
    site.hub.put(repository, '1', image);
    site.hub.misbehave((path) =>
      path.endsWith(image.manifest.digest)
        ? (_request, response) => {
            response.writeHead(200, { 'content-type': 'application/vnd.oci.image.manifest.v1+json' });
            response.end(other.manifest.bytes);
          }
        : null,
    );
    await expect(site.open(image.manifest.digest)).rejects.toThrow(/manifest that is not what its digest says/);
  });

  test('when an index has nothing for this device, and lacks what it names, neither is here', async () => {
    const image = anImage();
    const index = anIndex({ 'linux/arm64': image });
    site.hub.put(repository, '1', { index, of: [] });
    const { look, address, path } = await site.open();
    expect(look.fitting).toBeNull();
    expect((await get(address, `${path}/manifests/${image.manifest.digest}`)).status).toBe(404);
  });

  test('when an index names more manifests than any image has, the rest are not there', async () => {
    const layers = [aBlob(Buffer.alloc(1))];
    const images = Array.from({ length: 70 }, (_, index) => anImage({ layers, architecture: `odd${index}` }));
    const named = Object.fromEntries(images.map((image, index) => [`linux/odd${index}`, image]));
    site.hub.put(repository, '1', { index: anIndex(named), of: images });
    const { address, path } = await site.open();
    const answers = [];
    for (const { manifest } of images)
      answers.push((await get(address, `${path}/manifests/${manifest.digest}`)).status);
    // With the index itself, sixty-four.
    expect(answers.filter((status) => status === 200)).toHaveLength(63);
    expect(answers.at(-1)).toBe(404);
  });
});

test('when its certificate is of another CA, nothing is asked of it, and the reason says so', async () => {
  const stranger = await startFakeHub();
  const asked = createHubRegistry({
    connection: aConnection,
    ca: stranger.ca,
    httpsPort: () => site.hub.port,
    clock: createSystemClock(),
  });
  const signal = AbortSignal.timeout(20_000);
  await expect(asked.manifest({ repository, reference: '1', signal })).rejects.toThrow(
    /is not reached \(.*certificate/,
  );
  expect(site.hub.asked).toEqual([]);
  asked.stop();
  await stranger.end();
});

test('when the hub refuses a token, one that outlasts a wrong clock is tried, once', async () => {
  site.hub.put(repository, '1', anImage());
  site.hub.misbehave(() => (_request, response) => {
    response.writeHead(401).end();
  });
  await expect(site.open()).rejects.toThrow(/answered 401/);
  const expiries = site.hub.asked.map(({ authorization }) => Number(/se=(\d+)/.exec(authorization)?.[1]));
  expect(expiries).toHaveLength(2);
  expect(expiries[1]).toBe(4_102_444_800);
});
