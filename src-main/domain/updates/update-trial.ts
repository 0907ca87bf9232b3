// A trial: a new revision as one change of the whole device, under way. Its phase is on disk before the first engine call of
// that phase, so that whoever starts after a power cut goes on from containers and trial alone, to all new or all old.
import type { UpdateFailure } from '#domain/manifests/update-reason.ts';
import type { WantedModule } from './plan-input.ts';

/**
 * stage: images and successors are made beside what runs. beside: those that are handed over run beside their old ones and pass
 * their gate there. yield: those that must give way before their download do, last of all, and the download follows. switch: the
 * old ones are stopped and kept, the new ones take their names and start. verify: the new ones pass their gate. commit: the old
 * ones go. back: the new ones go and the old ones get their names again. restore: old ones that are gone are obtained and made
 * again. recover: the old ones pass the gate. leave: there is nothing to go back to, the new ones stay as they are.
 */
export const trialPhases = [
  'stage',
  'beside',
  'yield',
  'switch',
  'verify',
  'commit',
  'back',
  'restore',
  'recover',
  'leave',
] as const;
export type TrialPhase = (typeof trialPhases)[number];

/** How an attempt ended; Greengrass' six. */
export const verdicts = [
  'done',
  'failed-unchanged',
  'failed-rolled-back',
  'failed-left',
  'failed-stuck',
  'refused',
] as const;
export type Verdict = (typeof verdicts)[number];

export interface Trial {
  readonly phase: TrialPhase;
  /** Something old was or will be stopped: from the yield or the switch on. Before, only successors are to be taken back. */
  readonly hasSwitched: boolean;
  /** Module → specification its new container was made from: a key that changes in mid-trial must not blur new and old. */
  readonly hashes: Readonly<Record<string, string>>;
  /** Modules whose container stays as it is. */
  readonly kept: readonly string[];
  /** Modules whose new one starts beside the old one: `hand-over`. */
  readonly beside: readonly string[];
  /** Modules whose old one gives way before the download → the image that is deleted with it; null: the old one is kept. */
  readonly yields: Readonly<Record<string, string | null>>;
  /** Module → restarts counted before the switch, which are no fault of the new revision. */
  readonly exitsBefore: Readonly<Record<string, number>>;
  /** Module → `startedAtMs` of the run that the switch ended: going back owes it a start, whatever its restart policy. */
  readonly ranBefore: Readonly<Record<string, number>>;
  /** Why it does not go on; null while it does. */
  readonly failure: UpdateFailure | null;
  /** What cannot be put back; null when all is, or nothing has to be. */
  readonly loss: UpdateFailure | null;
  /** How often an agent started in the middle of the yield, of the switch or a gate: a revision may take the whole device down. */
  readonly lives: number;
}

/** The revision that a trial brings, or is to bring. */
export interface Coming {
  readonly modules: readonly WantedModule[];
  /** How long each module must run in one go. */
  readonly settleMs: number;
  /** How often a step of the stage may fail; null: without end, because an image may be brought any day. */
  readonly tries: number | null;
  /** The switch waits; the download does not. */
  readonly isHeld: boolean;
  /** Still what the device is to run; a trial that has not switched is given up when it is not. */
  readonly isStillWanted: boolean;
}

export const newTrial: Trial = {
  phase: 'stage',
  hasSwitched: false,
  hashes: {},
  kept: [],
  beside: [],
  yields: {},
  exitsBefore: {},
  ranBefore: {},
  failure: null,
  loss: null,
  lives: 1,
};
