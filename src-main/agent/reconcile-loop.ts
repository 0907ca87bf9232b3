// Look, plan, act, report, again: one round at a time, every five seconds and whenever something may have changed.
// Desired and observed are read independently, so that neither failing hides the other. All errors of a round end here.
import { isDeepStrictEqual } from 'node:util';
import type { Logger } from 'pino';
import type { Clock } from '#base/clock.ts';
import { asAppError } from '#base/errors.ts';
import type { DesiredOutcome } from '#domain/updates/agent-report.ts';
import type { Attempt, ObservedContainer } from '#domain/updates/agent-state.ts';
import { attemptKey, type Step } from '#domain/updates/agent-step.ts';
import type { DevicePolicy } from '#domain/manifests/device-policy.ts';
import type { AgentConfiguration } from '#domain/manifests/module-spec.ts';
import { platformText } from '#domain/manifests/platform.ts';
import { credentialFor } from '#domain/manifests/registry-credential.ts';
import { limitOfGateMs } from '#domain/updates/gate-limit.ts';
import { usualSettleMs } from '#domain/updates/health-gate.ts';
import type { SwitchHolder } from '#domain/updates/switch-holder.ts';
import { hasLock } from '#domain/manifests/switch-labels.ts';
import { isTrialStep } from '#domain/updates/update-course.ts';
import type { AgentMemory } from './agent-memory.ts';
import type { AttemptLog } from './attempt-log.ts';
import { checkBindSources } from './bind-sources.ts';
import { readDesired, type DesiredReading } from './desired-reading.ts';
import type { Engine, Transferred } from './engine.ts';
import { createImagePulls, type ImagePulls } from './image-pulls.ts';
import type { ModuleSurroundings } from './module-container.ts';
import { createRoundPlanner, specsOf, type RoundPlanner } from './round-plan.ts';
import { notesOf, outcomeOf } from './round-outcome.ts';
import { executeStep } from './step-executors.ts';
import { createSwitchHold, type SwitchAnswer, type SwitchHold } from './switch-hold.ts';
import { layOutLock } from './switch-signs.ts';
import type { SwitchWord } from './switch-word.ts';
import { createTrialKeeper, type TrialKeeper } from './trial-keeper.ts';

export interface RoundReport {
  readonly configuration: AgentConfiguration | null;
  readonly version: number | null;
  /** null: still under way, the outcome before stands. */
  readonly outcome: DesiredOutcome | null;
  /** null: the engine could not be asked; what was known before stands. */
  readonly containers: readonly ObservedContainer[] | null;
  readonly notes: Readonly<Record<string, string>>;
  /** Who holds the switch of its trial, which is otherwise ready for it. */
  readonly hold: SwitchHolder | null;
  /** How long the gate may take that its trial is in; null: it is in none. */
  readonly gateLimitMs: number | null;
  /** Of the trial that is on. */
  readonly transferred: Transferred;
}

export interface ReconcileLoopOptions {
  readonly engine: Engine;
  /** Who obtains images; the engine when not given. */
  readonly pull?: Engine['pull'] | undefined;
  readonly memory: AgentMemory;
  readonly clock: Clock;
  readonly log: Logger;
  readonly surroundings: ModuleSurroundings;
  readonly stateDir: string;
  readonly attemptLog: AttemptLog;
  /** How long a module must run to be proven where nothing else is said; 10 s when not given. */
  readonly settleMs?: number;
  readonly policy: () => Promise<DevicePolicy>;
  /** Modules whose key is not known: whoever can, gets it. */
  readonly onKeysMissing: (modules: readonly string[]) => void;
  readonly onRound: (report: RoundReport) => void;
  /** Between rounds: more of the trial's images has come. */
  readonly onTransferred?: (transferred: Transferred) => void;
}

