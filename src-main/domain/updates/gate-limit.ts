// How long the gate may take that a trial is in, for whoever waits for the device: nothing else of it moves meanwhile.
import { gateLimitMs, usualSettleMs } from './health-gate.ts';
import type { PlanInput, WantedModule } from './plan-input.ts';

/**
 * Verifying, with `lanyard.settle-seconds: "3600"` → three hours. null: it is in no gate.
 */
export function limitOfGateMs({
  trial,
  coming,
  wanted,
}: Pick<PlanInput, 'trial' | 'coming' | 'wanted'>): number | null {
  if (trial?.phase === 'recover') return limitOf(wanted ?? [], usualSettleMs);
  if (coming === null) return null;
  const { modules, settleMs } = coming;
  if (trial?.phase === 'verify') return limitOf(modules, settleMs);
  if (trial?.phase !== 'beside') return null;
  return limitOf(
    modules.filter(({ spec }) => trial.beside.includes(spec.name)),
    settleMs,
  );
}

function limitOf(modules: readonly WantedModule[], settleMs: number): number {
  const specs = modules.map(({ spec }) => spec);
  return gateLimitMs(specs, settleMs);
}
