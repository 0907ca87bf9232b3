// How a trial turns from one phase to another, and what it never does before that is on disk.
import type { Step } from './agent-step.ts';
import type { Moves, PlanInput } from './plan-input.ts';
import type { UpdateFailure } from './update-reason.ts';
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

/** A revision that takes the device or its agent down is not tried for ever. */
export function interruption({ lives }: Trial): UpdateFailure | null {
  return lives > livesLimit ? { code: 'interrupted', module: null, detail: String(lives - 1) } : null;
}
