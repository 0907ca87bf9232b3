// The twelfth schema on a database that was in use: statuses are found by their deployment as before.
import { expect, test, onTestFinished } from 'vitest';
import { connect } from '#store/connection.ts';
import { countsSql } from '#store/deployments.ts';
import { migrate, migrations } from '#store/migrations.ts';

test('when statuses are there already, they stay, and are still found by deployment and module', () => {
  const db = connect({ path: ':memory:', inspect: () => undefined });
  onTestFinished(() => void db.close());
  migrate(db, { steps: migrations.slice(0, 11), backUp: () => undefined });
  db.exec(`
    INSERT INTO devices VALUES ('d1', '1', 'enabled', NULL, 0, 1, '{}', 1, 0, 'Disconnected', 0, 0);
    INSERT INTO modules VALUES ('d1', '$edgeAgent', '1', NULL, '{}', 1, 0, 'Disconnected', 0, 0);
    INSERT INTO deployments VALUES ('a', 0, 7, 7, '*', '{}', NULL, '{}', '1.0', 1, 'edge', NULL);
    INSERT INTO deployment_statuses (device_id, module_id, deployment_number, status)
      VALUES ('d1', '$edgeAgent', 7, 'Applied');`);
  expect(migrate(db, { steps: migrations.slice(0, 12), backUp: () => undefined })).toEqual({ from: 11, to: 12 });
  migrate(db, { backUp: () => undefined });
  expect(db.prepare(countsSql).get('a')).toMatchObject({ targetedCount: 1, appliedCount: 1 });
  const plan = db.prepare<[string], { readonly detail: string }>(`EXPLAIN QUERY PLAN ${countsSql}`).all('a');
  expect(plan.map(({ detail }) => detail)).toContainEqual(
    expect.stringMatching(/statuses_by_deployment.*module_id=\?/),
  );
});
