// Look, plan, act, report, again: one round at a time, every five seconds and whenever something may have changed.
// Desired and observed are read independently, so that neither failing hides the other. All errors of a round end here.
import { isDeepStrictEqual } from 'node:util';
import type { Logger } from 'pino';
import type { Clock } from '#base/clock.ts';
import { asAppError, broken } from '#base/errors.ts';
import { ownValue } from '#base/json.ts';
import { plan, type Plan } from '#domain/agent-plan.ts';
import type { DesiredOutcome } from '#domain/agent-report.ts';
import type { Attempt, ObservedContainer } from '#domain/agent-state.ts';
import { attemptKey, type Step } from '#domain/agent-step.ts';
import type { DevicePolicy } from '#domain/device-policy.ts';
import type { AgentConfiguration, ModuleSpec } from '#domain/module-spec.ts';
import { credentialFor } from '#domain/registry-credential.ts';
import type { AgentMemory } from './agent-memory.ts';
import { checkBindSources } from './bind-sources.ts';
import { readDesired } from './desired-reading.ts';
import type { Engine } from './engine.ts';
import { createImagePulls, type ImagePulls } from './image-pulls.ts';
import { containerFor, type ModuleSurroundings } from './module-container.ts';
import { executeStep } from './step-executors.ts';

export interface RoundReport {
  readonly configuration: AgentConfiguration | null;
  readonly version: number | null;
  /** null: still under way, the outcome before stands. */
  readonly outcome: DesiredOutcome | null;
  /** null: the engine could not be asked; what was known before stands. */
  readonly containers: readonly ObservedContainer[] | null;
  readonly notes: Readonly<Record<string, string>>;
}

export interface ReconcileLoopOptions {
  readonly engine: Engine;
  readonly memory: AgentMemory;
  readonly clock: Clock;
  readonly log: Logger;
  readonly surroundings: ModuleSurroundings;
  readonly policy: () => Promise<DevicePolicy>;
  /** Modules whose key is not known: whoever can, gets it. */
  readonly onKeysMissing: (modules: readonly string[]) => void;
  readonly onRound: (report: RoundReport) => void;
}

interface RoundView {
  readonly configuration: AgentConfiguration | null;
  readonly containers: readonly ObservedContainer[];
  readonly policy: DevicePolicy;
}

const roundMs = 5_000;
/** More rounds than any real change takes without a pause: then something undoes what we do. */
const roundLimit = 50;
const stopLimitMs = 3_000;

export class ReconcileLoop {
  readonly #options: ReconcileLoopOptions;
  readonly #pulls: ImagePulls;
  #attempts = new Map<string, Attempt>();
  #attemptsOf: number | null = null;
  #running: Promise<void> | null = null;
  #mustRunAgain = false;
  #toldProblem: string | null = null;
  #isStopped = true;
  #cancelTimer: () => void = () => undefined;
  #unwatch: () => void = () => undefined;

