// A registry as a source of images: the pull half of the distribution specification, from the other side.
import { refused, unready } from '#base/errors.ts';
import type { Digest } from '#domain/manifests/image-digest.ts';
import { isDigest } from '#domain/manifests/image-digest.ts';
import type { ImageName } from '#domain/manifests/image-name.ts';
import { digestOf } from './blob-hash.ts';
import { withAccess, type Credential } from './fetch-access.ts';
import { brokenOff, readBody } from './fetch-body.ts';
import { isLoopback, type Http, type HttpAnswer } from './fetch-http.ts';
import { AskedToWait } from './fetch-retry.ts';
import { documentTypes, largestDocumentBytes, typeOfDocument } from './image-document.ts';
import type { PlannedDocument } from './import-plan.ts';

export interface RegistryClient {
  readonly registry: string;
  /** By tag or digest. @throws refused, unready `image.registry` */
  document(reference: string, signal?: AbortSignal): Promise<PlannedDocument>;
  /** Its bytes from `first` on. @throws refused, unready `image.registry` */
  blob(digest: Digest, first: number, signal?: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
}

const dockerHub = 'docker.io';
const dockerHubHost = 'registry-1.docker.io';

export async function openRegistry(
  http: Http,
  { registry, repository }: Pick<ImageName, 'registry' | 'repository'>,
  credential: Credential | null,
  signal?: AbortSignal,
): Promise<RegistryClient> {
  const base = await addressOf(http, registry, signal);
  const ask = withAccess({ http, registry, repository, credential });
  return {
    registry,
    async document(reference, signal) {
      const url = new URL(`/v2/${repository}/manifests/${reference}`, base);
      const answer = await ask({ url, headers: { accept: documentTypes.join(', ') }, signal });
      const what = `${repository}${isDigest(reference) ? '@' : ':'}${reference}`;
      await requireGiven(answer, { registry, what });
      const content = await readBody(answer, largestDocumentBytes, registry);
      const digest = digestOf(content);
      const expected = isDigest(reference) ? reference : answer.header('docker-content-digest');
      if (expected !== undefined && isDigest(expected) && expected !== digest)
        throw unready(
          'image.registry',
          `'${registry}' gives ${what} with other bytes than its digest: try again later.`,
        );
      const [type] = (answer.header('content-type') ?? '').split(';');
      const named = documentTypes.includes(type ?? '') ? (type ?? null) : null;
      return { digest, content, mediaType: typeOfDocument(content, named, `${what} of '${registry}'`) };
    },
    async blob(digest, first, signal) {
      const url = new URL(`/v2/${repository}/blobs/${digest}`, base);
      const headers = { 'accept-encoding': 'identity', ...(first === 0 ? {} : { range: `bytes=${first}-` }) };
      const answer = await ask({ url, headers, signal });
      await requireGiven(answer, { registry, what: `${digest} of ${repository}` });
      return bytesFrom(answer, first, registry);
    },
  };
}

/** Only a registry on loopback may speak plain HTTP; whether it does is found by asking. */
async function addressOf(http: Http, registry: string, signal: AbortSignal | undefined): Promise<URL> {
  const secure = new URL(`https://${registry === dockerHub ? dockerHubHost : registry}`);
  if (!isLoopback(secure.hostname)) return secure;
  try {
    const answer = await http({ url: new URL('/v2/', secure), signal });
    answer.body.destroy();
    return secure;
  } catch (error) {
    // One that does not speak TLS is asked in plain; whatever else is wrong shows then as well.
    signal?.throwIfAborted();
    const { code } = ((error as Error).cause ?? {}) as { readonly code?: string };
    if (
      code === 'ERR_SSL_WRONG_VERSION_NUMBER' ||
      code === 'EPROTO' ||
      code === 'ECONNRESET' ||
      code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG'
    )
      return new URL(`http://${registry}`);
    throw error;
  }
}

async function requireGiven(
  answer: HttpAnswer,
  { registry, what }: { readonly registry: string; readonly what: string },
): Promise<void> {
  const { status, body } = answer;
  if (status === 200 || status === 206) return;
  body.destroy();
  if (status === 404)
    throw refused('image.registry', `'${registry}' has no ${what}: check the name and the tag of the image.`);
  if (status === 403)
    throw refused('image.registry', `'${registry}' does not give ${what}: check the credential and the name.`);
  if (status === 429)
    throw unready(
      'image.registry',
      `'${registry}' was asked too often for now (429): wait a while, or give a user and password, which may ask more.`,
      { cause: waitAsked(answer) },
    );
  if (status >= 500 || status === 408 || status === 416)
    throw unready('image.registry', `'${registry}' answers ${status} when asked for ${what}: try again later.`, {
      cause: waitAsked(answer),
    });
  throw refused(
    'image.registry',
    `'${registry}' answers ${status} when asked for ${what}: check the address and the name.`,
  );
}

function waitAsked(answer: HttpAnswer): AskedToWait {
  const seconds = Number(answer.header('retry-after') ?? '0');
  return new AskedToWait(Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : 0);
}

/** A peer that gives the whole instead of the rest is read past what is known. */
async function* bytesFrom(
  { status, header, body }: HttpAnswer,
  first: number,
  registry: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  const [, begun = '0'] = /^bytes (\d+)-/.exec(header('content-range') ?? '') ?? [];
  let toSkip = status === 206 ? first - Number(begun) : first;
  try {
    if (toSkip < 0) throw new Error(`it goes on at byte ${begun} instead of ${first}`);
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      const skipped = Math.min(toSkip, chunk.byteLength);
      toSkip -= skipped;
      if (skipped < chunk.byteLength) yield chunk.subarray(skipped);
    }
  } catch (cause) {
    // A connection that broke: in words, and so that it is tried again from here.
    throw brokenOff(registry, cause);
  } finally {
    body.destroy();
  }
}
