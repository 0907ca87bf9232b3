// Finds the devices a tag's value can mean, by the table that m005-tag-values.ts keeps in step with the twins.
import type { DeviceId } from '#base/ids.ts';
import type { Connection } from './connection.ts';
import { keptText } from './m005-tag-values.ts';
import type { StoreReaders, TagValue } from './store-types.ts';

const where = `FROM tag_values
  WHERE path = +$path AND value = CASE typeof($value) WHEN 'text' THEN ${keptText('$value')} ELSE $value END`;

export const candidatesSql = `SELECT device_id ${where} AND device_id > $after ORDER BY device_id LIMIT $limit | 0`;
export const countSql = `SELECT count(*) FROM (SELECT 1 ${where} LIMIT $limit | 0)`;

export function readTagValues(db: Connection): StoreReaders['tagValues'] {
  const candidates = db.prepare<[Record<string, unknown>], DeviceId>(candidatesSql).pluck();
  const count = db.prepare<[Record<string, unknown>], number>(countSql).pluck();
  return {
    canFind: ({ path, value }) =>
      path.every(isExact) && (typeof value === 'number' ? Number.isSafeInteger(value) : isExact(value)),
    candidates: (tag, { after = '', limit }) => candidates.all({ ...toParameters(tag), after, limit }),
    countCandidates: (tag, limit) => count.get({ ...toParameters(tag), limit }) ?? 0,
  };
}

/** Fractions are left out because SQLite may read one from JSON a bit beside where JavaScript does; texts, because it ends them at a zero. */
function isExact(value: string | boolean): boolean {
  return typeof value === 'boolean' || (value.isWellFormed() && !value.includes('\0'));
}

function toParameters({ path, value }: TagValue): Record<string, unknown> {
  return { path: path.join('.'), value: typeof value === 'boolean' ? Number(value) : value };
}
