// From a look at the device to the planner's input: both revisions with the hashes of their containers, and how long things
// have lasted in this life of the agent.
import type { Clock } from '#base/clock.ts';
import { broken } from '#base/errors.ts';
import { ownValue } from '#base/json.ts';
import type { Attempt, ObservedContainer } from '#domain/updates/agent-state.ts';
import type { StepArguments } from '#domain/updates/agent-step.ts';
import type { AgentConfiguration, ModuleSpec } from '#domain/manifests/module-spec.ts';
import type { PlanInput, WantedModule } from '#domain/updates/plan-input.ts';
import { canGoBack } from '#domain/updates/update-course.ts';
import type { AgentMemory } from './agent-memory.ts';
import type { DesiredReading } from './desired-reading.ts';
import type { ContainerRequest } from './engine.ts';
import { containerFor, type ModuleSurroundings } from './module-container.ts';
import { createPhaseWatch, createRunWatch } from './run-watch.ts';

/** Pulls and creations that a rollout's attempt may need; without a rollout they are tried for ever. */
const triesOfRollout = 3;

export interface RoundPlannerOptions {
  readonly memory: AgentMemory;
  readonly clock: Clock;
  readonly surroundings: ModuleSurroundings;
  /** How long a module must run where no terms say so. */
  readonly settleMs: number;
}

interface RoundSight {
  readonly reading: DesiredReading;
  readonly containers: readonly ObservedContainer[];
  readonly images: ReadonlyMap<string, string | null>;
  readonly platform: string | null;
  readonly pulling: ReadonlySet<string>;
  readonly attempts: ReadonlyMap<string, Attempt>;
}

export interface RoundPlanner {
  inputOf(sight: RoundSight): PlanInput;
  /** Of the revision that has that hash. */
  requestFor(
    step: StepArguments['create'],
    reading: DesiredReading,
  ): Omit<ContainerRequest, 'name'> & { spec: ModuleSpec };
  /** Modules whose own key is not known. */
  keyless(reading: DesiredReading): readonly string[];
}

/** Every module of either revision; those that are coming first. */
export function specsOf({ coming, standing }: DesiredReading): readonly ModuleSpec[] {
  return [...(coming?.configuration?.modules ?? []), ...(standing?.modules ?? [])];
}

export function createRoundPlanner(options: RoundPlannerOptions): RoundPlanner {
  const { memory, clock, surroundings } = options;
  const runs = createRunWatch();
  const phases = createPhaseWatch();

  function requestOf(spec: ModuleSpec): Omit<ContainerRequest, 'name'> | null {
    const key = ownValue(memory.current.moduleKeys, spec.name);
    return key === undefined ? null : containerFor(spec, key, surroundings);
  }

  function wantedOf({ modules }: AgentConfiguration): WantedModule[] {
    return modules.map((spec) => ({ spec, specHash: requestOf(spec)?.specHash ?? null }));
  }

  function comingOf(reading: DesiredReading): PlanInput['coming'] {
    const { coming } = reading;
    if (coming?.configuration === undefined || coming.configuration === null) return null;
    const { terms } = coming;
    return {
      modules: wantedOf(coming.configuration),
      settleMs: terms === null ? options.settleMs : terms.settleSeconds * 1_000,
      tries: terms === null ? null : triesOfRollout,
      // Held where it makes a difference: see switch-hold.ts.
      isHeld: false,
      isStillWanted: coming.isStillWanted,
    };
  }

  return {
    inputOf({ reading, containers, ...seen }) {
      const { course, restarts } = memory.current;
      return {
        wanted: reading.standing === null ? null : wantedOf(reading.standing),
        coming: comingOf(reading),
        trial: course.trial,
        canGoBack: canGoBack(course),
        canRemember: memory.problem === null,
        phaseForMs: phases.look(course.trial, clock.monotonicMs()),
        ranForMs: runs.look(containers, clock.monotonicMs()),
        containers,
        restarts,
        nowMs: clock.nowMs(),
        monotonicMs: clock.monotonicMs(),
        ...seen,
      };
    },
    requestFor({ module, specHash }, reading) {
      for (const spec of specsOf(reading)) {
        const request = spec.name === module ? requestOf(spec) : null;
        if (request?.specHash === specHash) return { ...request, spec };
      }
      throw broken('A container was planned for a module that is not known.');
    },
    keyless(reading) {
      const without = specsOf(reading).filter((spec) => requestOf(spec) === null);
      return [...new Set(without.map(({ name }) => name))];
    },
  };
}
