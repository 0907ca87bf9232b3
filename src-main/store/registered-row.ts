// What the rows of devices and of modules have in common: who an identity is to the hub, and when it was there last.
import type { ConnectionState, Registered } from '#domain/records/registry.ts';
import { fromColumn } from './json-column.ts';

export interface RegisteredRow {
  readonly generation_id: string;
  readonly authentication: string;
  readonly version: number;
  readonly created_at_ms: number;
  readonly connection_state: string;
  readonly connection_changed_at_ms: number;
  readonly last_activity_at_ms: number;
}

export function toRegistered(row: RegisteredRow): Registered {
  return {
    generationId: row.generation_id,
    authentication: fromColumn(row.authentication) as Registered['authentication'],
    version: row.version,
    createdAtMs: row.created_at_ms,
    connectionState: row.connection_state as ConnectionState,
    connectionChangedAtMs: row.connection_changed_at_ms,
    lastActivityAtMs: row.last_activity_at_ms,
  };
}
