// The same identity twice: the newer connection wins. Two clients that keep taking it from each other are a fight: it is
// journaled, and while it lasts a newcomer has to wait, so that neither the hub nor the device is torn ten times a second.
import type { Clock } from '#base/clock.ts';
import { identityKey, type Identity } from '#base/ids.ts';
import type { DeviceSession } from './device-session.ts';

export interface Contest {
  readonly identity: Identity;
  readonly addresses: readonly string[];
  readonly takeovers: number;
}

export interface TakeoverWatch {
  /** Whether the newcomer may replace the current session. Counts it as a takeover when it may. */
  mayTakeOver(current: DeviceSession, newcomerPeer: string): boolean;
}

const fightWindowMs = 10_000;
const fightTakeovers = 3;
const holdMs = 5_000;
const journalEveryMs = 60_000;
const rememberLimit = 4096;

interface Fight {
  times: number[];
  peers: string[];
  journaledAtMs: number;
}

export function createTakeoverWatch(parts: {
  readonly clock: Clock;
  readonly onContested: (contest: Contest) => void;
}): TakeoverWatch {
  const fights = new Map<string, Fight>();

  function fightOf(key: string, nowMs: number): Fight {
    const fight = fights.get(key) ?? { times: [], peers: [], journaledAtMs: -Infinity };
    fight.times = fight.times.filter((time) => nowMs - time < fightWindowMs);
    fights.delete(key);
    fights.set(key, fight);
    // The one noted longest ago goes: maps keep the order of insertion.
    const [oldest] = fights.keys();
    if (fights.size > rememberLimit && oldest !== undefined) fights.delete(oldest);
    return fight;
  }

  return {
    mayTakeOver(current, newcomerPeer) {
      const nowMs = parts.clock.monotonicMs();
      const fight = fightOf(identityKey(current.identity), nowMs);
      fight.peers = [...new Set([...fight.peers, current.peer, newcomerPeer])].slice(-8);
      const isFight = fight.times.length >= fightTakeovers;
      if (isFight && nowMs - fight.journaledAtMs >= journalEveryMs) {
        fight.journaledAtMs = nowMs;
        parts.onContested({ identity: current.identity, addresses: fight.peers, takeovers: fight.times.length });
      }
      const lastMs = fight.times.at(-1) ?? -Infinity;
      if (isFight && nowMs - lastMs < holdMs) return false;
      fight.times.push(nowMs);
      return true;
    },
  };
}
