// What the journal tells that a person should know and no state shows any more: the newest rows at first, then what is committed.
// Bounded: a stranger who is refused ten thousand times is one line, and a thousand strangers are fifty.
import type { Clock } from '#base/clock.ts';
import type { AttentionItem } from '#contract/console-site.ts';
import { isDigest, type Digest } from '#domain/manifests/image-digest.ts';
import type { JournalEntry } from '#domain/records/journal-event.ts';
import { createPortion } from '#hub/turns/turns.ts';
import type { StoreReaders } from '#store/store-types.ts';
import { happeningKey, happeningOf, textOf, type Happening } from './attention-happenings.ts';

const pageSize = 500;
/** How far the first look goes back. */
const mostRows = 20_000;
const dayMs = 24 * 3_600_000;
const mostOfAKind = 50;
const mostDigests = 1_000;
/** Fewer refusals in an hour are somebody's typing error. */
const floodOf = 20;
const floodWithinMs = 3_600_000;
/** What nobody types wrongly: it goes on until a clock or a certificate is mended. */
const fewOf = 3;
const neverTyped: ReadonlySet<string> = new Set(['token-expired', 'certificate-expired']);

export interface AttentionEvents {
  note(entries: readonly JournalEntry[]): void;
  /** For a few milliseconds; true: the first look is over. */
  catchUp(): boolean;
  items(): readonly AttentionItem[];
  clear(): void;
}

export function createAttentionEvents(parts: {
  readonly read: Pick<StoreReaders, 'images' | 'journal'>;
  readonly clock: Clock;
}): AttentionEvents {
  const { read, clock } = parts;
  const happenings = new Map<string, Happening>();
  const damages = createDamages(read);
  let lookedTo: number | null = null;
  let lookTo = 0;

  function take(entry: JournalEntry): void {
    damages.take(entry);
    const key = happeningKey(entry);
    const happening = happeningOf(entry, happenings.get(key));
    if (happening === null) return;
    // The newest last: maps keep the order of insertion.
    happenings.delete(key);
    happenings.set(key, happening);
    const ofKind = [...happenings].filter(([, { matter }]) => matter.kind === happening.matter.kind);
    const [oldest] = ofKind;
    if (ofKind.length > mostOfAKind && oldest !== undefined) happenings.delete(oldest[0]);
  }

  return {
    note(entries) {
      // The first look will find them, and would count them twice.
      if (lookedTo === null) return;
      for (const entry of entries) take(entry);
    },
    catchUp() {
      if (lookedTo === null) {
        lookTo = read.journal.lastSeq();
        lookedTo = Math.max(0, lookTo - mostRows);
      }
      const portion = createPortion(clock);
      while (lookedTo < lookTo && !portion.isOver()) {
        const entries = read.journal.list({ after: lookedTo, limit: pageSize });
        for (const entry of entries) if (entry.seq <= lookTo) take(entry);
        lookedTo = entries.at(-1)?.seq ?? lookTo;
      }
      return lookedTo >= lookTo;
    },
    items() {
      const nowMs = clock.nowMs();
      const told = [...happenings].filter(([, happening]) => isTold(happening, nowMs));
      const items = told.map(([key, { level, matter, sinceMs }]) => ({ key, level, matter, sinceMs }));
      return [...items, ...damages.items()];
    },
    clear() {
      happenings.clear();
      damages.clear();
      lookedTo = null;
    },
  };
}

function isTold({ matter, atMs }: Happening, nowMs: number): boolean {
  // The clock may have been set either way since.
  const ageMs = Math.abs(nowMs - atMs);
  if (matter.kind === 'connections-refused')
    return matter.count >= (neverTyped.has(matter.reason) ? fewOf : floodOf) && ageMs < floodWithinMs;
  return matter.kind === 'journal-broken' || ageMs < dayMs;
}

/** The journal tells of which content it was seen, the store whether it is still so. */
function createDamages(read: Pick<StoreReaders, 'images'>) {
  const seen = new Map<Digest, number>();
  return {
    take({ kind, detail, atMs }: JournalEntry): void {
      const digest = textOf(detail['digest']);
      if (!isDigest(digest)) return;
      if (kind === 'image-damaged' && seen.size < mostDigests) seen.set(digest, atMs);
      if (kind === 'image-healed') seen.delete(digest);
    },
    items(): readonly AttentionItem[] {
      const still = [...seen].filter(([digest]) => typeof read.images.blobHead(digest)?.damagedAtMs === 'number');
      if (still.length === 0) return [];
      const digests = still.slice(0, 5).map(([digest]) => digest);
      const sinceMs = Math.min(...still.map(([, atMs]) => atMs));
      const matter = { kind: 'images-damaged', digests, images: still.length } as const;
      return [{ key: 'images-damaged', level: 'urgent', sinceMs, matter }];
    },
    clear: () => seen.clear(),
  };
}
