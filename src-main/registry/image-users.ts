// Which deployments name which image of the site, resolved as a device's pull would be: the first place where it lies. Kept until
// deployments or names change, for contents take long to read.
import type { DeploymentId } from '#base/ids.ts';
import type { ImageUsers } from '#contract/console-image-rows.ts';
import { imagesOfContent } from '#domain/deployments/deployment-images.ts';
import type { Digest } from '#domain/manifests/image-digest.ts';
import { placesOf, type ImageName } from '#domain/manifests/image-name.ts';
import type { JournalKind } from '#domain/records/journal-event.ts';
import type { ImagePlace } from '#store/image-listing-types.ts';
import type { Store } from '#store/store-types.ts';
import { createTurns } from './turns.ts';

const mostShown = 5;

const changing: ReadonlySet<JournalKind> = new Set([
  'deployment-created',
  'deployment-updated',
  'deployment-deleted',
  'image-stored',
  'image-removed',
]);

export interface ImageUsersIndex {
  /** To be told of what is committed. */
  note(kind: JournalKind): void;
  of(places: readonly ImagePlace[]): Promise<readonly ImageUsers[]>;
}

export function createImageUsers(parts: {
  readonly read: Store['read'];
  readonly isSite: (registry: string) => boolean;
}): ImageUsersIndex {
  const { read, isSite } = parts;
  let known: Promise<ReadonlyMap<string, readonly DeploymentId[]>> | null = null;

  /** Repository and digest → the deployments whose content resolves to it. */
  async function build(): Promise<ReadonlyMap<string, readonly DeploymentId[]>> {
    const users = new Map<string, DeploymentId[]>();
    const turns = createTurns();
    for (const id of read.deployments.ids()) {
      await turns.next();
      const deployment = read.deployments.get(id);
      if (deployment?.kind !== 'edge') continue;
      for (const key of new Set(imagesOfContent(deployment.content).images.flatMap(({ name }) => placeOf(name) ?? [])))
        users.set(key, [...(users.get(key) ?? []), id]);
    }
    return users;
  }

  function placeOf(name: ImageName): string | null {
    for (const repository of placesOf(name, isSite)) {
      const digest = name.digest ?? (name.tag === null ? undefined : read.images.tagged(repository, name.tag));
      if (digest !== undefined && read.images.manifest(repository, digest) !== undefined)
        return keyOf(repository, digest);
    }
    return null;
  }

  return {
    note(kind) {
      if (changing.has(kind)) known = null;
    },
    async of(places) {
      known ??= build();
      const users = await known;
      return places.map(({ repository, digest }) => {
        const below = [digest, ...manifestsBelow(read, digest)];
        const ids = [...new Set(below.flatMap((part) => users.get(keyOf(repository, part)) ?? []))].sort();
        const { count, first } = ids.length === 0 ? { count: 0, first: [] } : read.images.devicesGiven(ids, mostShown);
        return {
          deployments: ids.slice(0, mostShown),
          deploymentCount: ids.length,
          devices: first,
          deviceCount: count,
        };
      });
    },
  };
}

/** A deployment may name one platform of an index by its digest. */
function manifestsBelow(read: Store['read'], digest: Digest): readonly Digest[] {
  return read.images.parts(digest).flatMap((part) => (part.kind === 'manifest' ? [part.digest] : []));
}

function keyOf(repository: string, digest: string): string {
  return `${repository}@${digest}`;
}
