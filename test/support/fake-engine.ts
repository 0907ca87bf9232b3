// A container engine in memory that serves the agent as the real one does,
// and can lose its agent at any call, before or after the call took effect.
import type { CommandEnd, ContainerRequest, Engine, LogLine, PullRequest } from '#agent/engine.ts';
import { unready } from '#base/errors.ts';
import { isAlive, type ObservedContainer } from '#domain/updates/agent-state.ts';
import { createFakeMachine, type FakeMachine } from './fake-machine.ts';

export function aContainer(overrides: Partial<ObservedContainer> = {}): ObservedContainer {
  return {
    id: 'id-web',
    name: 'web',
    module: 'web',
    specHash: 'hash-1',
    image: 'web:1',
    imageId: 'sha256:1',
    state: 'running',
    health: 'none',
    exitCode: 0,
    startedAtMs: 1_000,
    finishedAtMs: 0,
    ...overrides,
  };
}

export interface FakeEngine extends Engine {
  readonly machine: FakeMachine;
  readonly all: ObservedContainer[];
  readonly images: Set<string>;
  /** What was done, as `verb name`. */
  readonly calls: string[];
  /** Images a registry would give; pulls of others fail. */
  readonly registry: Set<string>;
  /** What a pull tells to be fetched, where it tells anything: image → bytes. */
  readonly sizes: Map<string, number>;
  /** Of images made for another platform than the usual one. */
  readonly platforms: Map<string, string>;
  /** The last one of each module. */
  readonly requests: Map<string, ContainerRequest>;
  readonly logLines: Map<string, LogLine[]>;
  /** How commands end, by container name; one that is not here cannot be run. */
  readonly commands: Map<string, CommandEnd | Promise<CommandEnd>>;
  /** Pulls wait here until released (`heldPulls.get(image)?.()`) when `holdPulls` is on. */
  readonly heldPulls: Map<string, () => void>;
  holdPulls: boolean;
  /** Kills the agent at the n-th changing call, before or after it takes effect: that call and all later ones never return. */
  killAt: { call: number; when: 'before' | 'after' } | null;
  isDead: boolean;
  /** Nothing can be observed. */
  isRefusing: boolean;
  /** How many calls that change something were made. */
  readonly changingCalls: number;
  /** Makes a verb fail for a container name. */
  failing: Map<string, string>;
  exit(name: string, exitCode: number): void;
  change(name: string, overrides: Partial<ObservedContainer>): void;
  /** At most one alive container of each module, at every moment so far. */
  doubled: string[];
}

function never<T>(): Promise<T> {
  return new Promise<T>(() => undefined);
}

