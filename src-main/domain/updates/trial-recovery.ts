// The way back's second half: old ones that are gone are obtained and made again, and then all of the proven revision must stay
// up. What cannot be obtained keeps none of the others from serving, and is tried on after the trial.
import { ownValue } from '#base/json.ts';
import type { UpdateFailure } from '#domain/manifests/update-reason.ts';
import { containerName, isOwn, type RestartRecord } from './agent-state.ts';
import { attemptKey, type Step } from './agent-step.ts';
import { gateLimitMs, judgeGate, settleMsOf, usualSettleMs, type GateVerdict } from './health-gate.ts';
import { imageForbidden, nameTaken } from './module-plan.ts';
import { containersOf } from './own-containers.ts';
import type { Moves, PlanInput, WantedModule } from './plan-input.ts';
import { planSteady } from './steady-plan.ts';
import { only, turn, wasAiling } from './trial-turns.ts';
import type { Trial } from './update-trial.ts';

/** How often it is tried before the attempt ends without it. */
const triesOfRestoring = 3;

/** What cannot be put back is waited for by nobody. */
const lost = { kind: 'passed' } as const satisfies GateVerdict;

/** No limit but that of each try: how long a download takes says nothing about what runs. */
export function planRestoring(trial: Trial, input: PlanInput): Moves {
  const { wanted } = input;
  // The device's policy does not allow it any more.
  if (wanted === null) return only(turn(trial, 'recover'));
  const missing = wanted.filter(({ spec }) => containersOf(spec.name, input.containers).current === null);
  const losses = missing.map((module) => lossOf(module, input));
  if (losses.every((loss) => loss !== null)) return only(turn(trial, 'recover', { loss: losses[0] ?? null }));
  const steady = planSteady(wanted, { ...input, restarts: withOwedStarts(trial, input) });
  return { ...steady, isApplied: false };
}

/** Why it cannot be made again; null while that is not known. */
function lossOf({ spec, specHash }: WantedModule, input: PlanInput): UpdateFailure | null {
  const detail = obstacle({ spec, specHash }, input);
  return detail === null ? null : { code: 'not-restored', module: spec.name, detail };
}

function obstacle({ spec, specHash }: WantedModule, { containers, images, attempts }: PlanInput): string | null {
  const { foreign } = containersOf(spec.name, containers);
  if (foreign !== null) return nameTaken(foreign);
  if (specHash === null) return 'its key is not known';
  const { name: module, image } = spec;
  const isThere = images.has(image);
  if (!isThere && spec.imagePullPolicy === 'never') return imageForbidden(image);
  const step: Step = isThere
    ? { kind: 'create', module, containerName: containerName(module), specHash }
    : { kind: 'pull', image };
  const attempt = attempts.get(attemptKey(step));
  return attempt !== undefined && attempt.count >= triesOfRestoring ? attempt.message : null;
}

/** The old ones again, under their restart policy, until they stay up or time is up. */
export function planRecovery(trial: Trial, input: PlanInput): Moves {
  const { wanted } = input;
  // The device's policy does not allow it any more: nothing may start.
  if (wanted === null) return only({ kind: 'endTrial', verdict: 'failed-stuck' });
  const steady = planSteady(wanted, { ...input, restarts: withOwedStarts(trial, input) });
  const limitMs = gateLimitMs(
    wanted.map(({ spec }) => spec),
    usualSettleMs,
  );
  const owed = wanted.filter(({ spec }) => !wasAiling(trial, spec.name));
  const verdicts = owed.map(({ spec }): GateVerdict | null => {
    const { current } = containersOf(spec.name, input.containers);
    if (current === null) return trial.loss === null ? null : lost;
    const ranForMs = input.ranForMs.get(current.id) ?? 0;
    // Its restarts were counted in other times; here only staying up counts.
    return judgeGate(spec, current, { ranForMs, restarts: 0, settleMs: settleMsOf(spec, usualSettleMs) });
  });
  const isQuiet = steady.steps.every(({ kind }) => trial.loss !== null && (kind === 'pull' || kind === 'create'));
  if (verdicts.every((verdict) => verdict?.kind === 'passed') && isQuiet)
    return only({
      kind: 'endTrial',
      verdict: verdicts.some((verdict) => verdict === lost) ? 'failed-stuck' : 'failed-rolled-back',
    });
  if (input.phaseForMs >= limitMs) return only({ kind: 'endTrial', verdict: 'failed-stuck' });
  const waits = verdicts.map((verdict) => (verdict?.kind === 'waiting' ? verdict.waitMs : null));
  return {
    ...steady,
    isApplied: false,
    waitsMs: [...steady.waitsMs, ...waits.filter((waitMs) => waitMs !== null), limitMs - input.phaseForMs],
  };
}

/** Records of the new ones have taken the place of the old ones': what the switch stopped is known by its run. */
function withOwedStarts({ ranBefore, kept }: Trial, { containers, restarts }: PlanInput): PlanInput['restarts'] {
  const owed = containers
    .filter(isOwn)
    .filter(({ module, startedAtMs }) => !kept.includes(module) && ownValue(ranBefore, module) === startedAtMs);
  const records = owed.map(({ module, startedAtMs }): [string, RestartRecord] => [
    module,
    {
      specHash: '',
      restartCount: 0,
      lastRestartAtMs: null,
      stoppedRunAtMs: startedAtMs,
      everStarted: true,
    },
  ]);
  return { ...restarts, ...Object.fromEntries(records) };
}
