// The journal's chain: each row's hash covers the row before it, so a row that is edited, removed or moved no longer fits.
import { hash } from 'node:crypto';

/** What stands for "the row before" under row 1. */
export const chainStart: Buffer = Buffer.alloc(32);

export interface ChainedRow {
  readonly seq: number;
  readonly at_ms: number;
  readonly kind: string;
  readonly actor: string;
  readonly device_id: string | null;
  readonly module_id: string | null;
  readonly deployment_id: string | null;
  /** JSON text exactly as stored. */
  readonly detail: string;
}

/**
 * SHA-256 of the previous hash (32 bytes) followed by the UTF-8 bytes of the JSON array
 * `[seq,at_ms,kind,actor,device_id,module_id,deployment_id,detail]`, without spaces, `detail` as stored.
 */
export function chainHash(previous: Buffer, row: ChainedRow): Buffer {
  const ids = `${quote(row.device_id)},${quote(row.module_id)},${quote(row.deployment_id)}`;
  const text = `[${row.seq},${row.at_ms},${quote(row.kind)},${quote(row.actor)},${ids},${row.detail}]`;
  return hash('sha256', Buffer.concat([previous, Buffer.from(text)]), 'buffer');
}

function quote(text: string | null): string {
  return text === null ? 'null' : JSON.stringify(text);
}
