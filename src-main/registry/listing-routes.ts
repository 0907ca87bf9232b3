// Lists, page by page: tags, repositories, and what speaks of a manifest.
import { refused } from '#base/errors.ts';
import type { ImageReferrer } from '#store/image-types.ts';
import { queryOf, requireDigest, type Exchange, type RoutesParts } from './registry-exchange.ts';

/** Of one page, whatever is asked for. */
const mostNames = 1000;
const mostReferrers = 500;
const indexType = 'application/vnd.oci.image.index.v1+json';

/** `GET /v2/<name>/tags/list`. */
export function sendTags(exchange: Exchange, { images, access }: RoutesParts, repository: string): void {
  access.requireService(exchange.puller);
  if (!images.manifests.hasRepository(repository))
    throw refused(
      'image.unknown',
      `There is no repository '${repository}' here: list the catalog to see what there is.`,
    );
  const { limit, last } = pageOf(exchange);
  const found = limit === 0 ? [] : images.manifests.tags(repository, { after: last, limit: limit + 1 });
  const tags = found.slice(0, limit).map(({ tag }) => tag);
  linkNext(exchange, `/v2/${repository}/tags/list`, {
    n: String(limit),
    last: found.length > limit ? tags.at(-1) : undefined,
  });
  void exchange.reply.send({ name: repository, tags });
}

/** `GET /v2/_catalog`. */
export function sendCatalog(exchange: Exchange, { images, access }: RoutesParts): void {
  access.requireService(exchange.puller);
  const { limit, last } = pageOf(exchange);
  const found = limit === 0 ? [] : images.manifests.repositories({ after: last, limit: limit + 1 });
  const repositories = found.slice(0, limit);
  linkNext(exchange, '/v2/_catalog', {
    n: String(limit),
    last: found.length > limit ? repositories.at(-1) : undefined,
  });
  void exchange.reply.send({ repositories });
}

/** `GET /v2/<name>/referrers/<digest>`: an empty list for what is not here. */
export function sendReferrers(
  exchange: Exchange,
  { images, access }: RoutesParts,
  repository: string,
  reference: string,
): void {
  access.requireService(exchange.puller);
  const digest = requireDigest(reference);
  const { artifactType, last = '' } = queryOf(exchange.request);
  const wanted = images.manifests
    .referrers(repository, digest)
    .filter((one) => one.digest > last && (artifactType === undefined || one.artifactType === artifactType));
  const page = wanted.slice(0, mostReferrers);
  if (artifactType !== undefined) void exchange.reply.header('oci-filters-applied', 'artifactType');
  const next = wanted.length > page.length ? page.at(-1)?.digest : undefined;
  linkNext(exchange, `/v2/${repository}/referrers/${digest}`, { artifactType, last: next });
  const index = { schemaVersion: 2, mediaType: indexType, manifests: page.map(descriptorOf) };
  void exchange.reply.header('content-type', indexType).send(Buffer.from(JSON.stringify(index)));
}

function descriptorOf({ mediaType, digest, bytes, artifactType, annotations }: ImageReferrer): object {
  return {
    mediaType,
    digest,
    size: bytes,
    ...(artifactType !== null && { artifactType }),
    ...(annotations !== null && { annotations: JSON.parse(annotations) as unknown }),
  };
}

function pageOf({ request }: Exchange): { readonly limit: number; readonly last: string | undefined } {
  const { n, last } = queryOf(request);
  if (n !== undefined && !/^\d{1,15}$/.test(n))
    throw refused('request.invalid', `n is '${n.slice(0, 50)}': write how many names a page is to have.`);
  return { limit: Math.min(n === undefined ? mostNames : Number(n), mostNames), last };
}

function linkNext({ reply }: Exchange, path: string, query: Readonly<Record<string, string | undefined>>): void {
  if (query['last'] === undefined) return;
  const given = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
  void reply.header('link', `<${path}?${new URLSearchParams(given).toString()}>; rel="next"`);
}
