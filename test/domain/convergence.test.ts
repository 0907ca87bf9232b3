// For any wanted and any observed world, with the agent killed between any two steps: planning and doing ends, then has
// nothing more to do, whatever the order of its inputs, and never runs two containers of one module on the way.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { plan } from '#domain/updates/agent-plan.ts';
import {
  containerName,
  isAlive,
  successorName,
  type ObservedContainer,
  type RestartRecord,
} from '#domain/updates/agent-state.ts';
import type { Step } from '#domain/updates/agent-step.ts';
import type { PlanInput, WantedModule } from '#domain/updates/plan-input.ts';

const modules = ['aa', 'bb', 'c'];
const hashes = ['h1', 'h2', 'h3'];
const imageOf = (hash: string): string => `image-${hash}:1`;

interface World {
  containers: ObservedContainer[];
  images: Set<string>;
  restarts: Record<string, RestartRecord>;
  nowMs: number;
  nextId: number;
}

const wantedModule = fc
  .record({
    name: fc.constantFrom(...modules),
    hash: fc.constantFrom(...hashes),
    status: fc.constantFrom('running' as const, 'stopped' as const),
    startupOrder: fc.integer({ min: 0, max: 2 }),
  })
  .map(({ name, hash, status, startupOrder }): WantedModule => ({
    specHash: hash,
    spec: {
      name,
      version: '',
      image: imageOf(hash),
      status,
      restartPolicy: 'always',
      imagePullPolicy: 'on-create',
      startupOrder,
      env: {},
      createOptions: {},
      createOptionsText: '',
    },
  }));

const wantedModules = fc.uniqueArray(wantedModule, { selector: (wanted) => wanted.spec.name });

const container = fc
  .record({
    module: fc.constantFrom(...modules),
    stage: fc.constantFrom('current' as const, 'successor' as const, 'renamed' as const),
    hash: fc.constantFrom(...hashes),
    state: fc.constantFrom('created' as const, 'running' as const, 'exited' as const, 'dead' as const),
    exitCode: fc.constantFrom(0, 1),
  })
  .map(({ module, stage, hash, state, exitCode }): ObservedContainer => {
    const names = { current: containerName(module), successor: successorName(module), renamed: `${module}_old` };
    const name = names[stage];
    const hasRun = state !== 'created';
    return {
      id: `id-${name}`,
      name,
      module,
      specHash: hash,
      image: imageOf(hash),
      imageId: '',
      state,
      health: 'none',
      exitCode: hasRun ? exitCode : 0,
      startedAtMs: hasRun ? 1 : 0,
      finishedAtMs: state === 'exited' ? 2 : 0,
    };
  });

// A world that rules of the engine allow: unique names, and at most one of a module running to begin with.
const world = fc
  .record({
    containers: fc.uniqueArray(container, { selector: (found) => found.name }),
    images: fc.subarray(hashes.map(imageOf)),
  })
  .filter(({ containers }) => !hasTwoRunning(containers))
  .map(({ containers, images }): World => ({
    containers,
    images: new Set(images),
    restarts: {},
    nowMs: 1_000_000,
    nextId: 1,
  }));

function hasTwoRunning(containers: readonly ObservedContainer[]): boolean {
  const alive = containers.filter((found) => isAlive(found)).map((found) => found.module);
  return new Set(alive).size !== alive.length;
}

/** fast-check shrinks from the value it gave, so that one must stay as it is. */
function copyOf(given: World): World {
  return { ...given, containers: [...given.containers], images: new Set(given.images) };
}

function inputOf(state: World, wanted: readonly WantedModule[]): PlanInput {
  return {
    wanted,
    coming: null,
    trial: null,
    canGoBack: true,
    canRemember: true,
    phaseForMs: 0,
    ranForMs: new Map(),
    containers: state.containers,
    images: new Map([...state.images].map((image) => [image, null])),
    platform: null,
    pulling: new Set(),
    restarts: state.restarts,
    attempts: new Map(),
    nowMs: state.nowMs,
    monotonicMs: state.nowMs,
  };
}

