// One row of the journal as a matter for a person; what happens again within the hour is the same matter, going on.
import type { AttentionLevel, AttentionMatter } from '#contract/console-site.ts';
import type { JournalEntry, JournalKind } from '#domain/records/journal-event.ts';

const goesOnWithinMs = 3_600_000;
const mostAddresses = 8;

export interface Happening {
  readonly level: AttentionLevel;
  readonly matter: AttentionMatter;
  readonly atMs: number;
  readonly sinceMs: number;
}

type Read = (entry: JournalEntry, before: Happening | undefined) => Happening;

const reads: ReadonlyMap<JournalKind, Read> = new Map<JournalKind, Read>([
  [
    'journal-broken',
    ({ atMs, detail }, before) => {
      const matter = { kind: 'journal-broken', seq: numberOf(detail['seq']) } as const;
      // Found anew at each start.
      return { level: 'urgent', matter, atMs, sinceMs: before?.sinceMs ?? atMs };
    },
  ],
  [
    'changes-lost',
    ({ atMs, detail }) => {
      const changes = typeof detail['changes'] === 'number' ? detail['changes'] : null;
      return { level: 'urgent', matter: { kind: 'changes-lost', changes }, atMs, sinceMs: atMs };
    },
  ],
  [
    'clock-jumped',
    ({ atMs, detail }) => {
      const matter = { kind: 'clock-jumped', byMs: numberOf(detail['byMs']) } as const;
      return { level: 'warning', matter, atMs, sinceMs: atMs };
    },
  ],
  ['identity-contested', contested],
  ['connection-refused', refusals],
]);

/** Null: nobody's matter. */
export function happeningOf(entry: JournalEntry, before: Happening | undefined): Happening | null {
  return reads.get(entry.kind)?.(entry, before) ?? null;
}

/** Rows of one key are one matter. */
export function happeningKey({ kind, detail, deviceId, moduleId }: JournalEntry): string {
  if (kind === 'connection-refused') return JSON.stringify([kind, detail['address'], detail['reason']]);
  if (kind === 'identity-contested') return JSON.stringify([kind, deviceId, moduleId]);
  return kind;
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function contested({ atMs, detail, deviceId, moduleId }: JournalEntry, before: Happening | undefined): Happening {
  const named: readonly unknown[] = Array.isArray(detail['addresses']) ? detail['addresses'] : [];
  const addresses = named.slice(0, mostAddresses).map(textOf);
  const matter = { kind: 'identity-contested', deviceId: deviceId ?? '', moduleId, addresses } as const;
  return { level: 'warning', matter, atMs, sinceMs: goingOn(before, atMs)?.sinceMs ?? atMs };
}

function refusals({ atMs, detail, deviceId }: JournalEntry, before: Happening | undefined): Happening {
  const earlier = goingOn(before, atMs);
  const matter = {
    kind: 'connections-refused',
    address: textOf(detail['address']),
    reason: textOf(detail['reason']),
    count: numberOf(detail['count']) + (earlier?.matter.kind === 'connections-refused' ? earlier.matter.count : 0),
    deviceId,
  } as const;
  return { level: 'warning', matter, atMs, sinceMs: earlier?.sinceMs ?? atMs };
}

function goingOn(before: Happening | undefined, atMs: number): Happening | undefined {
  return before !== undefined && atMs - before.atMs < goesOnWithinMs ? before : undefined;
}

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
