// Who may do what in the registry: the service key everything; a device reads what its effective configuration names, under the
// names it uses there, and everything below that. Of the rest it does not learn whether it exists.
import { refused, type AppError } from '#base/errors.ts';
import type { DeviceId } from '#base/ids.ts';
import { isDigest, type Digest } from '#domain/manifests/image-digest.ts';
import { parseImageName, placesOf, type ImageName } from '#domain/manifests/image-name.ts';
import type { Actor } from '#domain/records/journal-event.ts';
import type { ImageManifest } from '#store/image-types.ts';
import type { ImageManifests } from './image-store.ts';

/** Who sent a request. */
export type Puller =
  | { readonly kind: 'service'; readonly actor: Actor }
  | { readonly kind: 'device'; readonly deviceId: DeviceId };

export interface PullAccess {
  /** @throws refused `image.denied`, and `image.unknown` for an image that it names and that is not here */
  manifest(puller: Puller, repository: string, reference: string): ImageManifest;
  /** @throws refused `image.denied` */
  requireBlob(puller: Puller, repository: string, digest: Digest): void;
  /** What only the service key may do. @throws refused `image.denied` */
  requireService(puller: Puller): Actor;
}

interface AccessParts {
  readonly manifests: Pick<ImageManifests, 'get' | 'reaches'>;
  /** As deployments write them. */
  readonly imagesOf: (deviceId: DeviceId) => readonly string[];
  /** Whether a registry's address in an image's name is the site's own. */
  readonly isSite: (registry: string) => boolean;
}

/** A named image that a request may be about, and where it lies. */
interface Grant {
  readonly name: ImageName;
  readonly places: readonly string[];
}

export function createPullAccess({ manifests, imagesOf, isSite }: AccessParts): PullAccess {
  /** The images of the device that lie, or would lie, in the repository it asks for. */
  function grantsOf(deviceId: DeviceId, repository: string): readonly Grant[] {
    return imagesOf(deviceId).flatMap((text) => {
      const name = parseImageName(text);
      const places = name.ok ? placesOf(name.value, isSite) : [];
      return name.ok && places.includes(repository) ? [{ name: name.value, places }] : [];
    });
  }

  function rootOf({ name, places }: Grant): ImageManifest | undefined {
    const reference = name.digest ?? name.tag ?? '';
    return places.map((place) => manifests.get(place, reference)).find((found) => found !== undefined);
  }

  function belowGrant(grant: Grant, digest: Digest): ImageManifest | undefined {
    const root = rootOf(grant);
    if (root === undefined || !manifests.reaches(root.digest, digest)) return undefined;
    return grant.places.map((place) => manifests.get(place, digest)).find((found) => found !== undefined);
  }

  function manifestOfDevice(deviceId: DeviceId, repository: string, reference: string): ImageManifest {
    const grants = grantsOf(deviceId, repository);
    const named = grants.find(({ name }) => reference === (isDigest(reference) ? name.digest : name.tag));
    const found = isDigest(reference)
      ? grants.map((grant) => belowGrant(grant, reference)).find((one) => one !== undefined)
      : named && rootOf(named);
    if (found !== undefined) return found;
    throw named === undefined ? denied() : missing(repository, reference);
  }

  return {
    manifest(puller, repository, reference) {
      if (puller.kind === 'device') return manifestOfDevice(puller.deviceId, repository, reference);
      const manifest = manifests.get(repository, reference);
      if (manifest === undefined) throw missing(repository, reference);
      return manifest;
    },
    requireBlob(puller, repository, digest) {
      if (puller.kind === 'service') return;
      const isBelow = grantsOf(puller.deviceId, repository).some((grant) => {
        const root = rootOf(grant);
        return root !== undefined && manifests.reaches(root.digest, digest);
      });
      if (!isBelow) throw denied();
    },
    requireService(puller) {
      if (puller.kind === 'service') return puller.actor;
      throw refused(
        'image.denied',
        'A device may only pull what its configuration names: use the service key for this.',
      );
    },
  };
}

function denied(): AppError {
  return refused(
    'image.denied',
    'The configuration of this device does not name this image: deploy a module with it to the device first.',
  );
}

function missing(repository: string, reference: string): AppError {
  return refused('image.unknown', `'${repository}' has no '${reference.slice(0, 200)}' here: import or push it first.`);
}
