// The images that a Docker engine has, by all their names: what the agent needs to give an image its own name when it came under
// another one, and to put away what is needed no more. Nothing is ever forced.
import Docker from 'dockerode';
import { callEngine } from './docker-call.ts';
import { findImage } from './docker-observation.ts';
import { transferImage } from './docker-pull.ts';
import type { LayerProgress } from './engine.ts';
import { splitTag } from './image-reference.ts';

export interface ShelvedImage {
  /** Of its configuration, or of its manifest where the engine stores images as containerd does. */
  readonly id: string;
  readonly names: readonly string[];
  /** As `repository@sha256:…`. */
  readonly digests: readonly string[];
}

interface ShelfPull {
  readonly name: string;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: LayerProgress) => void;
  /** Gets what to call when there is something worth waiting for. */
  readonly onStart: (stillAlive: () => void) => void;
}

/** Calls reject with an `AppError` of code `agent.engine` in words. */
export interface ImageShelf {
  /** By a name, a name with digest, or an id; null: there is none. */
  find(name: string): Promise<ShelvedImage | null>;
  all(): Promise<readonly ShelvedImage[]>;
  /** Digests of its unpacked layers, lowest first. */
  layersOf(id: string): Promise<readonly string[]>;
  /** Without credentials; whether it is there then, `find` tells. @throws unready `agent.image` with the bare reason. */
  pull(request: ShelfPull): Promise<void>;
  /** A name that leads elsewhere leads here from now on. */
  giveName(id: string, name: string): Promise<void>;
  /** The image goes with its last name, unless a container uses it: then it rejects. A name that is gone is fine. */
  takeName(name: string): Promise<void>;
}

const limitMs = 60_000;

export function createDockerShelf({ socketPath }: { readonly socketPath: string }): ImageShelf {
  const docker = new Docker({ socketPath });
  return {
    async find(name) {
      const found = await callEngine({ what: 'look for an image', limitMs, call: () => findImage(docker, name) });
      return found === null ? null : shelved(found);
    },
    all: () =>
      callEngine({
        what: 'list its images',
        limitMs,
        call: async (abortSignal) => (await docker.listImages({ abortSignal })).map(shelved),
      }),
    async layersOf(id) {
      const found = await callEngine({ what: 'look at an image', limitMs, call: () => findImage(docker, id) });
      return found?.RootFS.Layers ?? [];
    },
    pull: ({ name, ...request }) => transferImage(docker, { image: name, credential: null, ...request }),
    giveName: (id, name) =>
      callEngine({
        what: `name an image '${name}'`,
        limitMs,
        call: async (abortSignal) => {
          await docker.getImage(id).tag({ ...splitTag(name), abortSignal });
        },
      }),
    takeName: (name) =>
      callEngine({
        what: `remove image '${name}'`,
        limitMs,
        fine: [404],
        call: async (abortSignal) => {
          await docker.getImage(name).remove({ abortSignal });
        },
      }),
  };
}

interface Described {
  readonly Id: string;
  // Null for an image without any.
  readonly RepoTags?: readonly string[] | null | undefined;
  readonly RepoDigests?: readonly string[] | null | undefined;
}

function shelved({ Id, RepoTags, RepoDigests }: Described): ShelvedImage {
  return { id: Id, names: known(RepoTags), digests: known(RepoDigests) };
}

function known(names: readonly string[] | null | undefined): readonly string[] {
  return (names ?? []).filter((name) => !name.startsWith('<none>'));
}
