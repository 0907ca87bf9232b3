// The write-ahead log of a hub that was cut off, damaged at random places: what is lost of it is told, and what is not is there.
import { copyFileSync, mkdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { AppError } from '#base/errors.ts';
import type { Store } from '#store/store-types.ts';
import { aReport, aStoreIn, aTemporaryFolder } from '#test/support/test-store.ts';

const changes = 60;

/** What is on disk after so many changes, of each its own commit, without a stop. */
function aCutOffHub(): { readonly files: readonly string[]; readonly dir: string; readonly size: number } {
  const dir = aTemporaryFolder();
  const store = aStoreIn(join(dir, 'running'));
  for (let number = 1; number <= changes; number += 1) store.change((write) => write.journal.append(aReport(number)));
  mkdirSync(join(dir, 'cut-off'));
  const files = ['hub.db', 'hub.db-wal'];
  for (const file of files) copyFileSync(join(dir, 'running', file), join(dir, 'cut-off', file));
  store.close();
  const { size } = statSync(join(dir, 'cut-off', 'hub.db-wal'));
  return { files, dir: join(dir, 'cut-off'), size };
}

interface Start {
  readonly refusal: AppError | null;
  /** Changes that are still there. */
  readonly kept: number;
  /** What the journal says is lost. */
  readonly told: unknown;
  readonly logged: string;
}

/** Starts on a copy whose log `damage` has been at. */
async function startAfter(cutOff: ReturnType<typeof aCutOffHub>, damage: (log: string) => void): Promise<Start> {
  const dir = aTemporaryFolder();
  for (const file of cutOff.files) copyFileSync(join(cutOff.dir, file), join(dir, file));
  damage(join(dir, 'hub.db-wal'));
  let logged = '';
  const log = pino({}, { write: (line) => void (logged += line) });
  let store: Store;
  try {
    store = aStoreIn(dir, { log });
  } catch (error) {
    if (error instanceof AppError) return { refusal: error, kept: 0, told: null, logged };
    throw error;
  }
  expect(await store.read.journal.findBrokenSeq()).toBeNull();
  const rows = store.read.journal.list({ limit: 1000 });
  const told = rows.find(({ kind }) => kind === 'changes-lost')?.detail ?? null;
  return { refusal: null, kept: rows.filter(({ kind }) => kind === 'reported-changed').length, told, logged };
}

/** Numbers that look random and are the same in every run. */
function* numbersBelow(limit: number, count: number): Generator<number> {
  let state = 20_261_121;
  for (let index = 0; index < count; index += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state % limit;
  }
}

function flipByte(path: string, at: number): void {
  const bytes = readFileSync(path);
  bytes[at] = (bytes[at] ?? 0) ^ 0x55;
  writeFileSync(path, bytes);
}

describe('damage of the write-ahead log', () => {
  it('when nothing is damaged, every change is there and nothing is told', async () => {
    const cutOff = aCutOffHub();
    expect(await startAfter(cutOff, () => undefined)).toEqual({ refusal: null, kept: changes, told: null, logged: '' });
  });

  it('when the log is cut off anywhere, the changes before that are there, and their chain holds', async () => {
    const cutOff = aCutOffHub();
    let previous = changes;
    for (const at of [...numbersBelow(cutOff.size, 40)].toSorted((left, right) => right - left)) {
      const { refusal, kept } = await startAfter(cutOff, (log) => truncateSync(log, at));
      // Cut before the tables were there, the file is a new hub's.
      expect(refusal).toBeNull();
      expect(kept).toBeLessThanOrEqual(previous);
      previous = kept;
    }
    expect(previous).toBeLessThan(changes / 4);
  });

  it('when a byte of it is wrong, no more than the last change is lost without a word', async () => {
    const cutOff = aCutOffHub();
    for (const at of numbersBelow(cutOff.size, 80)) {
      const { refusal, kept, told, logged } = await startAfter(cutOff, (log) => flipByte(log, at));
      if (refusal !== null) {
        expect(refusal.code).toBe('store.corrupt');
        continue;
      }
      if (kept >= changes - 1) continue;
      expect(told, `at byte ${at}, ${kept} kept`).not.toBeNull();
      expect(logged).toMatch(/changes that were on disk are lost.*hub\.db-wal/);
      const { changes: lost } = told as { readonly changes: number | null };
      if (lost !== null) expect(Math.abs(kept + lost - changes)).toBeLessThanOrEqual(1);
    }
  });

  it('when the head of it is wrong, that is told as well', async () => {
    const cutOff = aCutOffHub();
    const { refusal, told } = await startAfter(cutOff, (log) => flipByte(log, 17));
    expect([refusal, told]).toEqual([null, { page: 0, changes: null }]);
  });

  it('when it was told, the damaged log is kept beside, and the next start tells nothing', () => {
    const cutOff = aCutOffHub();
    const dir = aTemporaryFolder();
    for (const file of cutOff.files) copyFileSync(join(cutOff.dir, file), join(dir, file));
    flipByte(join(dir, 'hub.db-wal'), Math.floor(cutOff.size / 2));
    const damaged = readFileSync(join(dir, 'hub.db-wal'));
    let logged = '';
    aStoreIn(dir, { log: pino({}, { write: (line) => void (logged += line) }) }).close();
    const { copy } = JSON.parse(logged) as { readonly copy: string };
    expect(readFileSync(copy)).toEqual(damaged);
    logged = '';
    aStoreIn(dir, { log: pino({}, { write: (line) => void (logged += line) }) }).close();
    expect(logged).toBe('');
  });
});
