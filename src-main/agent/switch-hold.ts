// Whether the switch may come now. Asked only when nothing else keeps the device from it, so that a hold never holds a download;
// whoever holds is asked anew each round, and what is held is neither failed nor lost: not by time, a lost hub or a new start.
// Time of a rollout's terms counts on the agent's own clocks, by the one that says more, from the receipt of the version; an agent
// that did not hear it itself has no time left, so that a lost hub holds the switch and never forces it.
import { isDeepStrictEqual } from 'node:util';
import type { Logger } from 'pino';
import { plan, type Plan } from '#domain/updates/agent-plan.ts';
import type { PlanInput } from '#domain/updates/plan-input.ts';
import {
  heldByDisk,
  heldByPerson,
  heldByWindow,
  heldUntilWindow,
  holdSentence,
  type SwitchHolder,
} from '#domain/updates/switch-holder.ts';
import { termsOf, type DesiredReading } from './desired-reading.ts';
import { createModuleHolds, type ModuleHoldOptions } from './switch-modules.ts';
import { createSwitchWords, type SwitchWord } from './switch-word.ts';

export interface SwitchHoldOptions extends ModuleHoldOptions {
  readonly log: Logger;
  readonly stateDir: string;
  /** Into the log of the attempt. */
  readonly note: (line: string) => void;
}

export interface SwitchAnswer {
  /** The device waits for that attempt, or is on the way to it. */
  readonly isKnown: boolean;
  /** Who holds it all the same; then nothing was changed. */
  readonly holder: SwitchHolder | null;
}

interface HeldPlan {
  readonly next: Plan;
  readonly hold: SwitchHolder | null;
}

export interface SwitchHold {
  /** What is known by now was received in an earlier life. */
  started(): void;
  /** The next steps, less those that somebody holds back. */
  plan(input: PlanInput, reading: DesiredReading): Promise<HeldPlan>;
  /** A person's "now". */
  say(word: SwitchWord): SwitchAnswer;
}

export function createSwitchHold(options: SwitchHoldOptions): SwitchHold {
  const words = createSwitchWords(options);
  const receipts = createReceipts(options);
  const telling = createTelling(options);
  const heldByModules = createModuleHolds(options);

  async function holderOf(input: PlanInput, reading: DesiredReading): Promise<SwitchHolder | null> {
    const word = words.said();
    // They are for the beginning: one that runs beside its old one does not wait a day for the next window.
    const isBegun = input.trial?.phase !== 'stage';
    const byTerms = word === null && !isBegun ? receipts.heldByTerms(reading) : null;
    if (byTerms !== null) return byTerms;
    return word?.isForced === true || isForced(reading) ? null : heldByModules(input, reading);
  }

  return {
    started: () => receipts.started(),
    async plan(input, reading) {
      await words.hear(reading);
      receipts.hear(reading);
      const ready = { ...input, canRemember: true };
      const free = plan(ready);
      const held = input.coming === null ? free : plan({ ...ready, coming: { ...input.coming, isHeld: true } });
      // Whoever holds is asked where it makes a difference, and nowhere else: not on the way, and never on the way back.
      const isAtSwitch = !isDeepStrictEqual(held.steps, free.steps);
      const hold = telling.tell(isAtSwitch ? ((await holderOf(input, reading)) ?? heldByMemory(options)) : null);
      if (hold !== null) return { next: held, hold };
      return { next: input.canRemember ? free : plan(input), hold };
    },
    say(word) {
      if (!words.isAwaited(word)) return { isKnown: false, holder: null };
      const holder = telling.told();
      if (!word.isForced && (holder?.by === 'lock' || holder?.by === 'hook')) return { isKnown: true, holder };
      words.take(word);
      return { isKnown: true, holder: null };
    },
  };
}

/** A switch that is not on disk would be a mix after a power cut. */
function heldByMemory({ memory }: Pick<SwitchHoldOptions, 'memory'>): SwitchHolder | null {
  return memory.problem === null ? null : heldByDisk(memory.problem);
}

/** By the newest terms of its attempt, which a trial beyond its stage does not begin anew for. */
function isForced({ coming, candidate }: DesiredReading): boolean {
  const newest = candidate === null ? null : termsOf(candidate);
  return newest?.isForced === true && newest.attempt === coming?.terms?.attempt;
}

/** When each version was received, and what its terms leave open by now. */
function createReceipts({ memory, clock }: Pick<SwitchHoldOptions, 'memory' | 'clock'>) {
  let oldVersion: number | null = null;
  let received: { readonly version: number; readonly atMs: number; readonly atWallMs: number } | null = null;

  /** A device that was suspended knows of it by its wall alone; one whose wall is set ahead holds too soon, and gets new terms. */
  const passedMs = (at: { readonly atMs: number; readonly atWallMs: number }): number =>
    Math.max(clock.monotonicMs() - at.atMs, clock.nowMs() - at.atWallMs);

  return {
    started(): void {
      oldVersion = memory.current.desired?.version ?? null;
    },
    hear({ coming }: DesiredReading): void {
      const version = coming?.revision.version ?? null;
      if (version !== null && version !== oldVersion && received?.version !== version)
        received = { version, atMs: clock.monotonicMs(), atWallMs: clock.nowMs() };
    },
    heldByTerms({ coming }: DesiredReading): SwitchHolder | null {
      if (coming?.terms === undefined || coming.terms === null) return null;
      const { hold, switchWithinSeconds } = coming.terms;
      if (hold === 'person') return heldByPerson;
      if (hold === 'window') return heldUntilWindow;
      if (switchWithinSeconds === null) return null;
      if (received?.version !== coming.revision.version) return heldByWindow;
      return passedMs(received) <= switchWithinSeconds * 1_000 ? null : heldByWindow;
    },
  };
}

/** Each telling is a change of the device's twin, and a module may count its cycles in its lock. */
const tellAgainMs = 60_000;

function createTelling({ clock, log, note }: Pick<SwitchHoldOptions, 'clock' | 'log' | 'note'>) {
  let told: { readonly hold: SwitchHolder; readonly atMs: number } | null = null;

  return {
    told: (): SwitchHolder | null => told?.hold ?? null,
    /** The next words of the same lock wait for a while. */
    tell(hold: SwitchHolder | null): SwitchHolder | null {
      const before = told;
      const isSame = hold !== null && before?.hold.by === hold.by && before.hold.module === hold.module;
      if (isSame && hold.by === 'lock' && clock.monotonicMs() - before.atMs < tellAgainMs) return before.hold;
      if (hold !== null && !isSame) {
        log.info({ by: hold.by, module: hold.module }, holdSentence(hold));
        note(`held: ${holdSentence(hold)}`);
      }
      told = hold === null ? null : { hold, atMs: clock.monotonicMs() };
      return hold;
    },
  };
}
