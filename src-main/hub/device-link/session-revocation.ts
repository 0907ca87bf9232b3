// Ends sessions whose right to be has ended: the token ran out, or the device was deleted, disabled or given other keys.
import type { Clock } from '#base/clock.ts';
import type { JournalEntry, JournalKind } from '#domain/records/journal-event.ts';
import type { DeviceCredentials } from './device-credentials.ts';
import type { DeviceSession, SessionTable } from './device-session.ts';

export interface SessionRevocation {
  /** Ends the session when what it was let in by runs out. */
  watch(session: DeviceSession): void;
  unwatch(session: DeviceSession): void;
  /** Looks at the sessions of every device a commit touched. */
  review(entries: readonly JournalEntry[]): void;
}

const touching: ReadonlySet<JournalKind> = new Set([
  'device-updated',
  'device-deleted',
  'module-updated',
  'module-deleted',
]);
// Timers of the platform overflow beyond 2^31 ms; a day is short enough, and then the rest is waited for again.
const longestWaitMs = 24 * 3_600_000;

export function createSessionRevocation(parts: {
  readonly credentials: Pick<DeviceCredentials, 'stillHolds'>;
  readonly sessions: Pick<SessionTable, 'ofDevice'>;
  readonly clock: Clock;
}): SessionRevocation {
  const { credentials, sessions, clock } = parts;
  const timers = new Map<DeviceSession, () => void>();

  function watch(session: DeviceSession): void {
    // Between its login and its CONNACK a session is in no table, so a commit in between has not touched it.
    if (!credentials.stillHolds(session.identity, session.proof)) session.close('access-withdrawn');
    else waitForEnd(session);
  }

  function waitForEnd(session: DeviceSession): void {
    if (session.proof.kind === 'thumbprint') return;
    const remainingMs = session.proof.expiresAtMs - clock.nowMs();
    if (remainingMs <= 0) {
      timers.delete(session);
      session.close('token-expired');
      return;
    }
    timers.set(
      session,
      clock.after(Math.min(remainingMs, longestWaitMs), () => waitForEnd(session)),
    );
  }

  return {
    watch,
    unwatch(session) {
      timers.get(session)?.();
      timers.delete(session);
    },
    review(entries) {
      const touched = entries.flatMap(({ kind, deviceId }) =>
        touching.has(kind) && deviceId !== null ? [deviceId] : [],
      );
      for (const deviceId of new Set(touched)) {
        for (const session of sessions.ofDevice(deviceId)) {
          if (!credentials.stillHolds(session.identity, session.proof)) session.close('access-withdrawn');
        }
      }
    },
  };
}
