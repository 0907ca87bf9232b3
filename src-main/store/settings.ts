// Small values of the hub itself, by name.
import type { Json } from '#base/json.ts';
import type { Connection } from './connection.ts';
import { fromColumn, toColumn } from './json-column.ts';
import type { StoreReaders, StoreWriters } from './store-types.ts';

export function readSettings(db: Connection): StoreReaders['settings'] {
  const get = db.prepare<[string], string>('SELECT value FROM settings WHERE name = ?').pluck();
  return {
    get(name) {
      const text = get.get(name);
      return text === undefined ? undefined : (fromColumn(text) as Json);
    },
  };
}

export function writeSettings(db: Connection): StoreWriters['settings'] {
  const set = db.prepare<[string, string]>(
    'INSERT INTO settings VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  );
  return { set: (name, value) => void set.run(name, toColumn(value)) };
}
