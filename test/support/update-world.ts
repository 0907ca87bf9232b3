// A device in memory for the planner of updates: containers, images that behave in one of a few ways, and the agent's records.
// The agent can be lost after any step; what it had not written is gone then.
import { plan } from '#domain/updates/agent-plan.ts';
import {
  isAlive,
  recordName,
  type Attempt,
  type ObservedContainer,
  type RestartRecord,
} from '#domain/updates/agent-state.ts';
import { attemptKey, type Step } from '#domain/updates/agent-step.ts';
import type { PlanInput, WantedModule } from '#domain/updates/plan-input.ts';
import {
  canGoBack,
  comingOf,
  isTrialStep,
  newCourse,
  standingOf,
  takeTurn,
  type Revision,
  type UpdateCourse,
} from '#domain/updates/update-course.ts';
import { strategyLabel, type UpdateStrategy } from '#domain/manifests/update-strategy.ts';
import { aContainer } from './fake-engine.ts';
import { aWantedModule } from './wanted-module.ts';

/** What a container of the image does once it is started. */
export type Behaviour = 'runs' | 'exits' | 'refuses' | 'sickens' | 'hangs' | 'missing' | 'foreign';

export interface UpdateWorld {
  course: UpdateCourse;
  containers: ObservedContainer[];
  restarts: Record<string, RestartRecord>;
  /** On the device. */
  readonly images: Set<string>;
  /** Nobody gives them. */
  readonly unobtainable: readonly string[];
  /** Steps taken so far. */
  taken: number;
  /** Said of each step, as `phase: step`. */
  readonly told: string[];
  readonly behaviours: ReadonlyMap<string, Behaviour>;
  readonly candidate: Revision;
  readonly tries: number | null;
}

/** Of a set of modules: name → version of its image. */
export type ModuleSet = Readonly<
  Record<
    string,
    { readonly image: string; readonly status?: 'running' | 'stopped'; readonly strategy?: UpdateStrategy }
  >
>;

const settleMs = 10_000;
const roundMs = 5_000;

function revisionOf(version: number, modules: ModuleSet): Revision {
  return { version, value: JSON.parse(JSON.stringify(modules)) as Revision['value'] };
}

function modulesOf(revision: Revision | null): WantedModule[] {
  const modules = (revision?.value ?? {}) as unknown as ModuleSet;
  return Object.entries(modules).map(([name, { image, status = 'running', strategy }], startupOrder) =>
    aWantedModule(
      {
        name,
        image,
        status,
        startupOrder,
        // Going back must not depend on the restart policy.
        restartPolicy: name === 'aa' ? 'never' : 'always',
        createOptions: strategy === undefined ? {} : { Labels: { [strategyLabel]: strategy } },
      },
      `hash ${image}`,
    ),
  );
}

export const foreign = aContainer({ id: 'foreign', name: 'foreign', module: null, specHash: null });

const ourStop = { restartCount: 0, lastRestartAtMs: null, stoppedRunAtMs: 1_000, everStarted: true };

/** A device that runs `old`, proven unless nothing is, and is told to run `coming`. */
export function updateWorld(given: {
  readonly old: ModuleSet | null;
  readonly coming: ModuleSet;
  readonly behaviours?: ReadonlyMap<string, Behaviour>;
  readonly tries?: number | null;
  /** Images that have to be fetched first. */
  readonly absent?: readonly string[];
  readonly unobtainable?: readonly string[];
}): UpdateWorld {
  const behaviours = given.behaviours ?? new Map<string, Behaviour>();
  const unobtainable = [...behaviours.keys()].filter((image) => behaviours.get(image) === 'missing');
  const images = [given.old ?? {}, given.coming].flatMap((set) => Object.values(set).map(({ image }) => image));
  const missing = [...unobtainable, ...(given.absent ?? [])];
  const proven = given.old === null ? null : revisionOf(1, given.old);
  const containers = modulesOf(proven).map(({ spec, specHash }) =>
    aContainer({
      id: `old-${spec.name}`,
      name: spec.name,
      module: spec.name,
      specHash,
      image: spec.image,
      ...(spec.status === 'running' ? {} : { state: 'exited', exitCode: 0, finishedAtMs: 2_000 }),
    }),
  );
  // What is wanted stopped was stopped by the agent, and it knows.
  const stopped = containers.filter((found) => !isAlive(found));
  return {
    course: { ...newCourse, proven },
    containers: [...containers, foreign],
    restarts: Object.fromEntries(
      stopped.map(({ module, specHash }) => [module ?? '', { ...ourStop, specHash: specHash ?? '' }]),
    ),
    taken: 0,
    told: [],
    behaviours,
    images: new Set(images.filter((image) => !missing.includes(image))),
    unobtainable: [...unobtainable, ...(given.unobtainable ?? [])],
    candidate: revisionOf(2, given.coming),
    tries: given.tries ?? null,
  };
}

