// Whether a rollout stands still until a person lets it go on as its plan has it: told where people look for what needs them, and
// not as something that went wrong.
import type { RolloutState } from './rollout-state.ts';

/** The wave that a person may open now. */
export interface WaitedWave {
  readonly name: string;
  /** From 1. */
  readonly number: number;
  readonly waves: number;
  /** The wave before, which did as much as was asked of it. */
  readonly after: string;
  /** Wall time, epoch ms. */
  readonly sinceMs: number;
}

/**
 * Null: nobody is waited for. Wave 1 of 3 reached its share and kept it for its soak time, and a person is to open the next: wave 2
 * of 3. One that is paused waits for a decision instead, which its status says.
 */
export function waitedWave({
  status,
  waves,
  currentWave,
}: Pick<RolloutState, 'status' | 'waves' | 'currentWave'>): WaitedWave | null {
  if (status !== 'pending' && status !== 'in-progress') return null;
  const [wave, next] = [waves[currentWave], waves[currentWave + 1]];
  const sinceMs = wave?.dueAtMs ?? null;
  if (wave === undefined || next === undefined || sinceMs === null) return null;
  return { name: next.plan.name, number: currentWave + 2, waves: waves.length, after: wave.plan.name, sinceMs };
}
