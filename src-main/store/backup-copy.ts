// A copy of the database that is made beside the work and checked before it gets its name: the hub's loop waits for none of it.
// INVARIANT: what is called `hub-….db` was whole, checked and on disk; until then, and when it ends early, there is no such name.
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { asAppError, broken, refused, unready } from '#base/errors.ts';
import { syncDirectory } from './data-directory.ts';

interface CopyProgress {
  readonly step: 'copying' | 'checking';
  readonly doneBytes: number;
  /** 0: not known yet. */
  readonly totalBytes: number;
}

export interface CopyTarget {
  readonly dir: string;
  /** `hub-asked-….db` */
  readonly fileName: string;
  /** Of those whose names begin alike, the newest so many stay. */
  readonly mostKept: number;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: CopyProgress) => void;
}

export interface StoreCopies {
  /** A whole copy of what is committed now: resolves with its path. Ended by `signal`, or when the store is closed. */
  copyTo(target: CopyTarget): Promise<string>;
}

type Said =
  | ({ readonly kind: 'progress' } & CopyProgress)
  | { readonly kind: 'done'; readonly problems: readonly string[] }
  | { readonly kind: 'failed'; readonly message: string; readonly code: string };

// Text, as in quick-check.ts. One read transaction over the whole of it: without, every commit of the hub would begin it anew.
const workerCode = `
  const { parentPort, workerData } = require('node:worker_threads');
  const { closeSync, fsyncSync, openSync } = require('node:fs');
  const Database = require(workerData.driver);
  (async () => {
    const db = new Database(workerData.database, { readonly: true, fileMustExist: true });
    db.exec('BEGIN');
    db.prepare('SELECT count(*) FROM sqlite_schema').get();
    const pageBytes = db.pragma('page_size', { simple: true });
    await db.backup(workerData.partial, {
      progress({ totalPages, remainingPages }) {
        const doneBytes = (totalPages - remainingPages) * pageBytes;
        parentPort.postMessage({ kind: 'progress', step: 'copying', doneBytes, totalBytes: totalPages * pageBytes });
        return 256;
      },
    });
    db.close();
    const copy = new Database(workerData.partial);
    const totalBytes = copy.pragma('page_count', { simple: true }) * pageBytes;
    parentPort.postMessage({ kind: 'progress', step: 'checking', doneBytes: totalBytes, totalBytes });
    // A copy of a log-keeping database wants a log beside it as soon as it is opened: this one is a single file.
    copy.pragma('journal_mode = delete');
    const problems = copy.pragma('quick_check').map((row) => row.quick_check);
    copy.close();
    const file = openSync(workerData.partial, 'r');
    fsyncSync(file);
    closeSync(file);
    parentPort.postMessage({ kind: 'done', problems });
  })().catch((error) => parentPort.postMessage({ kind: 'failed', message: error.message, code: String(error.code) }));
`;

/**
 * Resolves with the path of the copy. Rejects with unready `store.full`, refused `store.corrupt` when what was copied does not
 * pass SQLite's check, refused `backup.cancelled` by `signal`.
 */
export async function copyDatabase(needs: CopyTarget & { readonly database: string }): Promise<string> {
  const { database, dir, fileName, mostKept } = needs;
  const path = join(dir, fileName);
  const partial = `${path}.part`;
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    removePartial(dir);
    // SQLite takes an empty file, and so the copy is private from its first byte.
    closeSync(openSync(partial, 'wx', 0o600));
    const problems = await copyInWorker({ ...needs, partial });
    if (problems.join() !== 'ok') {
      const message = `The copy of ${database} did not pass its check (${problems[0] ?? ''}): keep the older copies, and restart the hub, which checks the database itself.`;
      throw refused('store.corrupt', message, { subject: database });
    }
    renameSync(partial, path);
    const [kind = ''] = /^hub-[a-z]+-/.exec(fileName) ?? [];
    removeOldCopies(dir, new RegExp(`^${kind}.*\\.db$`), mostKept);
    syncDirectory(dir);
    return path;
  } catch (error) {
    // Nothing of it stays; why, in words, goes on.
    if (existsSync(dir)) removePartial(dir);
    throw asCopyError(error, dir);
  }
}

/** Those of the kind that are more than `most`, the oldest first; what others put into the folder stays. */
export function removeOldCopies(dir: string, kind: RegExp, most: number): void {
  const copies = readdirSync(dir)
    .filter((name) => kind.test(name))
    .map((name) => ({ path: join(dir, name), madeAtMs: statSync(join(dir, name)).mtimeMs }))
    .toSorted((left, right) => right.madeAtMs - left.madeAtMs);
  for (const { path } of copies.slice(most)) rmSync(path, { force: true });
}

/** Of this copy, or of one that a power cut ended: none is under way beside it. */
function removePartial(dir: string): void {
  for (const name of readdirSync(dir)) if (/^hub-.*\.db\.part/.test(name)) rmSync(join(dir, name), { force: true });
}

function copyInWorker(needs: {
  readonly database: string;
  readonly partial: string;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: CopyProgress) => void;
}): Promise<readonly string[]> {
  const { database, partial, signal, onProgress } = needs;
  const driver = createRequire(import.meta.url).resolve('better-sqlite3');
  return new Promise((resolve, reject) => {
    const worker = new Worker(workerCode, { eval: true, workerData: { database, partial, driver } });
    const stop = (): void => void worker.terminate();
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    worker.unref();
    worker.on('message', (said: Said) => {
      if (said.kind === 'progress') onProgress(said);
      else if (said.kind === 'done') resolve(said.problems);
      else reject(Object.assign(new Error(said.message), { code: said.code }));
    });
    worker.once('error', reject);
    worker.once('exit', () => {
      signal.removeEventListener('abort', stop);
      const why = 'The copy was cancelled: nothing of it is kept.';
      reject(
        signal.aborted ? refused('backup.cancelled', why) : broken(`The copy of ${database} ended without a result.`),
      );
    });
  });
}

function asCopyError(error: unknown, dir: string): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (
    !/^(ENOSPC|EDQUOT|EROFS|EIO|EACCES|EPERM|ENOTDIR|SQLITE_FULL|SQLITE_IOERR|SQLITE_CANTOPEN|SQLITE_READONLY)/.test(
      code,
    )
  )
    return asAppError(error);
  const message = `No copy was made: the disk of ${dir} is full or cannot be written. Free some space there, then try again.`;
  return unready('store.full', message, { subject: dir, cause: error });
}
