// Telemetry as it comes in: every message on disk, and the ring no longer than it may be, in rows and in bytes.
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { createTelemetryIntake } from '#hub/device-link/telemetry-intake.ts';
import { openMemoryStore } from '#store/open-store.ts';
import { createFakeClock } from '#test/support/fake-clock.ts';
import { deviceIdentity } from '#test/support/hub-parts.ts';
import { putDevice } from '#test/support/test-store.ts';

const device = deviceIdentity('device-1');

test.each([
  ['many small messages', 300, 1, { rows: 100, bytes: 1_000_000 }, 101],
  ['few large ones', 40, 10_000, { rows: 100_000, bytes: 100_000 }, 12],
])('when %s come, the ring stays within its bound', async (_title, count, bodyBytes, keep, mostKept) => {
  const clock = createFakeClock();
  const store = openMemoryStore({ clock, log: pino({ level: 'silent' }) });
  putDevice(store);
  const intake = createTelemetryIntake({ store, clock, keep });
  for (let n = 0; n < count; n += 1) await intake.take(device, { n: String(n) }, Buffer.alloc(bodyBytes));
  expect(store.read.telemetry.count()).toBeLessThanOrEqual(mostKept);
  expect(store.read.telemetry.latest(device, 1)[0]?.properties).toEqual({ n: String(count - 1) });
});