export function createFakeEngine(now: () => number): FakeEngine {
  let nextId = 1;
  let changingCalls = 0;
  const watchers = new Set<() => void>();

  const engine: FakeEngine = {
    machine: createFakeMachine((image) => engine.registry.has(image)),
    all: [],
    images: new Set(),
    calls: [],
    registry: new Set(),
    sizes: new Map(),
    platforms: new Map(),
    requests: new Map(),
    logLines: new Map(),
    commands: new Map(),
    heldPulls: new Map(),
    holdPulls: false,
    killAt: null,
    isDead: false,
    isRefusing: false,
    get changingCalls() {
      return changingCalls;
    },
    failing: new Map(),
    doubled: [],
    describe: () => Promise.resolve({ os: 'linux', architecture: 'x86_64', version: 'fake' }),
    containers() {
      if (engine.isDead) return never();
      if (engine.isRefusing) return Promise.reject(unready('agent.engine', 'The container engine is not running.'));
      return Promise.resolve([...engine.all]);
    },
    presentImages: (images) =>
      Promise.resolve(
        new Map(
          images
            .filter((image) => engine.images.has(image))
            .map((image) => [image, engine.platforms.get(image) ?? null]),
        ),
      ),
    pull: (request) => pull(request),
    removeImage: (image) =>
      act('removeImage', image, () => {
        if (engine.all.some((container) => container.image === image))
          throw unready('agent.image', `Image '${image}' is in use.`);
        engine.images.delete(image);
      }),
    create: (request) =>
      act('create', request.name, () => {
        if (engine.all.some((container) => container.name === request.name))
          throw unready('agent.engine', `The name '${request.name}' is taken.`);
        engine.requests.set(request.module, request);
        const image = request.body['Image'] as string;
        if (!engine.images.has(image)) throw unready('agent.image', `No such image: ${image}`);
        const { name, module, specHash } = request;
        engine.all.push(
          aContainer({ id: `c${nextId++}`, name, module, specHash, image, state: 'created', startedAtMs: 0 }),
        );
      }),
    start: (id) =>
      act('start', nameOf(id), () => update(id, { state: 'running', startedAtMs: now(), health: 'none', exitCode: 0 })),
    stop: (id) => act('stop', nameOf(id), () => update(id, { state: 'exited', exitCode: 137, finishedAtMs: now() })),
    remove: (id) =>
      act('remove', nameOf(id), () => {
        engine.all.splice(0, engine.all.length, ...engine.all.filter((container) => container.id !== id));
      }),
    rename: (id, name) =>
      act('rename', nameOf(id), () => {
        if (engine.all.some((container) => container.name === name))
          throw unready('agent.engine', `The name '${name}' is taken.`);
        update(id, { name });
      }),
    exec(id, argv) {
      const name = nameOf(id);
      engine.calls.push(`exec ${name} ${argv.join(' ')}`);
      const end = engine.commands.get(name);
      if (end === undefined) return Promise.reject(unready('agent.engine', 'The container engine is not running.'));
      return Promise.resolve(end);
    },
    logs: (id) => Promise.resolve(engine.logLines.get(nameOf(id)) ?? []),
    watch(onChange) {
      watchers.add(onChange);
      return () => watchers.delete(onChange);
    },
    exit(name, exitCode) {
      engine.change(name, { state: 'exited', exitCode, finishedAtMs: now() });
    },
    change(name, overrides) {
      const container = engine.all.find((found) => found.name === name);
      if (container === undefined) throw new Error(`no container ${name}`);
      update(container.id, overrides);
      for (const watcher of watchers) watcher();
    },
  };

  function nameOf(id: string): string {
    return engine.all.find((container) => container.id === id)?.name ?? id;
  }

  function update(id: string, overrides: Partial<ObservedContainer>): void {
    const index = engine.all.findIndex((container) => container.id === id);
    const container = engine.all[index];
    if (container === undefined) throw unready('agent.engine', `No such container: ${id}`);
    engine.all[index] = { ...container, ...overrides };
    const alive = engine.all.filter((other) => other.module === container.module && isAlive(other));
    if (alive.length > 1 && container.module !== null) engine.doubled.push(container.module);
  }

  async function act(verb: string, name: string, effect: () => void): Promise<void> {
    await Promise.resolve();
    changingCalls += 1;
    const isKilled = engine.killAt?.call === changingCalls;
    engine.isDead ||= isKilled;
    if (engine.isDead && !(isKilled && engine.killAt?.when === 'after')) return never();
    engine.calls.push(`${verb} ${name}`);
    const failure = engine.failing.get(`${verb} ${name}`);
    if (failure !== undefined) throw unready('agent.engine', failure);
    effect();
    if (isKilled) await never();
  }

  async function pull(request: PullRequest): Promise<void> {
    engine.calls.push(`pull ${request.image}`);
    const totalBytes = engine.sizes.get(request.image);
    if (totalBytes !== undefined) request.onProgress({ layer: request.image, doneBytes: totalBytes / 2, totalBytes });
    if (engine.holdPulls)
      await new Promise<void>((resolve, reject) => {
        engine.heldPulls.set(request.image, resolve);
        request.signal.addEventListener('abort', () => reject(unready('agent.image', 'cancelled')));
      });
    await act('pulled', request.image, () => {
      if (!engine.registry.has(request.image))
        throw unready('agent.image', `Image '${request.image}' cannot be pulled: manifest unknown.`);
      engine.images.add(request.image);
    });
  }

  return engine;
}
