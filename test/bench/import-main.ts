// The image store alone, in a process of its own: takes the bytes of a file as an import does.
import { createReadStream } from 'node:fs';
import { pino } from 'pino';
import type { Digest } from '#domain/manifests/image-digest.ts';
import { createSystemClock } from '#entry/system-clock.ts';
import { createImageStore } from '#registry/create-image-store.ts';
import { openMemoryStore } from '#store/open-store.ts';
import { answerWith } from './bench-process.ts';
import { measured, type LongWork } from './longest-turn.ts';

export interface ImportOrder {
  readonly dir: string;
  readonly file: string;
  readonly digest: string;
}

export interface ImportAnswer {
  readonly work: LongWork;
  readonly processorMs: number;
}

answerWith(async ({ dir, file, digest }: ImportOrder): Promise<ImportAnswer> => {
  const clock = createSystemClock();
  const log = pino({ level: 'error' });
  const images = createImageStore({ dir, store: openMemoryStore({ clock, log }), clock, log });
  await images.start();
  const before = process.cpuUsage();
  const work = await measured('import', () =>
    images.blobs.put(createReadStream(file, { highWaterMark: 256 * 1024 }), digest as Digest),
  );
  const { user, system } = process.cpuUsage(before);
  return { work, processorMs: (user + system) / 1000 };
});