interface RoundView {
  readonly reading: DesiredReading;
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
  readonly #planner: RoundPlanner;
  readonly #trials: TrialKeeper;
  readonly #hold: SwitchHold;
  #platform: string | null = null;
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
      ...options,
      onProgress: (transferred) => options.onTransferred?.(transferred),
      onEnd: (end) => {
        const key = attemptKey({ kind: 'pull', image: end.image });
        if (end.error === null) this.#attempts.delete(key);
        else this.#noteFailure(key, end.error.message);
        void this.#trials.pullEnded(end);
        this.wake();
      },
    });
    this.#trials = createTrialKeeper({ ...options, pulls: () => this.#pulls });
    this.#planner = createRoundPlanner({ ...options, settleMs: options.settleMs ?? usualSettleMs });
    const { locksDir } = options.surroundings;
    const note = (line: string): void => this.#trials.note(line);
    this.#hold = createSwitchHold({ ...options, locksDir, note, onChanged: () => this.wake() });
  }

  start(): void {
    this.#isStopped = false;
    this.#hold.started();
    void this.#trials.countLife();
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

  /** A person lets the switch of an attempt happen. */
  switchNow(word: SwitchWord): SwitchAnswer {
    const answer = this.#hold.say(word);
    this.wake();
    return answer;
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
    const { memory, engine, log, onRound } = this.#options;
    const policy = await this.#options.policy();
    const reading = readDesired(memory.current, policy);
    const { version } = reading;
    const configuration = reading.coming?.configuration ?? reading.standing;
    if (this.#attemptsOf !== version) this.#attempts.clear();
    this.#attemptsOf = version;
    const told = { configuration, version, transferred: this.#pulls.transferred };
    try {
      await memory.saveAgain();
      await this.#keepLastGood(reading);
      this.#platform ??= await platformOf(engine);
      const specs = specsOf(reading);
      const containers = await engine.containers();
      const images = await engine.presentImages([...new Set(specs.map((spec) => spec.image))]);
      const keyless = this.#planner.keyless(reading);
      if (keyless.length > 0) this.#options.onKeysMissing(keyless);
      const sight = { reading, containers, images, platform: this.#platform };
      const input = this.#planner.inputOf({ ...sight, pulling: this.#pulls.images, attempts: this.#attempts });
      const { next, hold } = await this.#hold.plan(input, reading);
      if (next.isApplied) await this.#forgetRemoved(specs.map(({ name }) => name));
      this.#tellProblem(memory.problem);
      onRound({
        ...told,
        outcome: outcomeOf(reading, next, memory),
        containers,
        notes: notesOf(specs, next, { pulls: this.#pulls, keyless }),
        hold,
        gateLimitMs: limitOfGateMs(input),
      });
      await Promise.all(next.steps.map((step) => this.#perform(step, { reading, containers, policy })));
      return { hasActed: next.steps.length > 0, waitMs: next.waitMs };
    } catch (error) {
      const failure = asAppError(error);
      log.error({ code: failure.code, reason: failure.message }, 'a round failed');
      const outcome = reading.problem ?? { code: 500, description: failure.message };
      onRound({ ...told, outcome, containers: null, notes: {}, hold: null, gateLimitMs: null });
      return { hasActed: false, waitMs: null };
    }
  }

  async #perform(step: Step, { reading, containers, policy }: RoundView): Promise<void> {
    const { engine, memory, clock, log } = this.#options;
    const key = attemptKey(step);
    const credentials = [reading.coming?.configuration, reading.standing].flatMap(
      (configuration) => configuration?.registryCredentials ?? [],
    );
    try {
      log.info({ step: key }, 'step');
      if (!isTrialStep(step)) this.#trials.note(key);
      // A new container has the name of its old one, which must not wait out the failures of the new one on the way back.
      else if (step.kind !== 'enterPhase' || step.trial.phase === 'back') this.#attempts.clear();
      await executeStep(step, {
        engine,
        memory,
        clock,
        containers,
        pulls: this.#pulls,
        locksDir: this.#options.surroundings.locksDir,
        credentialFor: (image) => credentialFor(image, credentials),
        takeTurn: (turn) => this.#trials.takeTurn(turn, reading, containers),
        requestFor: async (creation) => {
          const { spec, ...request } = this.#planner.requestFor(creation, reading);
          await checkBindSources(spec.createOptions, policy);
          if (hasLock(spec.createOptions)) await layOutLock(this.#options.surroundings.locksDir, spec.name);
          return request;
        },
      });
      if (step.kind !== 'pull') this.#attempts.delete(key);
    } catch (error) {
      // One module's failure must not keep the others' steps from being taken.
      const failure = asAppError(error);
      log.warn({ step: key, reason: failure.message }, 'a step failed');
      this.#trials.note(`${key} failed: ${failure.message}`);
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

  async #keepLastGood({ problem }: DesiredReading): Promise<void> {
    const { memory } = this.#options;
    const { desired, lastGood } = memory.current;
    if (problem !== null || desired === null) return;
    // By content as well: a hub that was set up anew counts its versions from one again.
    if (desired.version === lastGood?.version && isDeepStrictEqual(desired.value, lastGood.value)) return;
    await memory.change((state) => ({ ...state, lastGood: desired }));
  }

  /** What is no longer wanted and no longer there needs no records; its key may be needed no more. */
  async #forgetRemoved(wanted: readonly string[]): Promise<void> {
    const { memory } = this.#options;
    const names = new Set(wanted);
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
}

/** Null while the engine does not say; an image that does not fit then fails at its start. */
async function platformOf(engine: Engine): Promise<string | null> {
  const { os, architecture } = await engine.describe();
  return platformText(os, architecture);
}
