// Who is connected, in the store and in the journal. Activity is noted in memory and written once a minute for those who
// were active since, so that a chatty device costs no more writes than a quiet one. When many come or go at once, what follows
// the first is gathered: a returning fleet must not wait for a sync of the disk per device.
import type { Logger } from 'pino';
import type { Clock } from '#base/clock.ts';
import type { Store, StoreWriters } from '#store/store-types.ts';
import type { DeviceSession, SessionTable } from './device-session.ts';

export interface Presence {
  connected(session: DeviceSession): void;
  disconnected(session: DeviceSession): void;
  stop(): void;
}

const activityEveryMs = 60_000;
const gatherMs = 50;

export function createPresence(parts: {
  readonly store: Pick<Store, 'changeSoon'>;
  readonly sessions: Pick<SessionTable, 'all'>;
  readonly clock: Clock;
  readonly log: Logger;
}): Presence {
  const { store, sessions, clock, log } = parts;
  let writtenAtMs = clock.nowMs();
  let cancel = clock.after(activityEveryMs, writeActivity);
  const gathered: ((write: StoreWriters) => void)[] = [];
  let cancelGathering: (() => void) | undefined;

  function write(work: (write: StoreWriters) => void): void {
    gathered.push(work);
    if (cancelGathering === undefined) writeGathered();
  }

  function writeGathered(): void {
    cancelGathering = gathered.length === 0 ? undefined : clock.after(gatherMs, writeGathered);
    for (const work of gathered.splice(0)) {
      // The link goes on when the disk is full: presence is then behind, and right again with the next change.
      store.changeSoon(work).catch((error: unknown) => log.warn({ err: error }, 'presence could not be written'));
    }
  }

  function writeActivity(): void {
    const active = [...sessions.all()].filter((session) => session.lastActivityAtMs > writtenAtMs);
    writtenAtMs = clock.nowMs();
    if (active.length > 0)
      write(({ devices }) => {
        for (const { identity, lastActivityAtMs } of active)
          devices.setPresence(identity, 'Connected', lastActivityAtMs);
      });
    cancel = clock.after(activityEveryMs, writeActivity);
  }

  return {
    connected({ identity, peer, openedAtMs }) {
      write(({ devices, journal }) => {
        devices.setPresence(identity, 'Connected', openedAtMs);
        journal.append({ kind: 'device-connected', actor: 'device', ...identity, detail: { address: peer } });
      });
    },
    disconnected(session) {
      const { identity } = session;
      const atMs = clock.nowMs();
      write(({ devices, journal }) => {
        devices.setPresence(identity, 'Disconnected', atMs);
        const detail = { reason: session.endReason() };
        journal.append({ kind: 'device-disconnected', actor: 'device', ...identity, detail });
      });
    },
    stop() {
      cancel();
      cancelGathering?.();
      writeGathered();
      cancelGathering?.();
    },
  };
}
