// The index of statuses by deployment without the status: a deployment that outranks another changes the status of its whole fleet,
// and each change was written twice more for the index.
import type { Migration } from './migration.ts';

export const m012StatusIndex: Migration = {
  version: 12,
  name: 'status index',
  apply: (db) =>
    void db.exec(`
      DROP INDEX deployment_statuses_by_deployment;
      CREATE INDEX deployment_statuses_by_deployment ON deployment_statuses (deployment_number, module_id);`),
};
