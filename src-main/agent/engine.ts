// The few things the agent needs of a container engine. Everything an engine says is looked at anew each round; no call here
// is relied upon to have happened.
import type { JsonObject } from '#base/json.ts';
import type { ObservedContainer } from '#domain/updates/agent-state.ts';
import type { RegistryCredential } from '#domain/manifests/registry-credential.ts';
import type { Machine } from './machine.ts';

export interface EngineDescription {
  readonly os: string;
  readonly architecture: string;
  readonly version: string;
}

export interface ContainerRequest {
  readonly name: string;
  readonly module: string;
  readonly specHash: string;
  /** The body of Docker's create call; the engine adds its labels of ownership. */
  readonly body: JsonObject;
}

/** A part of an image that is fetched by itself, as far as it has come. */
export interface LayerProgress {
  /** The same for every image that shares it. */
  readonly layer: string;
  readonly doneBytes: number;
  /** null while not known. */
  readonly totalBytes: number | null;
  /** A mark that grows while it is unpacked, in the engine's own measure; `totalBytes` null then tells nothing of bytes. */
  readonly unpacked?: number;
}

export interface PullProgress {
  readonly doneBytes: number;
  /** 0 while not known. */
  readonly totalBytes: number;
}

/** Of an attempt: its sums, and the layers under way. */
export interface Transferred extends PullProgress {
  /** The sum of the marks of what is or was unpacked: that it moves says that work goes on. */
  readonly unpacked: number;
  /** Those that have not come whole, with the engine's short name of each; bounded. */
  readonly layers: readonly (LayerProgress & { /** One that it belongs to. */ readonly image: string })[];
}

export interface PullRequest {
  readonly image: string;
  readonly credential: RegistryCredential | null;
  readonly signal: AbortSignal;
  /** Of layers that are fetched; what lies on the device already is not told. */
  readonly onProgress: (progress: LayerProgress) => void;
}

export interface CommandEnd {
  readonly exitCode: number;
  /** Of what it said, on either stream; empty when it said nothing. */
  readonly lastLine: string;
}

export interface LogQuery {
  /** Last lines; at most ten thousand are read. */
  readonly tail: number;
  /** Unix seconds; 0 for no bound. */
  readonly sinceS: number;
  readonly untilS: number;
}

/** Every call rejects with an `AppError` of code `agent.engine` or `agent.image`, in words for the person at the hub. */
export interface Engine {
  /** What it tells of the machine that it runs on. */
  readonly machine: Machine;
  describe(): Promise<EngineDescription>;
  /** All containers, others' included: their names are taken. */
  containers(): Promise<readonly ObservedContainer[]>;
  /** Those of `images` that are on the device, each with its platform (`linux/arm64`); null: it does not say. */
  presentImages(images: readonly string[]): Promise<ReadonlyMap<string, string | null>>;
  /** Resolves when the image is there, not when the transfer starts. */
  pull(request: PullRequest): Promise<void>;
  /** By its name; one that is gone is fine. Rejects when something uses it: nothing is forced. */
  removeImage(image: string): Promise<void>;
  create(request: ContainerRequest): Promise<void>;
  start(containerId: string): Promise<void>;
  /** With the grace time of the container itself. One that does not run is fine. */
  stop(containerId: string): Promise<void>;
  /** One that is gone is fine; its anonymous volumes go with it. */
  remove(containerId: string): Promise<void>;
  rename(containerId: string, name: string): Promise<void>;
  /** Runs a command, its words as they are, in a container that runs. One that takes longer rejects; the next waits for its end. */
  exec(containerId: string, argv: readonly string[], limits: { readonly limitMs: number }): Promise<CommandEnd>;
  logs(containerId: string, query: LogQuery): Promise<readonly LogLine[]>;
  /** Calls back when something may have changed; the returned function ends it. */
  watch(onChange: () => void): () => void;
}

export interface LogLine {
  readonly stream: 'stdout' | 'stderr';
  readonly timestamp: string;
  readonly text: string;
}
