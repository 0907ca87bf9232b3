// How many bytes of telemetry came up to each row, so that the ring is bounded by bytes as by rows without reading what it holds.
import type { Migration } from './migration.ts';

export const m003TelemetryBytes: Migration = {
  version: 3,
  name: 'telemetry-bytes',
  apply(db) {
    // Rows from before count nothing: they leave the ring as new ones come.
    db.exec('ALTER TABLE telemetry ADD COLUMN bytes_through INTEGER NOT NULL DEFAULT 0');
  },
};