  constructor(options: ReconcileLoopOptions) {
    this.#options = options;
    this.#pulls = createImagePulls({
      engine: options.engine,
      onEnd: (image, error) => {
        const key = attemptKey({ kind: 'pull', image });
        if (error === null) this.#attempts.delete(key);
        else this.#noteFailure(key, error.message);
        this.wake();
      },
    });
  }

  start(): void {
    this.#isStopped = false;
    this.#unwatch = this.#options.engine.watch(() => this.wake());
    this.wake();
  }

  /** Ends soon: a step that takes longer is abandoned, as a power cut would. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#unwatch();
    this.#cancelTimer();
    this.#pulls.cancelAll();
    const { promise: tooLong, resolve } = Promise.withResolvers<undefined>();
    const cancel = this.#options.clock.after(stopLimitMs, () => resolve(undefined));
    await Promise.race([this.#running ?? Promise.resolve(), tooLong]);
    cancel();
  }

  wake(): void {
    if (this.#isStopped) return;
    this.#mustRunAgain = true;
    this.#running ??= this.#runRounds().finally(() => {
      this.#running = null;
      // Woken between the last look and here.
      if (this.#mustRunAgain) this.wake();
    });
  }

  async #runRounds(): Promise<void> {
    this.#cancelTimer();
    let waitMs = roundMs;
    for (let round = 0; this.#mustRunAgain && !this.#isStopped; round++) {
      this.#mustRunAgain = false;
      // Single flight is the point: a round ends before the next one looks.
      const result = await this.#round();
      waitMs = Math.min(roundMs, result.waitMs ?? roundMs);
      if (result.hasActed && round < roundLimit) this.#mustRunAgain = true;
      if (round >= roundLimit) this.#mustRunAgain = false;
    }
    this.#cancelTimer = this.#options.clock.after(waitMs, () => this.wake());
  }

  async #round(): Promise<{ hasActed: boolean; waitMs: number | null }> {
    const { memory, engine, clock, log, onRound } = this.#options;
    const policy = await this.#options.policy();
    const reading = readDesired(memory.current, policy);
    const { configuration, version, problem } = reading;
    if (this.#attemptsOf !== version) this.#attempts.clear();
    this.#attemptsOf = version;
    try {
      await memory.saveAgain();
      await this.#keepLastGood(problem === null);
      const specs = configuration?.modules ?? [];
      const containers = await engine.containers();
      const images = await engine.presentImages([...new Set(specs.map((spec) => spec.image))]);
      const wanted = specs.map((spec) => ({ spec, specHash: this.#hashOf(spec) }));
      const missing = specs.filter((spec) => this.#keyOf(spec) === undefined).map((spec) => spec.name);
      if (missing.length > 0) this.#options.onKeysMissing(missing);
      const next = plan({
        wanted: configuration === null ? null : wanted,
        containers,
        images,
        pulling: this.#pulls.images,
        restarts: memory.current.restarts,
        attempts: this.#attempts,
        nowMs: clock.nowMs(),
        monotonicMs: clock.monotonicMs(),
      });
      if (next.isApplied) await this.#forgetRemoved(specs);
      this.#tellProblem(memory.problem);
      onRound({
        configuration,
        version,
        outcome: problem ?? outcomeOf(next, memory.problem),
        containers,
        notes: this.#notes(specs, next),
      });
      await Promise.all(next.steps.map((step) => this.#perform(step, { configuration, containers, policy })));
      return { hasActed: next.steps.length > 0, waitMs: next.waitMs };
    } catch (error) {
      const failure = asAppError(error);
      log.error({ code: failure.code, reason: failure.message }, 'a round failed');
      const outcome = problem ?? { code: 500, description: failure.message };
      onRound({ configuration, version, outcome, containers: null, notes: {} });
      return { hasActed: false, waitMs: null };
    }
  }

  async #perform(step: Step, { configuration, containers, policy }: RoundView): Promise<void> {
    const { engine, memory, clock, log } = this.#options;
    const key = attemptKey(step);
    const specOf = (module: string): ModuleSpec | undefined =>
      configuration?.modules.find((spec) => spec.name === module);
    try {
      log.info({ step: key }, 'step');
      await executeStep(step, {
        engine,
        memory,
        clock,
        containers,
        pulls: this.#pulls,
        credentialFor: (image) => credentialFor(image, configuration?.registryCredentials ?? []),
        requestFor: (module) => this.#containerOf(specOf(module)),
        checkMounts: (module) => checkBindSources(specOf(module)?.createOptions ?? {}, policy),
      });
      if (step.kind !== 'pull') this.#attempts.delete(key);
    } catch (error) {
      // One module's failure must not keep the others' steps from being taken.
      const failure = asAppError(error);
      log.warn({ step: key, reason: failure.message }, 'a step failed');
      this.#noteFailure(key, failure.message);
    }
  }

  /** Once when it begins and once when it is over: it lasts for hours. */
  #tellProblem(problem: string | null): void {
    if (problem === this.#toldProblem) return;
    this.#toldProblem = problem;
    if (problem === null) this.#options.log.info('the state can be written again');
    else this.#options.log.error(problem);
  }

  #noteFailure(key: string, message: string): void {
    const count = (this.#attempts.get(key)?.count ?? 0) + 1;
    this.#attempts.set(key, { count, lastAtMonotonicMs: this.#options.clock.monotonicMs(), message });
  }

  #keyOf(spec: ModuleSpec): string | undefined {
    return ownValue(this.#options.memory.current.moduleKeys, spec.name);
  }

  #hashOf(spec: ModuleSpec): string | null {
    const key = this.#keyOf(spec);
    return key === undefined ? null : containerFor(spec, key, this.#options.surroundings).specHash;
  }

  #containerOf(spec: ModuleSpec | undefined): ReturnType<typeof containerFor> {
    const key = spec === undefined ? undefined : this.#keyOf(spec);
    if (spec === undefined || key === undefined)
      throw broken('A container was planned for a module that is not known.');
    return containerFor(spec, key, this.#options.surroundings);
  }

  async #keepLastGood(isReadable: boolean): Promise<void> {
    const { memory } = this.#options;
    const { desired, lastGood } = memory.current;
    if (!isReadable || desired === null) return;
    // By content as well: a hub that was set up anew counts its versions from one again.
    if (desired.version === lastGood?.version && isDeepStrictEqual(desired.value, lastGood.value)) return;
    await memory.change((state) => ({ ...state, lastGood: desired }));
  }

  /** What is no longer wanted and no longer there needs no records; its key may be needed no more. */
  async #forgetRemoved(specs: readonly ModuleSpec[]): Promise<void> {
    const { memory } = this.#options;
    const names = new Set(specs.map((spec) => spec.name));
    const keep = <T>(records: Readonly<Record<string, T>>): Record<string, T> =>
      Object.fromEntries(Object.entries(records).filter(([module]) => names.has(module)));
    const { restarts, moduleKeys } = memory.current;
    if ([...Object.keys(restarts), ...Object.keys(moduleKeys)].every((module) => names.has(module))) return;
    await memory.change((state) => ({
      ...state,
      restarts: keep(state.restarts),
      moduleKeys: keep(state.moduleKeys),
    }));
  }

  #notes(specs: readonly ModuleSpec[], next: Plan): Record<string, string> {
    const notes = new Map<string, string>();
    for (const spec of specs) {
      const progress = this.#pulls.progressOf(spec.image);
      if (progress !== null) notes.set(spec.name, `pulling ${spec.image}${percent(progress)}`);
      else if (this.#keyOf(spec) === undefined) notes.set(spec.name, 'waiting for its key from the hub');
    }
    for (const { module, message } of next.failures) notes.set(module, message);
    return Object.fromEntries(notes);
  }
}

function percent({ doneBytes, totalBytes }: { readonly doneBytes: number; readonly totalBytes: number }): string {
  return totalBytes === 0 ? '' : `: ${(doneBytes / 1e6).toFixed(1)} of ${(totalBytes / 1e6).toFixed(1)} MB`;
}

function outcomeOf(next: Plan, stateProblem: string | null): DesiredOutcome | null {
  const failures = next.failures.map(({ module, message }) => `${module}: ${message}`);
  if (stateProblem !== null) failures.unshift(stateProblem);
  if (failures.length > 0) return { code: 500, description: failures.join(' ') };
  return next.isApplied ? { code: 200, description: '' } : null;
}
