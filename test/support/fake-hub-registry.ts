// A hub's registry that can be told to misbehave: real TLS with a certificate of a site CA, images made of random bytes or lying in a
// registry behind it, and for each request a word on how to answer it.
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSystemClock } from '#entry/system-clock.ts';
import { openSiteCa } from '#hub/certificates/site-ca.ts';

export interface FakeBlob {
  readonly digest: string;
  readonly size: number;
  readonly bytes: Buffer;
}

export function aBlob(bytes: Buffer = randomBytes(300_000)): FakeBlob {
  return { digest: digestOf(bytes), size: bytes.length, bytes };
}

export interface FakeImage {
  readonly manifest: FakeBlob;
  readonly config: FakeBlob;
  readonly layers: readonly FakeBlob[];
}

const imageType = 'application/vnd.oci.image.manifest.v1+json';
const indexType = 'application/vnd.oci.image.index.v1+json';

export function anImage(
  overrides: {
    readonly layers?: readonly FakeBlob[];
    readonly architecture?: string;
    readonly diffIds?: readonly string[];
  } = {},
): FakeImage {
  const { layers = [aBlob(), aBlob()], architecture = 'amd64' } = overrides;
  const diffIds = overrides.diffIds ?? layers.map(({ digest }) => digest);
  const config = aBlob(
    Buffer.from(JSON.stringify({ os: 'linux', architecture, rootfs: { type: 'layers', diff_ids: diffIds } })),
  );
  const content = { schemaVersion: 2, mediaType: imageType, config: bare(config), layers: layers.map(bare) };
  return { manifest: aBlob(Buffer.from(JSON.stringify(content))), config, layers };
}

/** One image for each platform: `linux/arm64` → image. */
export function anIndex(images: Readonly<Record<string, FakeImage>>): FakeBlob {
  const manifests = Object.entries(images).map(([platform, { manifest }]) => {
    const [os, architecture] = platform.split('/');
    return { ...bare(manifest), mediaType: imageType, platform: { os, architecture } };
  });
  return aBlob(Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: indexType, manifests })));
}

export type FakeAnswer = (request: IncomingMessage, response: ServerResponse) => void;

export type FakeHub = Awaited<ReturnType<typeof startFakeHub>>;

/** `behind`: the address of a registry that has what this one has not. */
export async function startFakeHub(behind: string | null = null) {
  const dir = mkdtempSync(join(tmpdir(), 'lanyard-fake-hub-'));
  const ca = await openSiteCa({ dir, clock: createSystemClock() });
  const identity = await ca.issueServerCertificate(['127.0.0.1', 'localhost']);
  /** By path below `/v2/`. */
  const contents = new Map<string, { readonly bytes: Buffer; readonly type: string }>();
  const asked: { readonly path: string; readonly range: string | undefined; readonly authorization: string }[] = [];
  let oddAnswer: ((path: string, nth: number) => FakeAnswer | null) | null = null;
  const answer: FakeAnswer = (request, response) => {
    const path = (request.url ?? '').slice('/v2/'.length);
    const { range, authorization = '' } = request.headers;
    asked.push({ path, range, authorization });
    const nth = asked.filter((one) => one.path === path).length;
    const odd = oddAnswer?.(path, nth) ?? null;
    if (odd !== null) return odd(request, response);
    const found = contents.get(path);
    if (found !== undefined) serve(found, range, response);
    else if (behind === null) response.writeHead(404).end();
    else passOn(behind, request, response);
  };
  let server = createServer({ key: identity.privateKeyPem, cert: identity.certificatePem }, answer);
  const listen = async (port: number): Promise<number> => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  const port = await listen(0);
  const stop = async (): Promise<void> => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };

  return {
    ca: ca.certificatePem,
    port,
    asked,
    pathsAsked: () => asked.map(({ path }) => path),
    put(
      repository: string,
      tag: string,
      image: FakeImage | { readonly index: FakeBlob; readonly of: readonly FakeImage[] },
    ) {
      const images = 'index' in image ? image.of : [image];
      const top = 'index' in image ? { blob: image.index, type: indexType } : { blob: image.manifest, type: imageType };
      for (const reference of [tag, top.blob.digest])
        contents.set(`${repository}/manifests/${reference}`, { bytes: top.blob.bytes, type: top.type });
      for (const { manifest, config, layers } of images) {
        contents.set(`${repository}/manifests/${manifest.digest}`, { bytes: manifest.bytes, type: imageType });
        for (const blob of [config, ...layers])
          contents.set(`${repository}/blobs/${blob.digest}`, { bytes: blob.bytes, type: 'application/octet-stream' });
      }
    },
    /** Null: as usual. `nth` counts the requests of a path from one. */
    misbehave(how: (path: string, nth: number) => FakeAnswer | null) {
      oddAnswer = how;
    },
    /** Every connection ends, and nothing listens until `comeBack`. */
    stop,
    async comeBack() {
      server = createServer({ key: identity.privateKeyPem, cert: identity.certificatePem }, answer);
      await listen(port);
    },
    async end() {
      if (server.listening) await stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

function passOn(behind: string, { url, headers }: IncomingMessage, response: ServerResponse): void {
  const { range, accept } = headers;
  const kept = Object.fromEntries(Object.entries({ range, accept }).filter(([, value]) => value !== undefined));
  const asked = httpRequest(`http://${behind}${url}`, { headers: kept }, (answer) => {
    response.writeHead(answer.statusCode ?? 0, answer.headers);
    answer.pipe(response);
  });
  asked.on('error', () => response.destroy());
  asked.end();
}

function serve(
  { bytes, type }: { readonly bytes: Buffer; readonly type: string },
  range: string | undefined,
  response: ServerResponse,
): void {
  const from = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
  const ranged = from === 0 ? {} : { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` };
  response.writeHead(from === 0 ? 200 : 206, {
    'content-type': type,
    'content-length': bytes.length - from,
    ...ranged,
  });
  response.end(bytes.subarray(from));
}

function bare({ digest, size }: FakeBlob): { readonly digest: string; readonly size: number } {
  return { digest, size };
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
