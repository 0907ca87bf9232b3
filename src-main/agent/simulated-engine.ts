// A container engine that only pretends, for a demo site without Docker: pulls take their time and tell their progress,
// containers start, some crash again and again. The same seed gives the same day.
import type { Clock } from '#base/clock.ts';
import { unready } from '#base/errors.ts';
import { isAlive, type ObservedContainer } from '#domain/updates/agent-state.ts';
import type {
  CommandEnd,
  ContainerRequest,
  Engine,
  EngineDescription,
  LogLine,
  LogQuery,
  PullRequest,
} from './engine.ts';
import type { Machine } from './machine.ts';
import { simulatedLogs } from './simulated-logs.ts';
import { createSimulatedMachine } from './simulated-machine.ts';

export interface SimulatedImage {
  readonly sizeBytes: number;
  readonly bytesPerS: number;
  /** How long each run lasts; null: until it is stopped. */
  readonly runsForMs: number | null;
  readonly exitCode: number;
  /** Why no registry gives it; null when one does. */
  readonly pullError: string | null;
  /** How every command in a container of it ends. */
  readonly command: CommandEnd;
}

export interface SimulatedEngineOptions {
  readonly clock: Clock;
  readonly seed: number;
  /** By image, with or without its tag; what is not said is as usual. */
  readonly images?: Readonly<Record<string, Partial<SimulatedImage>>>;
}

const usual: SimulatedImage = {
  sizeBytes: 40e6,
  bytesPerS: 12e6,
  runsForMs: null,
  exitCode: 1,
  pullError: null,
  command: { exitCode: 0, lastLine: '' },
};
const tickMs = 500;
const startMs = 400;

export function createSimulatedEngine(options: SimulatedEngineOptions): Engine {
  return new SimulatedEngine(options);
}

class SimulatedEngine implements Engine {
  readonly machine: Machine;
  readonly #clock: Clock;
  readonly #seed: number;
  readonly #images: Readonly<Record<string, Partial<SimulatedImage>>>;
  readonly #random: () => number;
  readonly #present = new Set<string>();
  readonly #containers = new Map<string, ObservedContainer>();
  readonly #watchers = new Set<() => void>();
  #nextId = 1;

  constructor({ clock, seed, images = {} }: SimulatedEngineOptions) {
    this.#clock = clock;
    this.#seed = seed;
    this.#images = images;
    this.#random = seededRandom(seed);
    this.machine = createSimulatedMachine((image) => behaviourOf(image, images));
  }

  describe(): Promise<EngineDescription> {
    return Promise.resolve({ os: 'linux', architecture: 'x86_64', version: 'simulated' });
  }

  containers(): Promise<readonly ObservedContainer[]> {
    return Promise.resolve([...this.#containers.values()]);
  }

  presentImages(asked: readonly string[]): Promise<ReadonlyMap<string, string | null>> {
    const present = asked.filter((image) => this.#present.has(image));
    return Promise.resolve(new Map(present.map((image) => [image, 'linux/amd64'])));
  }

  async pull({ image, signal, onProgress }: PullRequest): Promise<void> {
    const { sizeBytes, bytesPerS, pullError } = behaviourOf(image, this.#images);
    for (let doneBytes = 0; doneBytes < sizeBytes; doneBytes += (bytesPerS * tickMs) / 1_000) {
      onProgress({ layer: image, doneBytes: Math.round(doneBytes), totalBytes: sizeBytes });
      await this.#wait(tickMs);
      if (signal.aborted) throw unready('agent.image', `The pull of '${image}' was cancelled.`);
      if (pullError !== null) throw unready('agent.image', `Image '${image}' cannot be pulled: ${pullError}`);
    }
    this.#present.add(image);
  }

  async removeImage(image: string): Promise<void> {
    if ([...this.#containers.values()].some((found) => found.image === image))
      throw unready('agent.image', `Image '${image}' is in use.`);
    this.#present.delete(image);
  }

  async create({ name, module, specHash, body }: ContainerRequest): Promise<void> {
    if ([...this.#containers.values()].some((found) => found.name === name))
      throw unready('agent.engine', `The name '${name}' is taken.`);
    const id = `simulated-${this.#seed}-${this.#nextId++}`;
    const image = typeof body['Image'] === 'string' ? body['Image'] : '';
    const fresh = { state: 'created', health: 'none', exitCode: 0, startedAtMs: 0, finishedAtMs: 0 } as const;
    this.#containers.set(id, { id, name, module, specHash, image, imageId: `sha256:${image}`, ...fresh });
  }

  async start(id: string): Promise<void> {
    await this.#wait(startMs);
    const startedAtMs = this.#clock.nowMs();
    this.#change(id, { state: 'running', startedAtMs, exitCode: 0 });
    this.#endLater(id, startedAtMs);
  }

  async stop(id: string): Promise<void> {
    await this.#wait(startMs);
    const container = this.#containers.get(id);
    if (container !== undefined && isAlive(container))
      this.#change(id, { state: 'exited', exitCode: 0, finishedAtMs: this.#clock.nowMs() });
  }

  async remove(id: string): Promise<void> {
    this.#containers.delete(id);
  }

  async rename(id: string, name: string): Promise<void> {
    this.#change(id, { name });
  }

  async exec(id: string): Promise<CommandEnd> {
    await this.#wait(startMs);
    const container = this.#containers.get(id);
    if (container?.state !== 'running') throw unready('agent.engine', `Container ${id} is not running.`);
    return behaviourOf(container.image, this.#images).command;
  }

  logs(id: string, query: LogQuery): Promise<readonly LogLine[]> {
    return Promise.resolve(simulatedLogs(this.#containers.get(id), query, this.#clock.nowMs()));
  }

  watch(onChange: () => void): () => void {
    this.#watchers.add(onChange);
    return () => this.#watchers.delete(onChange);
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#clock.after(this.#vary(ms), resolve);
    });
  }

  /** Between 0.7 and 1.3 of it, so that a site's devices do not march in step. */
  #vary(ms: number): number {
    return ms * (0.7 + 0.6 * this.#random());
  }

  #change(id: string, overrides: Partial<ObservedContainer>): void {
    const container = this.#containers.get(id);
    if (container === undefined) throw unready('agent.engine', `There is no container ${id}.`);
    this.#containers.set(id, { ...container, ...overrides });
    for (const watcher of this.#watchers) watcher();
  }

  #endLater(id: string, runStartedAtMs: number): void {
    const { runsForMs, exitCode } = behaviourOf(this.#containers.get(id)?.image ?? '', this.#images);
    if (runsForMs === null) return;
    this.#clock.after(this.#vary(runsForMs), () => {
      const container = this.#containers.get(id);
      if (container?.state !== 'running' || container.startedAtMs !== runStartedAtMs) return;
      this.#change(id, { state: 'exited', exitCode, finishedAtMs: this.#clock.nowMs() });
    });
  }
}

function behaviourOf(image: string, images: Readonly<Record<string, Partial<SimulatedImage>>>): SimulatedImage {
  const repository = image.replace(/:[^/:]*$/, '');
  return { ...usual, ...images[repository], ...images[image] };
}

/** mulberry32: small, and good enough to look alive. */
function seededRandom(seed: number): () => number {
  let state = Math.trunc(seed);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
