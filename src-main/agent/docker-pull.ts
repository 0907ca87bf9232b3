// Pulls an image. Docker answers 200 at once and tells the rest, failures included, line by line: every line is read, a line
// that is no JSON is passed over, and only the image being there counts as success.
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import type Docker from 'dockerode';
import { z } from 'zod';
import { unready, type AppError } from '#base/errors.ts';
import { reasonOf } from './docker-call.ts';
import type { PullProgress, PullRequest } from './engine.ts';

const usualStallMs = 300_000;

const progressLine = z.object({
  id: z.string().optional(),
  status: z.string().optional(),
  error: z.string().optional(),
  errorDetail: z.object({ message: z.string().optional() }).optional(),
  progressDetail: z.object({ current: z.number().optional(), total: z.number().optional() }).optional(),
});

export async function pullImage(
  docker: Docker,
  { image, credential, signal, onProgress }: PullRequest,
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
    await docker.getImage(image).inspect();
  } catch (error) {
    // Turned into words here, because only here it is known what was pulled.
    throw pullError(image, { error, isStalled: stalled.signal.aborted, isCancelled: signal.aborted });
  } finally {
    clearTimeout(timer);
  }
}

function pullError(image: string, end: { error: unknown; isStalled: boolean; isCancelled: boolean }): AppError {
  if (end.isCancelled) return unready('agent.image', `The pull of '${image}' was cancelled.`, { cause: end.error });
  const reason = end.isStalled ? 'nothing came for five minutes.' : reasonOf(end.error);
  return unready('agent.image', `Image '${image}' cannot be pulled: ${reason}`, { cause: end.error });
}

export interface PullProgressReader {
  read(text: string): void;
  /** What the engine said went wrong. */
  failure(): string | null;
}

/** Adds up the layers: each counts its download once, as it is told. */
export function createPullProgress(onProgress: (progress: PullProgress) => void): PullProgressReader {
  const layers = new Map<string, { current: number; total: number }>();
  let rest = '';
  let failure: string | null = null;

  function readLine(line: string): void {
    const parsed = progressLine.safeParse(parseJson(line));
    if (!parsed.success) return;
    const { id, status, error, errorDetail, progressDetail } = parsed.data;
    failure ??= errorDetail?.message ?? error ?? null;
    if (id === undefined || status !== 'Downloading' || progressDetail?.total === undefined) return;
    layers.set(id, { current: progressDetail.current ?? 0, total: progressDetail.total });
    const sums = [...layers.values()];
    onProgress({
      doneBytes: sums.reduce((sum, layer) => sum + layer.current, 0),
      totalBytes: sums.reduce((sum, layer) => sum + layer.total, 0),
    });
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

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A damaged line must not end the pull.
    return null;
  }
}
