// What a request to the registry is about, by its path (OCI distribution-spec, "Endpoints"). Names hold slashes, so the last known
// word of a path decides; each name is decoded once and then has to be exactly a name, so no trick of paths passes.
import { isRepository } from '#domain/manifests/image-name.ts';

type RegistryTarget =
  | { readonly kind: 'base' }
  | { readonly kind: 'catalog' }
  | { readonly kind: 'manifest'; readonly repository: string; readonly reference: string }
  | { readonly kind: 'blob'; readonly repository: string; readonly reference: string }
  /** `reference` is '' where one is to begin. */
  | { readonly kind: 'upload'; readonly repository: string; readonly reference: string }
  | { readonly kind: 'tags'; readonly repository: string }
  | { readonly kind: 'referrers'; readonly repository: string; readonly reference: string };

export type TargetReading =
  | RegistryTarget
  | { readonly kind: 'unknown' }
  /** A path of the registry whose repository is none. */
  | { readonly kind: 'misnamed'; readonly repository: string };

type NamedKind = 'manifest' | 'blob' | 'upload' | 'tags' | 'referrers';

const forms: readonly (readonly [NamedKind, RegExp])[] = [
  ['upload', /^(.*)\/blobs\/uploads\/?$/],
  ['upload', /^(.*)\/blobs\/uploads\/([^/]+)$/],
  ['blob', /^(.*)\/blobs\/([^/]+)$/],
  ['manifest', /^(.*)\/manifests\/([^/]+)$/],
  ['tags', /^(.*)\/tags\/list$/],
  ['referrers', /^(.*)\/referrers\/([^/]+)$/],
];

/** `path`: of the request, as it came, without its query. */
export function readTarget(path: string): TargetReading {
  if (path === '/v2' || path === '/v2/') return { kind: 'base' };
  if (path === '/v2/_catalog') return { kind: 'catalog' };
  const rest = path.startsWith('/v2/') ? path.slice('/v2/'.length) : '';
  for (const [kind, form] of forms) {
    const match = form.exec(rest);
    if (match === null) continue;
    const repository = decoded(match[1] ?? '');
    const reference = decoded(match[2] ?? '');
    if (!isRepository(repository)) return { kind: 'misnamed', repository };
    return kind === 'tags' ? { kind, repository } : { kind, repository, reference };
  }
  return { kind: 'unknown' };
}

/** What is not URL-encoded stays as it is, and is no name then. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // The one way the platform tells that text is not URL-encoded.
    return part;
  }
}
