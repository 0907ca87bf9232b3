// Whether a rollout's terms let the switch happen now. Time counts on the agent's own monotonic clock from the receipt of the
// version; an agent that did not hear it itself has no time left, so that a lost hub holds the switch and never forces it.
import type { Clock } from '#base/clock.ts';
import type { AgentMemory } from './agent-memory.ts';
import type { DesiredReading } from './desired-reading.ts';

export interface SwitchHold {
  /** What is known by now was received in an earlier life. */
  started(): void;
  isReleased(reading: DesiredReading): boolean;
  /** A person's "now"; false when the device waits for no such attempt. */
  release(version: number, attempt: number): boolean;
}

export function createSwitchHold({
  memory,
  clock,
}: {
  readonly memory: AgentMemory;
  readonly clock: Clock;
}): SwitchHold {
  let oldVersion: number | null = null;
  let received: { readonly version: number; readonly atMs: number } | null = null;
  let released: { readonly version: number; readonly attempt: number } | null = null;
  let awaited: { readonly version: number; readonly attempt: number } | null = null;

  return {
    started() {
      oldVersion = memory.current.desired?.version ?? null;
    },
    isReleased({ coming }) {
      if (coming?.terms === undefined || coming.terms === null) return true;
      const { attempt, hold, switchWithinSeconds } = coming.terms;
      const { version } = coming.revision;
      awaited = { version, attempt };
      if (version !== oldVersion && received?.version !== version) received = { version, atMs: clock.monotonicMs() };
      if (released?.version === version && released.attempt === attempt) return true;
      if (hold !== 'none') return false;
      if (switchWithinSeconds === null) return true;
      return received?.version === version && clock.monotonicMs() - received.atMs <= switchWithinSeconds * 1_000;
    },
    release(version, attempt) {
      if (awaited?.version !== version || awaited.attempt !== attempt) return false;
      released = { version, attempt };
      return true;
    },
  };
}
