// A person's "now" to a switch that is awaited: said to the agent's method, or on the device with a file. It is for that one attempt,
// and a new start of the agent forgets it: then it is held again.
import type { Logger } from 'pino';
import type { DesiredReading } from './desired-reading.ts';
import { takeRelease } from './switch-signs.ts';

interface AwaitedSwitch {
  readonly version: number;
  /** Of the rollout; 0 without one. */
  readonly attempt: number;
}

export interface SwitchWord extends AwaitedSwitch {
  /** Locks and hooks too are passed over. */
  readonly isForced: boolean;
}

export interface SwitchWords {
  /** Each round: which switch is awaited, and whether somebody at the device said now. */
  hear(reading: DesiredReading): Promise<void>;
  isAwaited(wanted: AwaitedSwitch): boolean;
  take(word: SwitchWord): void;
  /** What was said of the switch that is awaited. */
  said(): SwitchWord | null;
}

interface SwitchWordOptions {
  readonly stateDir: string;
  readonly log: Logger;
  /** Into the log of the attempt. */
  readonly note: (line: string) => void;
}

export function createSwitchWords({ stateDir, log, note }: SwitchWordOptions): SwitchWords {
  let awaited: AwaitedSwitch | null = null;
  let word: SwitchWord | null = null;
  const isAwaited = ({ version, attempt }: AwaitedSwitch): boolean =>
    awaited?.version === version && awaited.attempt === attempt;

  return {
    isAwaited,
    async hear({ coming }) {
      awaited = coming === null ? null : { version: coming.revision.version, attempt: coming.terms?.attempt ?? 0 };
      if (!(await takeRelease(stateDir, log))) return;
      if (awaited === null) return log.warn('somebody at the device said now, and no switch is coming');
      word = { ...awaited, isForced: true };
      note('somebody at the device said now');
    },
    take(said) {
      word = said;
      note(said.isForced ? 'a person said now, by force' : 'a person said now');
    },
    said: () => (word !== null && isAwaited(word) ? word : null),
  };
}
