// Who is connected, in the store and in the journal. Activity is noted in memory and written four times a minute for those who
// were active since, so that a chatty device costs no more writes than a quiet one. When many come or go at once, what follows
// the first is gathered: a returning fleet must not wait for a sync of the disk per device. Whose coming or going the disk
// refused is looked at again with the next activity.
import type { Logger } from 'pino';
import type { Clock } from '#base/clock.ts';
import type { Store } from '#store/store-types.ts';
import type { DeviceSession, SessionTable } from './device-session.ts';
import { createFlapWatch } from './flap-watch.ts';
import { createPresenceWrites, type PresenceWrites } from './presence-writes.ts';

export interface Presence {
  connected(session: DeviceSession): void;
  disconnected(session: DeviceSession): void;
  stop(): void;
}

const activityEveryMs = 15_000;
// One unit of work stays short, whatever the number of devices: others' writes go in between.
const activityUnit = 200;

interface PresenceParts {
  readonly store: Pick<Store, 'changeSoon'>;
  readonly sessions: Pick<SessionTable, 'all' | 'get'>;
  readonly clock: Clock;
  readonly log: Logger;
}

export function createPresence(parts: PresenceParts): Presence {
  const { sessions, clock } = parts;
  let writtenAtMs = clock.nowMs();
  let cancel = clock.after(activityEveryMs, writeActivity);
  const writes = createPresenceWrites(parts);

  function writeActivity(): void {
    writeRefused(parts, writes);
    const active = [...sessions.all()].filter((session) => session.lastActivityAtMs > writtenAtMs);
    writtenAtMs = clock.nowMs();
    for (let first = 0; first < active.length; first += activityUnit) {
      const unit = active.slice(first, first + activityUnit);
      writes.write(({ devices }) => {
        for (const { identity, lastActivityAtMs } of unit) devices.setPresence(identity, 'Connected', lastActivityAtMs);
      });
    }
    cancel = clock.after(activityEveryMs, writeActivity);
  }

  const flaps = createFlapWatch({
    clock,
    onSettled(identity, untold) {
      // One row for many, and of the kind that is true now: whoever follows the journal ends up right.
      const kind = sessions.get(identity) === undefined ? 'device-disconnected' : 'device-connected';
      const detail = { reason: 'flapping', count: untold };
      writes.write(({ journal }) => void journal.append({ kind, actor: 'hub', ...identity, detail }));
    },
  });

  return {
    connected({ identity, peer, openedAtMs }) {
      const isTold = flaps.mayTell(identity);
      writes.writeOf(identity, ({ devices, journal }) => {
        devices.setPresence(identity, 'Connected', openedAtMs);
        if (!isTold) return;
        journal.append({ kind: 'device-connected', actor: 'device', ...identity, detail: { address: peer } });
      });
    },
    disconnected(session) {
      const { identity } = session;
      const atMs = clock.nowMs();
      // The hub's own stop is told of every device: there is no later.
      const isTold = flaps.mayTell(identity) || session.endReason() === 'hub-stopped';
      writes.writeOf(identity, ({ devices, journal }) => {
        devices.setPresence(identity, 'Disconnected', atMs);
        if (!isTold) return;
        const detail = { reason: session.endReason() };
        journal.append({ kind: 'device-disconnected', actor: 'device', ...identity, detail });
      });
    },
    stop() {
      cancel();
      flaps.stop();
      writes.flush();
    },
  };
}

/** How those stand whose coming or going the disk refused. */
function writeRefused({ sessions, clock }: PresenceParts, writes: PresenceWrites): void {
  for (const identity of writes.refused()) {
    const session = sessions.get(identity);
    const atMs = session?.openedAtMs ?? clock.nowMs();
    const kind = session === undefined ? 'device-disconnected' : 'device-connected';
    writes.writeOf(identity, ({ devices, journal }) => {
      devices.setPresence(identity, session === undefined ? 'Disconnected' : 'Connected', atMs);
      journal.append({ kind, actor: 'hub', ...identity, detail: { reason: 'written-late' } });
    });
  }
}
