// Translates what Docker's client throws into one sentence for the person at the hub.
import { AppError, unready } from '#base/errors.ts';

/** Runs one call; HTTP statuses in `fine` mean the world already is as asked. */
export async function callEngine<T>(what: string, call: () => Promise<T>, fine: readonly number[] = []): Promise<T> {
  try {
    return await call();
  } catch (error) {
    // The one place where Docker's errors become ours; callers see AppError only.
    if (error instanceof AppError) throw error;
    if (fine.includes(statusOf(error))) return undefined as T;
    throw unready('agent.engine', `The container engine could not ${what}: ${reasonOf(error)}`, { cause: error });
  }
}

export function statusOf(error: unknown): number {
  return error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 0;
}

export function isMissing(error: unknown): boolean {
  return statusOf(error) === 404;
}

/** Docker's own words, without the client's prefix. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? String(error.code) : '';
  if (code === 'ENOENT' || code === 'ECONNREFUSED') return 'it is not running; start Docker on the device.';
  if (code === 'EACCES') return 'the agent may not use its socket; run it as root or in the docker group.';
  if (error.name === 'TimeoutError') return 'it did not answer in time.';
  const body = 'json' in error ? (error.json as { message?: unknown } | null) : null;
  const message = typeof body?.message === 'string' ? body.message : error.message;
  return message.trim().replace(/\.?$/, '.');
}
