// The values of device tags, by path: which devices a condition can mean is looked up, not searched.
// Kept by triggers, so that no writer of a twin can leave it out of step.
import type { Migration } from './migration.ts';

const longestText = 128;

/** What `tag_values` holds for a text. */
export const keptText = (text: string): string => `substr(${text}, 1, ${longestText})`;

/**
 * Every text, number and Boolean of the documents as (path, value, device_id). It is for finding candidates only, so different
 * values may look alike: keys are joined by a dot, texts are cut, true is 1. Objects and arrays equal nothing and are left out.
 */
const leavesOf = (twin: string, from = ''): string => `
  SELECT DISTINCT path, CASE type WHEN 'text' THEN ${keptText('value')} ELSE value END AS value, device_id FROM (
    WITH RECURSIVE nodes (device_id, path, type, value) AS (
      SELECT ${twin}.device_id, key, type, value FROM ${from} json_each(${twin}.tags)
      UNION ALL
      SELECT nodes.device_id, nodes.path || '.' || child.key, child.type, child.value
      FROM nodes, json_each(nodes.value) AS child WHERE nodes.type = 'object'
    )
    SELECT * FROM nodes WHERE type IN ('text', 'integer', 'real', 'true', 'false')
  )`;

export const m005TagValues: Migration = {
  version: 5,
  name: 'tag-values',
  apply(db) {
    db.exec(`
      CREATE TABLE tag_values (
        path TEXT NOT NULL,
        value ANY NOT NULL,
        device_id TEXT NOT NULL REFERENCES devices ON DELETE CASCADE,
        PRIMARY KEY (path, value, device_id)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX tag_values_by_device ON tag_values (device_id);

      INSERT INTO tag_values ${leavesOf('twins', "(SELECT * FROM twins WHERE module_id = '') AS twins,")};
      CREATE TRIGGER tag_values_inserted AFTER INSERT ON twins WHEN NEW.module_id = ''
        BEGIN
          INSERT INTO tag_values ${leavesOf('NEW')};
        END;
      CREATE TRIGGER tag_values_updated AFTER UPDATE OF tags ON twins
        WHEN NEW.module_id = '' AND NEW.tags <> OLD.tags
        BEGIN
          DELETE FROM tag_values WHERE device_id = NEW.device_id
            AND (path, value) NOT IN (SELECT path, value FROM (${leavesOf('NEW')}));
          INSERT INTO tag_values SELECT * FROM (${leavesOf('NEW')}) WHERE true ON CONFLICT DO NOTHING;
        END;`);
  },
};
