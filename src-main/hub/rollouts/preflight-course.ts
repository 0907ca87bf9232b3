// Preflights of one rollout over its life: the machine says with every step whom it has to know of, and is told what is news alone.
// An obstacle that stays the same is asked about again and written once: a row of the journal every half minute says nothing.
import type { DeviceId } from '#base/ids.ts';
import type { RolloutEffect, RolloutEvent } from '#domain/rollouts/rollout-event.ts';
import type { RolloutNow, RolloutState } from '#domain/rollouts/rollout-state.ts';
import { answersAtOnce, type PreflightRound } from './preflight-round.ts';

/** How long an obstacle that stayed the same stands before it is asked about again. */
const askAgainMs = 30_000;

export interface PreflightCourse {
  /** Asks whom a step asks for. What is told is of the state that the rollout has by then. */
  ask(state: () => RolloutState, effects: readonly RolloutEffect[], ways: PreflightWays): void;
  /** The rollout is over. */
  stop(): void;
}

interface PreflightWays {
  readonly now: () => RolloutNow;
  readonly tell: (answers: readonly RolloutEvent[]) => void;
}

export function createPreflightCourse(round: PreflightRound): PreflightCourse {
  /** Who answered the same again, and when, in the hub's running time. */
  const repeated = new Map<DeviceId, number>();
  const isQuiet = (deviceId: DeviceId, { devices }: RolloutState, { runMs }: RolloutNow): boolean => {
    const askedRunMs = repeated.get(deviceId);
    const isKnown = (devices.get(deviceId)?.preflight ?? null) !== null;
    return askedRunMs !== undefined && isKnown && runMs - askedRunMs < askAgainMs;
  };
  return {
    ask(state, effects, { now, tell }) {
      const wanted = effects.flatMap((effect) => (effect.kind === 'ask-preflight' ? [effect.deviceId] : []));
      // In their order, so that those on their way stay among them.
      const known = state();
      const at = now();
      const due = wanted.filter((deviceId) => !isQuiet(deviceId, known, at)).slice(0, answersAtOnce);
      round.ask(known.deploymentId, due, (answers) => {
        const news = answers.filter((answer) => {
          const repeats = repeatedBy(answer, state());
          if (repeats !== null) repeated.set(repeats, now().runMs);
          return repeats === null;
        });
        if (news.length > 0) tell(news);
      });
    },
    stop: () => round.stop(),
  };
}

/** The device that says what it said before. A clear way is news each time: it lets the device begin. */
function repeatedBy(event: RolloutEvent, { devices }: RolloutState): DeviceId | null {
  if (event.kind !== 'preflight-answered' || event.answer.kind !== 'wait') return null;
  const known = devices.get(event.deviceId)?.preflight ?? null;
  const isSame = known !== null && JSON.stringify(known.obstacles) === JSON.stringify(event.answer.obstacles);
  return isSame && known.obstacles.length > 0 ? event.deviceId : null;
}
