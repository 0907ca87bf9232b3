// Closes every session there is, so that devices come anew, and resolves when it is written who went.
import type { Clock } from '#base/clock.ts';
import type { Store } from '#store/store-types.ts';
import type { SessionTable } from './device-session.ts';

const waitMs = 100;
const mostWaits = 50;

export async function renewSessions({
  sessions,
  clock,
  store,
}: {
  readonly sessions: Pick<SessionTable, 'all' | 'get'>;
  readonly clock: Clock;
  readonly store: Pick<Store, 'changeSoon'>;
}): Promise<void> {
  const old = [...sessions.all()];
  for (const session of old) session.close('hub-slept');
  const isLeft = () => old.some((session) => sessions.get(session.identity) === session);
  for (let waits = 0; waits < mostWaits && isLeft(); waits += 1) await pause(clock);
  // Presence gathers what comes at once; what is asked of the store after it is on disk after it.
  await pause(clock);
  await store.changeSoon(() => undefined);
}

function pause(clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    clock.after(waitMs, resolve);
  });
}
