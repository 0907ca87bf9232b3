// Pulls an image. Docker answers 200 at once and tells the rest, failures included, line by line: every line is read, a line
// that is no JSON is passed over, and only the image being there counts as success.
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import type Docker from 'dockerode';
import { z } from 'zod';
import { AppError, unready } from '#base/errors.ts';
import { reasonOf } from './docker-call.ts';
import type { LayerProgress, PullRequest } from './engine.ts';

const usualStallMs = 300_000;

const progressLine = z.object({
  id: z.string().optional(),
  status: z.string().optional(),
  error: z.string().optional(),
  errorDetail: z.object({ message: z.string().optional() }).optional(),
  progressDetail: z
    .object({ current: z.number().optional(), total: z.number().optional(), units: z.string().optional() })
    .optional(),
});

export interface ImageTransfer extends PullRequest {
  /** Gets what to call when there is something worth waiting for that the engine does not tell. */
  readonly onStart?: (stillAlive: () => void) => void;
}

export async function pullImage(docker: Docker, request: PullRequest, stallMs = usualStallMs): Promise<void> {
  try {
    await transferImage(docker, request, stallMs);
    await docker.getImage(request.image).inspect();
  } catch (error) {
    // Turned into a sentence here, because only here it is known that this is all there is to say.
    throw pullError(
      request,
      error instanceof AppError ? error : unready('agent.image', reasonOf(error), { cause: error }),
    );
  }
}

function pullError({ image, signal }: PullRequest, { message, cause }: AppError): AppError {
  if (signal.aborted) return unready('agent.image', `The pull of '${image}' was cancelled.`, { cause });
  return unready('agent.image', `Image '${image}' cannot be pulled: ${message}`, { cause });
}

/** The caller sees whether it is there then, and says whose image it is. @throws unready `agent.image` with the bare reason. */
export async function transferImage(
  docker: Docker,
  { image, credential, signal, onProgress, onStart = () => undefined }: ImageTransfer,
  stallMs = usualStallMs,
): Promise<void> {
  const stalled = new AbortController();
  const stop = AbortSignal.any([signal, stalled.signal]);
  let timer = setTimeout(() => stalled.abort(), stallMs);
  const progress = createPullProgress(onProgress);
  // Unpacking counts as well: on a slow disk it takes longer than the download, and tells no bytes of it.
  const heard = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => stalled.abort(), stallMs);
  };
  let isOver = false;
  onStart(() => {
    if (!isOver) heard();
  });
  try {
    const authconfig = credential === null ? {} : { authconfig: { ...credential, serveraddress: credential.address } };
    const stream = (await docker.pull(image, { ...authconfig, abortSignal: stop })) as Readable;
    const decoder = new StringDecoder('utf8');
    const abort = (): void => {
      stream.destroy();
    };
    stop.addEventListener('abort', abort, { once: true });
    for await (const chunk of stream) {
      heard();
      progress.read(decoder.write(chunk as Buffer));
    }
    progress.read(`${decoder.end()}\n`);
    stop.removeEventListener('abort', abort);
    if (progress.failure() !== null) throw new Error(progress.failure() ?? '');
  } catch (error) {
    const reason = stalled.signal.aborted ? 'nothing came for five minutes.' : reasonOf(error);
    throw unready('agent.image', reason, { cause: error });
  } finally {
    isOver = true;
    clearTimeout(timer);
  }
}

export interface PullProgressReader {
  read(text: string): void;
  /** What the engine said went wrong. */
  failure(): string | null;
}

/**
 * Of a layer that comes fast Docker may tell no download at all, for it drops news that nobody took in time. How large it was is
 * told again when it is unpacked; there it has come whole. How far the unpacking is, is told as a mark: it may take longer than the
 * download, and whoever waits for progress waits for that too.
 */
export function createPullProgress(onProgress: (progress: LayerProgress) => void): PullProgressReader {
  let rest = '';
  let failure: string | null = null;

  function readLine(line: string): void {
    const parsed = progressLine.safeParse(parseJson(line));
    if (!parsed.success) return;
    const { id: layer, status, error, errorDetail, progressDetail = {} } = parsed.data;
    failure ??= errorDetail?.message ?? error ?? null;
    if (layer === undefined) return;
    const { current = 0, total = 0, units } = progressDetail;
    // A registry need not say how much will come, and newer engines tell seconds of unpacking instead of bytes.
    const totalBytes = total > 0 && units === undefined ? total : null;
    if (status === 'Pulling fs layer' || status === 'Waiting') onProgress({ layer, doneBytes: 0, totalBytes: null });
    if (status === 'Downloading') onProgress({ layer, doneBytes: current, totalBytes });
    if (status === 'Extracting')
      onProgress({ layer, doneBytes: totalBytes ?? 0, totalBytes, unpacked: markOf(current, units) });
    // Of a small one its unpacking may never be told.
    if (status === 'Pull complete') onProgress({ layer, doneBytes: 0, totalBytes: null, unpacked: 1 });
    if (status === 'Already exists') onProgress({ layer, doneBytes: 0, totalBytes: 0 });
  }

  return {
    read(text) {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (line.trim() !== '') readLine(line);
    },
    failure: () => failure,
  };
}

/** Seconds go on also where nothing is unpacked any more: no layer takes longer than this. */
const longestUnpackS = 3600;

/** Bytes, or seconds where the engine tells those. */
function markOf(current: number, units: string | undefined): number {
  return units === undefined ? current : Math.min(current, longestUnpackS);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A damaged line must not end the pull.
    return null;
  }
}
