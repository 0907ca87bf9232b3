// One request to the registry and what its answer is made of: what every route reads and writes.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { refused } from '#base/errors.ts';
import { isDigest, type Digest } from '#domain/manifests/image-digest.ts';
import type { ImageStore } from './image-store.ts';
import type { PullAccess, Puller } from './pull-access.ts';
import type { Shares } from './share-types.ts';

export interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly puller: Puller;
}

export interface RoutesParts {
  readonly images: ImageStore;
  readonly access: PullAccess;
  /** Null: nobody waits for a turn. */
  readonly shares: Shares | null;
}

/** The query's parameters; one given twice counts once. */
export function queryOf(request: FastifyRequest): Readonly<Record<string, string | undefined>> {
  const query = request.query as Readonly<Record<string, string | readonly string[] | undefined>>;
  const own = Object.entries(query).map(([name, value]) => [name, typeof value === 'string' ? value : value?.[0]]);
  return Object.assign(Object.create(null), Object.fromEntries(own));
}

/** @throws refused `image.digest` */
export function requireDigest(text: string): Digest {
  if (isDigest(text)) return text;
  throw refused(
    'image.digest',
    `'${text.slice(0, 200)}' is no digest this site keeps: write sha256: and 64 small hexadecimal digits.`,
  );
}

/** The bytes of a body, as they come. What is left of it stays readable, so that the answer is heard by who is still sending. */
export function bodyOf({ raw }: FastifyRequest): AsyncIterable<Uint8Array> {
  return raw.iterator({ destroyOnReturn: false });
}

/** Null: it did not say. */
export function contentLengthOf(request: FastifyRequest): number | null {
  const header = request.headers['content-length'];
  return header === undefined ? null : Number(header);
}
