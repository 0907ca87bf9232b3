// What the hub keeps, how much of it there is and how much there may be, in words that hide nothing: also what never goes.
import type { RetentionRow } from '#contract/console-site.ts';
import { moduleMessagesKept } from '#hub/device-link/module-messages.ts';
import { telemetryKept } from '#hub/device-link/telemetry-intake.ts';
import type { StoreReaders } from '#store/store-types.ts';

/** Counted only where counting is one look: a table of a million rows is not read for a screen. */
export function retentionOf(read: Pick<StoreReaders, 'journal'>, logLines: number): readonly RetentionRow[] {
  const { rows, bytes } = telemetryKept;
  const ofModules = moduleMessagesKept;
  return [
    {
      what: 'journal',
      rows: read.journal.lastSeq(),
      isPruned: false,
      rule: 'Every change since the first start. Nothing ever goes from it, so the database grows with it.',
    },
    {
      what: 'revisions',
      rows: null,
      isPruned: false,
      rule: 'Every configuration that a device was ever given, each different one stored once. They go when the device is deleted.',
    },
    {
      what: 'telemetry',
      rows: null,
      isPruned: true,
      rule: `The newest messages of all devices together: ${inWords(rows)}, or ${megabytes(bytes)} of them. Older ones go.`,
    },
    {
      what: 'cloud-messages',
      rows: null,
      isPruned: true,
      rule: 'Up to 50 per device wait until it takes them, or until they expire. One more is refused.',
    },
    {
      what: 'module-messages',
      rows: null,
      isPruned: true,
      rule: `Up to ${inWords(ofModules.rows)} per device, or ${megabytes(ofModules.bytes)}, wait until their module takes them; the least urgent go first.`,
    },
    {
      what: 'attempt-logs',
      rows: null,
      isPruned: true,
      rule: 'What a device wrote of its last 10 attempts. Older ones go; that an attempt was made, and how it ended, stays.',
    },
    {
      what: 'log',
      rows: logLines,
      isPruned: true,
      rule: 'The last 300 lines of the hub’s own log, in memory, for the diagnostics. The log itself goes to whoever started the hub.',
    },
  ];
}

function inWords(count: number): string {
  return count.toLocaleString('en-US');
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1_000_000)} MB`;
}
