// The twentieth schema on a database that was in use: devices of rollouts are as they were, and what is told of a step is kept.
import { expect, onTestFinished, test } from 'vitest';
import type { DeviceId } from '#base/ids.ts';
import { notBegun } from '#domain/rollouts/rollout-attempt.ts';
import { connect } from '#store/connection.ts';
import { migrate, migrations } from '#store/migrations.ts';
import { readRollouts, writeRollouts } from '#store/rollouts.ts';
import { newPolicy } from '#test/support/rollout-fleet.ts';

const noBackUp = { backUp: () => undefined };
const d1 = 'd1' as DeviceId;

test('when a device is in change, it is read as it was, and what it tells of its step from then on is read back', () => {
  const db = connect({ path: ':memory:', inspect: () => undefined });
  onTestFinished(() => void db.close());
  migrate(db, { steps: migrations.slice(0, 19), ...noBackUp });
  db.exec(`
    INSERT INTO rollouts VALUES (1, 'v2', '*', '${JSON.stringify(newPolicy())}', 'in-progress', 1, '{}', '[]', 0, '{}', 0, 0, NULL,
      '[]', NULL, NULL, NULL, 0);
    INSERT INTO rollout_devices VALUES
      (1, 'd1', 0, 'downloading', 1, 1, 1, 1, 1, 'change', 1, 9, 1, NULL, 0, 0, NULL, NULL, NULL, '[]', 0, NULL, 0);`);
  expect(migrate(db, noBackUp)).toEqual({ from: 19, to: migrations.length });
  const device = readRollouts(db).device(1, d1) ?? notBegun;
  expect(device).toMatchObject({ standing: 'downloading', isChanging: true, told: null });
  const told = { hasSwitched: false, limitMs: 60_000, unpacked: 3, module: 'web' };
  writeRollouts(db).putDevice(1, d1, { ...device, told });
  expect(readRollouts(db).device(1, d1)).toEqual({ ...device, told });
});
