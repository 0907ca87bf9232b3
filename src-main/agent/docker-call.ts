// Translates what Docker's client throws into one sentence for the person at the hub.
import { once } from 'node:events';
import { AppError, unready } from '#base/errors.ts';

export interface EngineCall<T> {
  /** `create container 'web'`: what could not be done, if it cannot. */
  readonly what: string;
  readonly limitMs: number;
  /** What it says when the limit has come; by default that the engine did not answer. */
  readonly whyLate?: () => string;
  /** HTTP statuses that mean the world already is as asked. */
  readonly fine?: readonly number[];
  readonly call: (abortSignal: AbortSignal) => Promise<T>;
}

export const engineIsLate = 'it did not answer in time.';

/** Runs one call; an engine that hangs fails it after the limit. */
export async function callEngine<T>({
  what,
  limitMs,
  whyLate = () => engineIsLate,
  fine = [],
  call,
}: EngineCall<T>): Promise<T> {
  const limit = AbortSignal.timeout(limitMs);
  try {
    // Raced too, because the client passes the signal on in most calls, but not in all.
    return await Promise.race([call(limit), failAtAbort(limit)]);
  } catch (error) {
    // The one place where Docker's errors become ours; callers see AppError only.
    if (error instanceof AppError) throw error;
    if (fine.includes(statusOf(error))) return undefined as T;
    const reason = limit.aborted ? whyLate() : reasonOf(error);
    throw unready('agent.engine', `The container engine could not ${what}: ${reason}`, { cause: error });
  }
}

async function failAtAbort(signal: AbortSignal): Promise<never> {
  await once(signal, 'abort');
  throw signal.reason;
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
  const body = 'json' in error ? (error.json as { message?: unknown } | null) : null;
  // Of a streamed answer the client keeps no body, only the text in front of which it puts the status.
  const message =
    typeof body?.message === 'string' ? body.message : error.message.replace(/^\(HTTP code .*?\) .*? - /, '');
  return message.trim().replace(/\.?$/, '.');
}
