// Notices that the machine woke, from the desktop shell's word or from a gap in its own time, and lets the hub meet its devices
// anew when it slept for longer than connections live.
import type { Logger } from 'pino';
import type { Clock } from '#base/clock.ts';
import type { ShellWord } from '#contract/shell-port.ts';

/** A device notices within this time that nobody answers; after a shorter sleep its connection goes on. */
const longestNapMs = 60_000;
/** The word and the gap tell of one and the same sleep. */
const sameSleepMs = 30_000;

export interface WakeWatch {
  hear(word: ShellWord): void;
  foundGap(gapMs: number): void;
}

export function createWakeWatch(needs: {
  readonly clock: Clock;
  readonly log: Logger;
  readonly woke: () => Promise<void>;
}): WakeWatch {
  const { clock, log } = needs;
  let suspendedAtMs: number | null = null;
  let wokeAtMs = -Infinity;

  function wake(sleptMs: number): void {
    if (sleptMs < longestNapMs || clock.monotonicMs() - wokeAtMs < sameSleepMs) return;
    wokeAtMs = clock.monotonicMs();
    log.info({ sleptMs }, 'the machine slept; devices are met anew');
    needs.woke().catch((error: unknown) => log.error({ err: error }, 'the hub could not meet its devices anew'));
  }

  return {
    hear({ kind }) {
      if (kind === 'suspended') suspendedAtMs = clock.nowMs();
      else if (suspendedAtMs !== null) {
        wake(clock.nowMs() - suspendedAtMs);
        suspendedAtMs = null;
      }
    },
    foundGap: wake,
  };
}
