// The victim of the power-cut test: appends without end and prints each number once it was told that it is on disk.
import { createSystemClock } from '#entry/system-clock.ts';
import type { DeviceId } from '#base/ids.ts';
import { pino } from 'pino';
import { openStore } from '#store/open-store.ts';
import { once } from 'node:events';

const [dir = ''] = process.argv.slice(2);
const store = openStore({ dir, clock: createSystemClock(), log: pino({ level: 'silent' }) });
const deviceId = 'device-1' as DeviceId;

async function append(): Promise<void> {
  const seq = await store.changeSoon(
    (write) => write.journal.append({ kind: 'reported-changed', actor: 'device', deviceId }).seq,
  );
  // A reader that lags must not end the writer: whatever is still here at its end was told to nobody.
  if (!process.stdout.write(`${seq}\n`)) await once(process.stdout, 'drain');
}

for (;;) await Promise.all(Array.from({ length: 8 }, append));
