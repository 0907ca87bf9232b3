// Both clocks of a rollout. The running time goes on from what the last step wrote, never back, and not while no hub runs: what
// was not written before a kill is waited for again.
import type { Clock } from '#base/clock.ts';
import { currentRules } from '#domain/rollouts/rollout-rules.ts';
import type { RolloutNow } from '#domain/rollouts/rollout-state.ts';
import type { Store, StoreReaders, StoreWriters } from '#store/store-types.ts';

const setting = 'rollout-run-ms';

const keepEveryMs = 10_000;

export interface RolloutClock {
  now(): RolloutNow;
  /** Writes the running time when nothing else has for a while. */
  keep(store: Pick<Store, 'change'>): void;
}

export function createRolloutClock(read: StoreReaders, clock: Clock): RolloutClock {
  const kept = read.settings.get(setting);
  const fromMs = (typeof kept === 'number' ? kept : 0) - clock.monotonicMs();
  const now = (): RolloutNow => ({
    wallMs: clock.nowMs(),
    runMs: Math.floor(fromMs + clock.monotonicMs()),
    rules: currentRules,
  });
  let keptRunMs = now().runMs;
  return {
    now,
    keep(store) {
      if (now().runMs - keptRunMs < keepEveryMs) return;
      keptRunMs = now().runMs;
      store.change((write) => keepRunTime(write, now()));
    },
  };
}

export function keepRunTime(write: StoreWriters, { runMs }: RolloutNow): void {
  write.settings.set(setting, runMs);
}
