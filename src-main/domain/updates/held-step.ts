// A step that failed and is not tried again yet: 10 s · 2^n after the n-th failure, at most five minutes; without end, because
// an image may be brought any day.
import { backoffMs } from '#base/backoff.ts';
import { attemptKey, moduleOf, type Step } from './agent-step.ts';
import type { PlanFailure, PlanInput } from './plan-input.ts';

export interface HeldStep {
  readonly step: Step;
  readonly message: string;
  readonly waitMs: number;
}

const attemptShape = { firstMs: 10_000, limitMs: 300_000 };

export function heldStep(step: Step, { attempts, monotonicMs }: PlanInput): HeldStep | null {
  const attempt = attempts.get(attemptKey(step));
  if (attempt === undefined) return null;
  const waitMs = attempt.lastAtMonotonicMs + backoffMs(attempt.count - 1, attemptShape) - monotonicMs;
  return waitMs > 0 ? { step, message: attempt.message, waitMs } : null;
}

/** Whom a held step concerns, and how it failed. */
export function failuresOfHeld({ step, message }: HeldStep, { wanted, coming }: PlanInput): PlanFailure[] {
  if (step.kind !== 'pull') {
    const module = moduleOf(step);
    return module === null ? [] : [{ module, message }];
  }
  const sentence = `${message} Make it available to this device, or correct its name: it is tried again by itself.`;
  const users = [...(wanted ?? []), ...(coming?.modules ?? [])].filter(({ spec }) => spec.image === step.image);
  return [...new Set(users.map(({ spec }) => spec.name))].map((module) => ({ module, message: sentence }));
}