/** One step's effect on the world; `obtainable` are the images a registry gives. */
function perform(state: World, step: Step, wanted: readonly WantedModule[], obtainable: ReadonlySet<string>): void {
  const edit = (id: string, change: Partial<ObservedContainer>): void => {
    state.containers = state.containers.map((found) => (found.id === id ? { ...found, ...change } : found));
  };
  switch (step.kind) {
    case 'pull':
      if (obtainable.has(step.image)) state.images.add(step.image);
      return;
    case 'cancelPull':
      return;
    case 'create': {
      const found = wanted.find((candidate) => candidate.spec.name === step.module);
      expect(state.containers.some((other) => other.name === step.containerName)).toBe(false);
      expect(state.images.has(found?.spec.image ?? '')).toBe(true);
      state.containers.push({
        id: `new-${state.nextId++}`,
        name: step.containerName,
        module: step.module,
        specHash: found?.specHash ?? '',
        image: found?.spec.image ?? '',
        imageId: '',
        state: 'created',
        health: 'none',
        exitCode: 0,
        startedAtMs: 0,
        finishedAtMs: 0,
      });
      return;
    }
    case 'stop':
      return edit(step.containerId, { state: 'exited', exitCode: 137, finishedAtMs: state.nowMs });
    case 'remove':
      state.containers = state.containers.filter((found) => found.id !== step.containerId);
      return;
    case 'rename':
      expect(state.containers.some((other) => other.name === step.to)).toBe(false);
      return edit(step.containerId, { name: step.to });
    case 'start':
    case 'restart':
      return edit(step.containerId, { state: 'running', startedAtMs: state.nowMs });
    case 'removeImage':
    case 'adopt':
    case 'beginTrial':
    case 'enterPhase':
    case 'endTrial':
      throw new Error('nothing is coming');
  }
}

/** Rounds of plan and do; in each, the agent dies after `survives` steps (taken in turn). Gives the number of rounds. */
function settle(
  state: World,
  wanted: readonly WantedModule[],
  survives: readonly number[],
  images: Set<string>,
): number {
  for (let round = 0; round < 60; round++) {
    const steps = plan(inputOf(state, wanted)).steps.filter((step) => step.kind !== 'pull' || images.has(step.image));
    if (steps.length === 0) return round;
    const cut = survives[round % Math.max(survives.length, 1)] ?? steps.length;
    for (const step of steps.slice(0, Math.max(cut, round % 2))) {
      perform(state, step, wanted, images);
      expect(hasTwoRunning(state.containers)).toBe(false);
    }
    // Longer than any backoff, so that waiting is not what ends the run.
    state.nowMs += 400_000;
  }
  throw new Error(`still planning: ${JSON.stringify(plan(inputOf(state, wanted)).steps)}`);
}

const runs = { seed: 20_260_101, numRuns: 400 };
const cuts = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 12 });
const allImages = new Set(hashes.map(imageOf));

describe('convergence', () => {
  test('when every image can be had, it ends with exactly what is wanted, whenever it is killed', () => {
    fc.assert(
      fc.property(world, wantedModules, cuts, (given, wanted, survives) => {
        const start = copyOf(given);
        settle(start, wanted, survives, allImages);
        const standing = start.containers.map(
          ({ name, specHash, state }) => `${name} ${specHash} ${state === 'running' ? 'running' : 'stopped'}`,
        );
        const expected = wanted.map(({ spec, specHash }) => `${containerName(spec.name)} ${specHash} ${spec.status}`);
        expect(standing.sort()).toEqual(expected.sort());
        expect(plan(inputOf(start, wanted)).isApplied).toBe(true);
      }),
      runs,
    );
  });

  test('when an image cannot be had, what ran before runs on', () => {
    fc.assert(
      fc.property(world, wantedModules, cuts, (given, wanted, survives) => {
        const start = copyOf(given);
        const ran = new Set(start.containers.filter((found) => isAlive(found)).map((found) => found.module));
        settle(start, wanted, survives, new Set());
        const running = new Set(start.containers.filter((found) => isAlive(found)).map((found) => found.module));
        for (const { spec } of wanted) {
          if (spec.status === 'running' && ran.has(spec.name)) expect(running).toContain(spec.name);
        }
      }),
      runs,
    );
  });

  test('when the wanted changes in the middle, it ends with the last one', () => {
    fc.assert(
      fc.property(world, wantedModules, wantedModules, cuts, (given, first, second, survives) => {
        const start = copyOf(given);
        for (const step of plan(inputOf(start, first)).steps.slice(0, 2)) perform(start, step, first, allImages);
        settle(start, second, survives, allImages);
        expect(start.containers.map((found) => found.name).sort()).toEqual(
          second.map(({ spec }) => containerName(spec.name)).sort(),
        );
      }),
      runs,
    );
  });

  test('when its inputs come in another order, it plans the same', () => {
    fc.assert(
      fc.property(world, wantedModules, (start, wanted) => {
        const forward = plan(inputOf(start, wanted)).steps.map((step) => JSON.stringify(step));
        const backward = plan({
          ...inputOf(start, wanted.toReversed()),
          containers: start.containers.toReversed(),
        }).steps.map((step) => JSON.stringify(step));
        expect(new Set(backward)).toEqual(new Set(forward));
      }),
      runs,
    );
  });
});
