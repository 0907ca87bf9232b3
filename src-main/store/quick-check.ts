// SQLite's own check of every page, away from the event loop: it reads the whole file, which takes seconds on a large one.
// The worker's code is text, because a worker file would have to be found again beside every bundle this ends up in.
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { broken } from '#base/errors.ts';

const workerCode = `
  const { parentPort, workerData } = require('node:worker_threads');
  const Database = require(workerData.driver);
  const db = new Database(workerData.path, { readonly: true, fileMustExist: true });
  let problems;
  try {
    problems = db.pragma('quick_check').map((row) => row.quick_check);
  } catch (error) {
    problems = [error.message];
  }
  db.close();
  parentPort.postMessage(problems);
`;

/** 'ok', or what is wrong, one line each. Rejects when the check itself could not run or was stopped by `signal`. */
export function runQuickCheck(path: string, signal?: AbortSignal): Promise<'ok' | string[]> {
  const driver = createRequire(import.meta.url).resolve('better-sqlite3');
  return new Promise((resolve, reject) => {
    const worker = new Worker(workerCode, { eval: true, workerData: { path, driver } });
    const stop = (): void => void worker.terminate();
    signal?.addEventListener('abort', stop, { once: true });
    worker.unref();
    worker.once('message', (problems: string[]) => resolve(problems.join() === 'ok' ? 'ok' : problems));
    worker.once('error', reject);
    worker.once('exit', () => {
      signal?.removeEventListener('abort', stop);
      reject(broken(`The check of ${path} ended without a result.`));
    });
  });
}
