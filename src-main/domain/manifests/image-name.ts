// Images by the names that deployments give them, and where each lies in the registry of the site.
// The rules of a name are Docker's own (distribution/reference), those of a place OCI's (distribution-spec, "Pulling manifests").
import { failure, success, type Result } from '#base/result.ts';
import { isDigest, type Digest } from './image-digest.ts';

export interface ImageName {
  /** `docker.io` where the name has none; with its port, where it has one. */
  readonly registry: string;
  /** Without the registry: `library/nginx`, `azureiotedge-agent`. */
  readonly repository: string;
  /** `latest` where the name has neither tag nor digest; null beside a digest alone. */
  readonly tag: string | null;
  /** Goes before the tag where there are both. */
  readonly digest: Digest | null;
}

const dockerHub = 'docker.io';
const component = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const repositoryPattern = new RegExp(`^${component}(?:/${component})*$`);
const tagPattern = /^\w[\w.-]{0,127}$/;
const hostPattern = /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?$/;
const longestRepository = 255;

/** Whether a path can be a repository's. Example: `plant/web` can, `Plant/web`, `plant//web` and `../web` cannot. */
export function isRepository(path: string): boolean {
  return path.length <= longestRepository && repositoryPattern.test(path);
}

/** Example: `1.0-alpine` is one, `-1` and `a:b` are none. */
export function isTag(text: string): boolean {
  return tagPattern.test(text);
}

/**
 * An image's name as Docker reads it.
 * Example: `nginx` → docker.io, library/nginx, latest; `reg.local:5000/plant/web@sha256:…` → reg.local:5000, plant/web, no tag.
 */
export function parseImageName(text: string): Result<ImageName> {
  const name = text.trim();
  const [path, digest] = splitAt(name, name.indexOf('@'));
  const [pathOnly, tag] = splitAt(path, path.lastIndexOf(':') > path.lastIndexOf('/') ? path.lastIndexOf(':') : -1);
  const { registry, repository } = splitRegistry(pathOnly);
  if (!hostPattern.test(registry)) return wrong(text, `'${registry}' is no registry's address`);
  if (!isRepository(repository) || !isRepository(siteRepositoryOf({ registry, repository })))
    return wrong(text, 'its path has other than small letters, digits and single separators (. _ -) between them');
  if (tag !== null && !isTag(tag)) return wrong(text, 'its tag has other than letters, digits, _ . - (at most 128)');
  if (digest !== null && !isDigest(digest)) return wrong(text, 'its digest is not sha256: and 64 digits');
  return success({ registry, repository, tag: tag ?? (digest === null ? 'latest' : null), digest });
}

/**
 * The repository in the registry of the site that stands for an image's own one.
 * Example: `mcr.microsoft.com/azureiotedge-agent`, `docker.io/library/nginx`; of a port, `reg.local_5000/plant/web`: no host has
 * an underscore, and no repository a colon.
 */
export function siteRepositoryOf({ registry, repository }: Pick<ImageName, 'registry' | 'repository'>): string {
  return `${registry.replace(':', '_')}/${repository}`;
}

/**
 * The repositories of the site where an image may lie, best first: its own place, and for an image of Docker Hub those that a
 * person may have pushed it to by hand. `isSite`: whether a registry's address is the site's own.
 * Example: `nginx` → docker.io/library/nginx, library/nginx, nginx; `reg.local/web` → reg.local/web alone, for another registry's
 * image is not taken for one that merely has its path.
 */
export function placesOf(
  { registry, repository }: Pick<ImageName, 'registry' | 'repository'>,
  isSite: (registry: string) => boolean = () => false,
): readonly string[] {
  const own = siteRepositoryOf({ registry, repository });
  if (isSite(registry)) return [repository, own];
  if (registry !== dockerHub) return [own];
  const plain = repository.startsWith('library/') ? [repository, repository.slice('library/'.length)] : [repository];
  return [own, ...plain];
}

/**
 * The name of what lies at a place of the site's registry; a place that names no registry stands for Docker Hub's.
 * Example: `reg.local_5000/plant/web`, `1` → reg.local:5000, plant/web, 1; `plant/web`, `1` → docker.io, plant/web, 1.
 */
export function imageNameOf(siteRepository: string, reference: string): ImageName {
  const { registry, repository } = splitRegistry(siteRepository.replace(/^([a-z0-9.-]+)_(\d{1,5})\//, '$1:$2/'));
  if (isDigest(reference)) return { registry, repository, tag: null, digest: reference };
  return { registry, repository, tag: reference, digest: null };
}

/** As people write it. Example: docker.io, library/nginx, 1.27 → `nginx:1.27`. */
export function imageText({ registry, repository, tag, digest }: ImageName): string {
  const path = registry === dockerHub ? repository.replace(/^library\//, '') : `${registry}/${repository}`;
  return `${path}${tag === null ? '' : `:${tag}`}${digest === null ? '' : `@${digest}`}`;
}

function splitRegistry(path: string): { readonly registry: string; readonly repository: string } {
  const slash = path.indexOf('/');
  const first = path.slice(0, Math.max(slash, 0));
  if (!/[.:]/.test(first) && first !== 'localhost')
    return { registry: dockerHub, repository: path.includes('/') ? path : `library/${path}` };
  // Hosts are the same in any case, repositories are not.
  const host = first.toLowerCase();
  const rest = path.slice(slash + 1);
  if (host !== 'index.docker.io' && host !== dockerHub) return { registry: host, repository: rest };
  return { registry: dockerHub, repository: rest.includes('/') ? rest : `library/${rest}` };
}

function splitAt(text: string, index: number): readonly [string, string | null] {
  return index < 0 ? [text, null] : [text.slice(0, index), text.slice(index + 1)];
}

function wrong(text: string, why: string) {
  const message = `'${text}' cannot be an image's name, for ${why}: write it as [registry/]name[:tag].`;
  return failure([{ code: 'image.name', message, at: 0 }]);
}
