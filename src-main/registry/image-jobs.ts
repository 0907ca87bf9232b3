// The long work with images as tasks: begun on a person's word, told of while it runs, and what it brought told to have come from
// there.
import type { Clock } from '#base/clock.ts';
import type { ImageTaskKind } from '#contract/console-image-rows.ts';
import type { ConsoleImages, ImageUpload, StartedTask } from '#contract/console-images.ts';
import { parseImageName } from '#domain/manifests/image-name.ts';
import type { Store } from '#store/store-types.ts';
import type { ImageStore } from './image-store.ts';
import type { ImageTasks, TaskProgress, TaskResult } from './image-tasks.ts';
import type { BroughtImages, ImageWork, WorkWatch } from './image-work.ts';
import type { IncomingFiles } from './incoming-file.ts';

interface JobsParts {
  readonly store: Pick<Store, 'change'>;
  readonly images: Pick<ImageStore, 'reserve'>;
  readonly work: ImageWork;
  readonly tasks: ImageTasks;
  readonly incoming: IncomingFiles;
  readonly clock: Clock;
  /** The lists are others now. */
  readonly onBrought: () => void;
}

type Jobs = Pick<ConsoleImages, 'importPath' | 'upload' | 'fetch' | 'fetchMissing' | 'exportPath'>;
type Request<Name extends keyof Jobs> = Parameters<Jobs[Name]>[0];

export class ImageJobs implements Jobs {
  readonly #parts: JobsParts;

  constructor(parts: JobsParts) {
    this.#parts = parts;
  }

  importPath({ path, name, platforms }: Request<'importPath'>): StartedTask {
    return this.#begin('import', path, async (progress) => {
      const outcome = await this.#parts.work.import({ path, name, platforms }, watchOf(progress));
      return this.#brought(outcome, { kind: 'file', from: path });
    });
  }

  async upload(upload: ImageUpload, closed: AbortSignal): Promise<StartedTask> {
    const { tasks } = this.#parts;
    const work = (progress: TaskProgress) => this.#receive(upload, closed, progress);
    const { taskId, ended } = tasks.begin({ kind: 'import', subject: upload.name, work });
    await ended;
    return { taskId };
  }

  fetch(request: Request<'fetch'>): StartedTask {
    return this.#begin('fetch', request.image, async (progress) => {
      const outcome = await this.#parts.work.fetch(request, watchOf(progress));
      return this.#brought(outcome, { kind: 'registry', from: null });
    });
  }

  fetchMissing({ deploymentIds }: Request<'fetchMissing'>): StartedTask {
    return this.#begin('fetch', lackOf(deploymentIds), async (progress) => {
      const outcome = await this.#parts.work.fetchMissing(deploymentIds, watchOf(progress));
      return this.#brought(outcome, { kind: 'registry', from: null });
    });
  }

  exportPath(request: Request<'exportPath'>): StartedTask {
    return this.#begin('export', request.path, async (progress) => {
      const { images, warnings } = await this.#parts.work.export(request, watchOf(progress));
      return { images, message: warnings.join(' ') || null };
    });
  }

  #begin(kind: ImageTaskKind, subject: string, work: (progress: TaskProgress) => Promise<TaskResult>): StartedTask {
    const { taskId } = this.#parts.tasks.begin({ kind, subject, work });
    return { taskId };
  }

  async #receive(upload: ImageUpload, closed: AbortSignal, progress: TaskProgress): Promise<TaskResult> {
    const { images, incoming, work } = this.#parts;
    const { name, bytes, source } = upload;
    const release = await images.reserve(bytes ?? 0);
    progress.step('receiving the file');
    const { signal } = progress;
    const onBytes = (doneBytes: number) => progress.bytes(doneBytes, bytes);
    try {
      return await incoming.receive({ name, source, signal, closed, onBytes }, async (path) => {
        // It lies on the disk now, where what is in it is asked for anew.
        release();
        const outcome = await work.import({ path, name: null, platforms: null }, watchOf(progress));
        return this.#brought(outcome, { kind: 'file', from: name });
      });
    } finally {
      release();
    }
  }

  /** `from` null: each from its own registry. */
  #brought(
    { images, warnings }: BroughtImages,
    { kind, from }: { readonly kind: 'file' | 'registry'; readonly from: string | null },
  ): TaskResult {
    const atMs = this.#parts.clock.nowMs();
    this.#parts.store.change((write) => {
      for (const { name, repository, digest } of images)
        write.images.putOrigin({ repository, digest }, { kind, from: from ?? registryOf(name), atMs });
      write.journal.append({ kind: 'images-brought', actor: 'console', detail: { kind, from, images: images.length } });
    });
    this.#parts.onBrought();
    return { images: images.map(({ name }) => name), message: warnings.join(' ') || null };
  }
}

function watchOf(progress: TaskProgress): WorkWatch {
  return {
    signal: progress.signal,
    onProgress({ step, doneBytes, totalBytes }) {
      progress.step(step);
      progress.bytes(doneBytes, totalBytes);
    },
  };
}

function lackOf(deploymentIds: readonly string[] | null): string {
  if (deploymentIds === null) return 'what the deployments lack';
  const [only, ...others] = deploymentIds;
  return others.length === 0 ? `what '${only ?? ''}' lacks` : `what ${deploymentIds.length} deployments lack`;
}

/** Of a name as deployments write it. */
function registryOf(text: string): string {
  const name = parseImageName(text);
  return name.ok ? name.value.registry : text;
}
