// The journal's chain: each row's hash covers the row before it, so a row that is edited, removed or moved no longer fits.
// Rows cut off at the very end leave a shorter chain that fits; only who kept a later hash elsewhere can tell.
import { hash } from 'node:crypto';

/** What stands for the hash of "the row before" at row 1. */
export const chainStart: string = '0'.repeat(64);

export interface ChainedRow {
  readonly seq: number;
  readonly at_ms: number;
  readonly kind: string;
  readonly actor: string;
  readonly device_id: string | null;
  readonly module_id: string | null;
  readonly deployment_id: string | null;
  /** JSON text exactly as its row has it: a detail that many rows have in common is a reference there (journal-details.ts). */
  readonly detail: string;
}

/**
 * SHA-256, in hex, of the previous row's hash in hex followed by the UTF-8 bytes of the JSON array
 * `[seq,at_ms,kind,actor,device_id,module_id,deployment_id,detail]` without spaces, `detail` as its row has it.
 * In and out as hex, because Node hashes one string three times as fast as two buffers.
 */
export function chainHash(previous: string, row: ChainedRow): string {
  const ids = `${quote(row.device_id)},${quote(row.module_id)},${quote(row.deployment_id)}`;
  const text = `[${row.seq},${row.at_ms},${quote(row.kind)},${quote(row.actor)},${ids},${row.detail}]`;
  return hash('sha256', previous + text, 'hex');
}

/** The same of rows that have all in common but the hash before, their number and their device: what they share is written out once. */
export function alikeHasher(
  row: Omit<ChainedRow, 'seq' | 'device_id'>,
): (previous: string, seq: number, deviceId: string) => string {
  const before = `,${row.at_ms},${quote(row.kind)},${quote(row.actor)},`;
  const after = `,${quote(row.module_id)},${quote(row.deployment_id)},${row.detail}]`;
  return (previous, seq, deviceId) =>
    hash('sha256', `${previous}[${seq}${before}${JSON.stringify(deviceId)}${after}`, 'hex');
}

function quote(text: string | null): string {
  return text === null ? 'null' : JSON.stringify(text);
}
