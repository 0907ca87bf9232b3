// How each step of a plan is done. What must be remembered of a step is on disk before the step is taken, so that whoever
// starts after a power cut knows what was meant.
import type { Step, StepArguments, StepKind } from '#domain/updates/agent-step.ts';
import type { TrialStep } from '#domain/updates/update-course.ts';
import { containerName, endOfRun, recordName, type ObservedContainer } from '#domain/updates/agent-state.ts';
import type { RegistryCredential } from '#domain/manifests/registry-credential.ts';
import { restartCountOf } from '#domain/updates/restart-policy.ts';
import type { Clock } from '#base/clock.ts';
import type { AgentMemory } from './agent-memory.ts';
import type { ContainerRequest, Engine } from './engine.ts';
import type { ImagePulls } from './image-pulls.ts';
import { clearLock } from './switch-signs.ts';

export interface StepSurroundings {
  readonly engine: Engine;
  readonly memory: AgentMemory;
  readonly pulls: ImagePulls;
  readonly clock: Clock;
  /** Throws when a mount leads where the device does not allow. */
  readonly requestFor: (step: StepArguments['create']) => Promise<Omit<ContainerRequest, 'name'>>;
  /** Resolves when the trial's new phase is on disk. */
  readonly takeTurn: (step: TrialStep) => Promise<void>;
  readonly credentialFor: (image: string) => RegistryCredential | null;
  readonly containers: readonly ObservedContainer[];
  readonly locksDir: string;
}

type Executors = {
  readonly [Kind in StepKind]: (step: StepArguments[Kind], around: StepSurroundings) => Promise<void>;
};

const executors: Executors = {
  async pull({ image }, { pulls, credentialFor }) {
    pulls.begin(image, credentialFor(image));
  },
  async cancelPull({ image }, { pulls }) {
    pulls.cancel(image);
  },
  async removeImage({ image }, { engine }) {
    await engine.removeImage(image);
  },
  async create(step, { engine, requestFor }) {
    await engine.create({ ...(await requestFor(step)), name: step.containerName });
  },
  async stop(step, around) {
    await rememberOurStop(step, around);
    await around.engine.stop(step.containerId);
    await endLock(step, around);
  },
  async remove({ containerId }, { engine }) {
    await engine.remove(containerId);
  },
  async rename({ containerId, to }, { engine }) {
    await engine.rename(containerId, to);
  },
  async start(step, around) {
    await rememberStart(step, around, step.counted);
    await endLock(step, around);
    await around.engine.start(step.containerId);
  },
  async restart(step, around) {
    await rememberStart(step, around, true);
    await rememberOurStop(step, around);
    await around.engine.stop(step.containerId);
    await endLock(step, around);
    await around.engine.start(step.containerId);
  },
  adopt: (_step, { takeTurn }) => takeTurn({ kind: 'adopt' }),
  beginTrial: (_step, { takeTurn }) => takeTurn({ kind: 'beginTrial' }),
  enterPhase: ({ trial }, { takeTurn }) => takeTurn({ kind: 'enterPhase', trial }),
  endTrial: ({ verdict }, { takeTurn }) => takeTurn({ kind: 'endTrial', verdict }),
};

export function executeStep(step: Step, around: StepSurroundings): Promise<void> {
  // The table is typed over the same keys as the step, which a lookup by union cannot show.
  const execute = executors[step.kind] as (step: Step, around: StepSurroundings) => Promise<void>;
  return execute(step, around);
}

type ContainerStep = StepArguments['stop'];

function specHashOf(step: ContainerStep, around: StepSurroundings): string {
  return around.containers.find((found) => found.id === step.containerId)?.specHash ?? '';
}

function recordNameOf({ module, containerName }: ContainerStep): string {
  return recordName(module, containerName);
}

/**
 * A module that ended holds nothing, and its successor finds nothing of it: they share the directory. One that starts beside its
 * old one leaves that one's lock alone.
 */
async function endLock({ module, containerName: name }: ContainerStep, { locksDir }: StepSurroundings): Promise<void> {
  if (name === containerName(module)) await clearLock(locksDir, module);
}

async function rememberOurStop(step: ContainerStep, around: StepSurroundings): Promise<void> {
  const startedAtMs = around.containers.find((found) => found.id === step.containerId)?.startedAtMs ?? 0;
  await around.memory.changeRestarts(recordNameOf(step), specHashOf(step, around), (record) => ({
    ...record,
    stoppedRunAtMs: startedAtMs,
  }));
}

async function rememberStart(step: ContainerStep, around: StepSurroundings, isCounted: boolean): Promise<void> {
  const container = around.containers.find((found) => found.id === step.containerId);
  const nowMs = around.clock.nowMs();
  await around.memory.changeRestarts(recordNameOf(step), specHashOf(step, around), (record) => {
    // Ten good minutes forgive what came before (restart-policy.ts): then this is the first again.
    const count = container === undefined ? 0 : restartCountOf(container, record, nowMs);
    const lastEnd = (container && endOfRun(container)) ?? record.lastEnd;
    const started = { ...record, everStarted: true, lastEnd };
    return isCounted ? { ...started, restartCount: count + 1, lastRestartAtMs: nowMs } : started;
  });
}
