// Asks the hooks of modules whether the device may switch: in their own containers, at most every 30 s, and never two at once in one
// container. A permission is for the attempt it was asked for, and as old as that at most.
import type { Clock } from '#base/clock.ts';
import { asAppError } from '#base/errors.ts';
import type { OwnContainer } from '#domain/updates/agent-state.ts';
import { heldByHook, type HookAnswer, type SwitchHolder } from '#domain/updates/switch-holder.ts';
import type { Engine } from './engine.ts';

const limitMs = 30_000;
const askAgainMs = 30_000;

interface HookCall {
  readonly container: OwnContainer;
  readonly argv: readonly string[];
  /** Of the attempt. */
  readonly number: number;
}

export interface SwitchHooks {
  /** Asks whoever is due, and tells by the answers so far who holds; null: all let it. Returns at once. */
  holderOf(calls: readonly HookCall[]): SwitchHolder | null;
}

interface Asked {
  /** Of container, run and attempt. */
  readonly key: string;
  readonly atMs: number;
  readonly isUnderway: boolean;
  readonly answer: HookAnswer;
}

export function createSwitchHooks({
  engine,
  clock,
  onAnswer,
}: {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly onAnswer: () => void;
}): SwitchHooks {
  const known = new Map<string, Asked>();

  async function ask(container: OwnContainer, argv: readonly string[]): Promise<HookAnswer> {
    try {
      const { exitCode, lastLine } = await engine.exec(container.id, argv, { limitMs });
      return { kind: 'answered', exitCode, lastLine };
    } catch (error) {
      // One that cannot be asked holds, and says why.
      return { kind: 'failed', reason: asAppError(error).message };
    }
  }

  function begin({ container, argv }: HookCall, key: string, answer: HookAnswer): Asked {
    const { module } = container;
    const asked: Asked = { key, atMs: clock.monotonicMs(), isUnderway: true, answer };
    known.set(module, asked);
    void ask(container, argv).then((next) => {
      if (known.get(module) !== asked) return;
      known.set(module, { key, atMs: clock.monotonicMs(), isUnderway: false, answer: next });
      onAnswer();
    });
    return asked;
  }

  function answerOf(call: HookCall): HookAnswer {
    const { id, module, startedAtMs } = call.container;
    const key = `${id} ${startedAtMs} ${call.number}`;
    const asked = known.get(module);
    if (asked?.key !== key) return begin(call, key, null).answer;
    const isDue = !asked.isUnderway && clock.monotonicMs() - asked.atMs >= askAgainMs;
    if (!isDue) return asked.answer;
    // A permission is over; what held is told until it is known better.
    const isOver = asked.answer?.kind === 'answered' && asked.answer.exitCode === 0;
    return begin(call, key, isOver ? null : asked.answer).answer;
  }

  return {
    holderOf(calls) {
      const holders = calls.map((call) => heldByHook(call.container.module, answerOf(call)));
      return holders.find((holder) => holder !== null) ?? null;
    },
  };
}