/** Runs agents over the world, the first of them lost after `survives` steps, until nothing is left to do. */
export function runToEnd(
  world: UpdateWorld,
  survives = Infinity,
  check: (world: UpdateWorld) => void = () => {},
): void {
  const first = live(world, survives, check, 1_000_000);
  if (first !== 'lost') return;
  const { trial } = world.course;
  if (trial !== null && ['beside', 'yield', 'switch', 'verify'].includes(trial.phase))
    world.course = { ...world.course, trial: { ...trial, lives: trial.lives + 1 } };
  live(world, Infinity, check, 50_000_000);
}

/** One life of an agent: everything it does not write is in here. */
function live(world: UpdateWorld, survives: number, check: (world: UpdateWorld) => void, startMs: number) {
  const attempts = new Map<string, Attempt>();
  const runsSinceMs = new Map<string, { run: number; sinceMs: number }>();
  let phase = { name: '', sinceMs: startMs };
  let nowMs = startMs;
  let idle = 0;
  for (let round = 0; round < 400; round++) {
    const name = world.course.trial?.phase ?? '';
    if (name !== phase.name) phase = { name, sinceMs: nowMs };
    for (const { id, state, startedAtMs } of world.containers) {
      if (state !== 'running') runsSinceMs.delete(id);
      else if (runsSinceMs.get(id)?.run !== startedAtMs) runsSinceMs.set(id, { run: startedAtMs, sinceMs: nowMs });
    }
    const ranForMs = new Map([...runsSinceMs].map(([id, { sinceMs }]) => [id, nowMs - sinceMs]));
    const input = inputOf(world, { attempts, ranForMs, phaseForMs: nowMs - phase.sinceMs, nowMs });
    const next = plan(input);
    for (const step of next.steps) {
      if (world.taken >= survives) return 'lost';
      world.taken += 1;
      world.told.push(`${name}: ${attemptKey(step)}`);
      perform(world, step, attempts, nowMs);
      check(world);
    }
    // Over only when waiting brings nothing more either.
    idle = next.steps.length === 0 && world.course.trial === null ? idle + 1 : 0;
    if (idle > 3) return 'settled';
    nowMs += next.steps.length > 0 ? 10 : Math.min(roundMs, next.waitMs ?? roundMs);
  }
  throw new Error(`still at it: ${world.told.slice(-20).join('; ')}`);
}

function inputOf(
  world: UpdateWorld,
  memory: Pick<PlanInput, 'attempts' | 'ranForMs' | 'phaseForMs' | 'nowMs'>,
): PlanInput {
  const { course, candidate, behaviours, containers, restarts } = world;
  const coming = comingOf(course, { candidate, hash });
  const standing = standingOf(course);
  const images = [...modulesOf(standing), ...modulesOf(candidate)].map(({ spec }) => spec.image);
  const present = images.filter((image) => world.images.has(image));
  return {
    wanted: standing === null ? null : modulesOf(standing),
    coming:
      coming === null
        ? null
        : {
            modules: modulesOf(coming.revision),
            settleMs,
            tries: world.tries,
            isHeld: false,
            isStillWanted: coming.isStillWanted,
          },
    trial: course.trial,
    canGoBack: canGoBack(course),
    canRemember: true,
    containers,
    images: new Map(present.map((image) => [image, behaviours.get(image) === 'foreign' ? 'linux/s390x' : null])),
    platform: 'linux/amd64',
    pulling: new Set(),
    restarts,
    monotonicMs: memory.nowMs,
    ...memory,
  };
}

