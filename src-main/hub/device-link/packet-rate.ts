// How many packets go in and out over all devices, counted only while somebody looks.
import type { Clock } from '#base/clock.ts';
import type { LiveFlush } from '#contract/console-live.ts';
import type { DeviceSession } from './device-session.ts';

type Counted = Pick<DeviceSession, 'sentCount'>;

export interface PacketRate {
  noteIncoming(): void;
  /** Begins to count, where nobody did, and calls back once a second; returns how to stop. */
  follow(onLook: () => void): () => void;
  now(): LiveFlush['rate'];
}

const everyMs = 1_000;

export function createPacketRate(parts: {
  readonly clock: Clock;
  readonly sessions: { all(): Iterable<Counted> };
}): PacketRate {
  const { clock, sessions } = parts;
  const followers = new Set<() => void>();
  let incoming = 0;
  let lookedAtMs = 0;
  let told: LiveFlush['rate'] = null;
  let cancel: (() => void) | null = null;
  let sentOf = new Map<Counted, number>();

  /** What was sent since the last look; of sessions that ended meanwhile the last packets are missing. */
  function takeSent(): number {
    const next = new Map<Counted, number>();
    let sent = 0;
    for (const session of sessions.all()) {
      const count = session.sentCount();
      sent += count - (sentOf.get(session) ?? 0);
      next.set(session, count);
    }
    sentOf = next;
    return sent;
  }

  function look(): void {
    const seconds = (clock.monotonicMs() - lookedAtMs) / 1_000;
    told = { inPerS: Math.round(incoming / seconds), outPerS: Math.round(takeSent() / seconds) };
    begin();
    for (const onLook of followers) onLook();
  }

  function begin(): void {
    lookedAtMs = clock.monotonicMs();
    incoming = 0;
    cancel = clock.after(everyMs, look);
  }

  return {
    noteIncoming() {
      if (followers.size > 0) incoming += 1;
    },
    follow(onLook) {
      followers.add(onLook);
      if (followers.size === 1) {
        takeSent();
        begin();
      }
      return () => {
        followers.delete(onLook);
        if (followers.size > 0) return;
        cancel?.();
        told = null;
        sentOf = new Map();
      };
    },
    now: () => told,
  };
}
