// The nineteenth schema on a database that was in use: devices of rollouts are as they were, and who is gone after its end is kept.
import { expect, onTestFinished, test } from 'vitest';
import type { DeviceId } from '#base/ids.ts';
import { notBegun } from '#domain/rollouts/rollout-attempt.ts';
import { isOutOfService } from '#domain/rollouts/rollout-state.ts';
import { connect } from '#store/connection.ts';
import { migrate, migrations } from '#store/migrations.ts';
import { readRollouts, writeRollouts } from '#store/rollouts.ts';
import { newPolicy } from '#test/support/rollout-fleet.ts';

const noBackUp = { backUp: () => undefined };
const [d1, d2] = ['d1', 'd2'] as DeviceId[] as [DeviceId, DeviceId];

test('when devices are in a rollout, they are read as they were, and one that is gone later is known by it', () => {
  const db = connect({ path: ':memory:', inspect: () => undefined });
  onTestFinished(() => void db.close());
  migrate(db, { steps: migrations.slice(0, 18), ...noBackUp });
  db.exec(`
    INSERT INTO rollouts VALUES (1, 'v2', '*', '${JSON.stringify(newPolicy())}', 'in-progress', 1, '{}', '[]', 0, '{}', 0, 0, NULL,
      '[]', NULL, NULL, NULL, 0);
    INSERT INTO rollout_devices VALUES
      (1, 'd1', 0, 'success', 1, 1, 1, 1, 0, 'change', 1, NULL, 1, 2, 0, 0, 'done', NULL, NULL, '[]', 0, NULL),
      (1, 'd2', 0, 'decommissioned', 0, 1, 1, 1, 0, 'change', 1, NULL, 1, 2, 0, 0, NULL, 'Gone.', NULL, '[]', 0, NULL);`);
  expect(migrate(db, noBackUp)).toEqual({ from: 18, to: migrations.length });
  const of = (deviceId: DeviceId) => readRollouts(db).device(1, deviceId) ?? notBegun;
  expect(of(d1)).toMatchObject({ standing: 'success', isAdmitted: true, isGone: false });
  expect([isOutOfService(of(d1)), isOutOfService(of(d2))]).toEqual([false, true]);
  const gone = { ...of(d1), isAdmitted: false, isGone: true };
  writeRollouts(db).putDevice(1, d1, gone);
  expect(of(d1)).toEqual(gone);
});