const hash = (value: Revision['value']): string => JSON.stringify(value);

function perform(world: UpdateWorld, step: Step, attempts: Map<string, Attempt>, nowMs: number): void {
  if (isTrialStep(step)) {
    const { candidate } = world;
    const around = { candidate, hash, nowMs, attemptOf: () => 0, doneBytes: 0, totalBytes: 0 };
    world.course = takeTurn(world.course, step, around);
    return;
  }
  const message = act(world, step, nowMs);
  const count = (attempts.get(attemptKey(step))?.count ?? 0) + 1;
  if (message !== null) attempts.set(attemptKey(step), { count, lastAtMonotonicMs: nowMs, message });
}

/** Asked of every step of every life: an assertion would be most of the time. */
function require(isSo: boolean, otherwise: string): void {
  if (!isSo) throw new Error(`the engine would refuse: ${otherwise}`);
}

/** What the engine does; what it says where it cannot. */
function act(
  world: UpdateWorld,
  step: Exclude<Step, { kind: 'adopt' | 'beginTrial' | 'enterPhase' | 'endTrial' }>,
  nowMs: number,
) {
  const edit = (id: string, change: Partial<ObservedContainer>): void => {
    world.containers = world.containers.map((found) => (found.id === id ? { ...found, ...change } : found));
  };
  switch (step.kind) {
    case 'pull':
      if (world.unobtainable.includes(step.image)) return 'manifest unknown';
      world.images.add(step.image);
      return null;
    case 'removeImage':
      require(!world.containers.some(({ image }) => image === step.image), `${step.image} is in use`);
      world.images.delete(step.image);
      return null;
    case 'cancelPull':
      return null;
    case 'create': {
      require(!world.containers.some((found) => found.name === step.containerName), `${step.containerName} is taken`);
      const { module, containerName: name, specHash } = step;
      const image = specHash.replace('hash ', '');
      require(world.images.has(image), `${image} is not there`);
      const id = `${name}-${world.taken}`;
      world.containers.push(aContainer({ id, name, module, specHash, image, state: 'created', startedAtMs: 0 }));
      return null;
    }
    case 'remove':
      world.containers = world.containers.filter(({ id }) => id !== step.containerId);
      return null;
    case 'rename':
      require(!world.containers.some(({ name }) => name === step.to), `${step.to} is taken`);
      edit(step.containerId, { name: step.to });
      return null;
    case 'stop':
      remember(world, step.containerId, false, nowMs);
      edit(step.containerId, { state: 'exited', exitCode: 137, finishedAtMs: nowMs });
      return null;
    case 'start':
    case 'restart': {
      const found = world.containers.find(({ id }) => id === step.containerId);
      remember(world, step.containerId, step.kind === 'restart' || step.counted, nowMs);
      const behaviour = world.behaviours.get(found?.image ?? '') ?? 'runs';
      if (behaviour === 'refuses') return 'port is already allocated';
      const run = { state: 'running', startedAtMs: nowMs, health: 'none' } as const;
      edit(step.containerId, run);
      if (behaviour === 'exits') edit(step.containerId, { state: 'exited', exitCode: 3, finishedAtMs: nowMs });
      if (behaviour === 'sickens') edit(step.containerId, { health: 'unhealthy' });
      if (behaviour === 'hangs') edit(step.containerId, { health: 'starting' });
      return null;
    }
  }
}

/** As the agent's executors do. */
function remember(world: UpdateWorld, containerId: string, isCounted: boolean, nowMs: number): void {
  const found = world.containers.find(({ id }) => id === containerId);
  if (found === undefined) return;
  const module = recordName(found.module ?? '', found.name);
  const known = world.restarts[module];
  const specHash = found.specHash ?? '';
  const fresh = { specHash, restartCount: 0, lastRestartAtMs: null, stoppedRunAtMs: null, everStarted: true };
  const record = known?.specHash === specHash ? known : fresh;
  const change = isAlive(found) ? { stoppedRunAtMs: found.startedAtMs } : {};
  const count = record.restartCount + (isCounted ? 1 : 0);
  world.restarts[module] = { ...record, ...change, restartCount: count, lastRestartAtMs: isCounted ? nowMs : null };
}
