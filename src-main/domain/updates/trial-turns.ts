// How a trial turns from one phase to another, and what it never does before that is on disk.
import { ownValue } from '#base/json.ts';
import type { UpdateFailure } from '#domain/manifests/update-reason.ts';
import { containerName, isAlive, isOwn } from './agent-state.ts';
import type { Step } from './agent-step.ts';
import { exitsOfLoop } from './health-gate.ts';
import type { Moves, PlanInput } from './plan-input.ts';
import type { Trial, TrialPhase } from './update-trial.ts';

/** More starts of the agent than any single accident explains. */
const livesLimit = 3;

export function only(step: Step): Moves {
  return movesOf([step]);
}

export function movesOf(steps: readonly Step[], waitsMs: readonly number[] = []): Moves {
  return { steps, waitsMs, failures: [], missingImages: [], isApplied: false };
}

export function turn(trial: Trial, phase: TrialPhase, change: Partial<Trial> = {}): Step {
  return { kind: 'enterPhase', trial: { ...trial, ...change, phase } };
}

/**
 * Back to what was proven; where nothing was, the new one stays as it is and nothing is started that failed before.
 * Example: in the stage → back, and only successors are removed; in the gate of a device's first revision → leave.
 */
export function failTrial(trial: Trial, { canGoBack }: PlanInput, failure: UpdateFailure): Step {
  return turn(trial, canGoBack || !trial.hasSwitched ? 'back' : 'leave', { failure });
}

/**
 * Whether a module that the trial leaves as it is was down, or ended over and over, before the switch: neither the new revision
 * nor the way back is to blame for it, and whoever wants to mend another module must not have to mend this one first.
 */
export function wasAiling({ kept, exitsBefore, ranBefore }: Trial, module: string): boolean {
  if (!kept.includes(module)) return false;
  return (ownValue(exitsBefore, module) ?? 0) >= exitsOfLoop || !Object.hasOwn(ranBefore, module);
}

/** The first phase that stops something. */
export function phaseOfSwitch({ yields }: Trial): 'yield' | 'switch' {
  return Object.keys(yields).length > 0 ? 'yield' : 'switch';
}

/** What is remembered of runs before something old is stopped. What gave way or was handed over is known from before that. */
export function countsOf(
  { hashes, beside, yields, ranBefore }: Trial,
  { restarts, containers }: PlanInput,
): Pick<Trial, 'exitsBefore' | 'ranBefore'> {
  const exitsBefore = Object.entries(hashes).map(([module, specHash]): [string, number] => {
    const record = ownValue(restarts, module);
    return [module, record?.specHash === specHash ? record.restartCount : 0];
  });
  const isKnown = (module: string): boolean =>
    (beside.includes(module) || Object.hasOwn(yields, module)) && Object.hasOwn(ranBefore, module);
  const running = containers
    .filter(isOwn)
    .filter((found) => isAlive(found) && found.name === containerName(found.module) && !isKnown(found.module));
  return {
    exitsBefore: Object.fromEntries(exitsBefore),
    ranBefore: {
      ...Object.fromEntries(Object.entries(ranBefore).filter(([module]) => isKnown(module))),
      ...Object.fromEntries(running.map(({ module, startedAtMs }) => [module, startedAtMs])),
    },
  };
}

/** A revision that takes the device or its agent down is not tried for ever. */
export function interruption({ lives }: Trial): UpdateFailure | null {
  return lives > livesLimit ? { code: 'interrupted', module: null, detail: String(lives - 1) } : null;
}
