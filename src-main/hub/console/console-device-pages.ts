// Pages of the list of devices, read in turns: a page is as long as it was asked for, and the hub's loop serves devices meanwhile.
import type { Clock } from '#base/clock.ts';
import type { DeviceId } from '#base/ids.ts';
import type { PageRequest } from '#contract/console-inputs.ts';
import type { DevicePage, DeviceRow } from '#contract/console-rows.ts';
import { createTurns } from '#hub/turns/turns.ts';
import type { StoreReaders } from '#store/store-types.ts';
import { rowOf } from './console-rows.ts';

// What one look at the store brings: a fraction of a turn, so that a turn ends when it should.
const atOnce = 16;

/** `number`: of the last flush before. What changes while the page is read is in a flush after it. */
export async function devicePage(
  { after, limit }: PageRequest,
  from: {
    readonly read: Pick<StoreReaders, 'devices' | 'deviceSights'>;
    readonly clock: Clock;
    readonly number: number;
  },
): Promise<DevicePage> {
  const { read, clock, number } = from;
  const turns = createTurns(clock);
  const rows: DeviceRow[] = [];
  let last = (after ?? undefined) as DeviceId | undefined;
  for (;;) {
    const wanted = Math.min(atOnce, limit - rows.length);
    const sights = read.deviceSights.list({ after: last, limit: wanted });
    rows.push(...sights.map(rowOf));
    last = sights.at(-1)?.deviceId ?? last;
    const isLast = sights.length < wanted;
    if (isLast || rows.length === limit)
      return {
        number,
        rows,
        next: isLast ? null : (last ?? null),
        ...(after === null ? { total: read.devices.count() } : {}),
      };
    await turns.next();
  }
}
