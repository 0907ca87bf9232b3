// What takes long with images: imports, fetches and exports, each with its bytes, the step it is at, and a way to end it. They
// live in the hub, not in a window: whoever looks sees them, and they end with the hub.
import type { Clock } from '#base/clock.ts';
import { type AppError, asAppError, refused } from '#base/errors.ts';
import type { ImageTaskKind, ImageTaskRow } from '#contract/console-image-rows.ts';

const mostRunning = 16;
/** Ended ones stay to be read; the oldest go. */
const mostEnded = 20;

/** How the work tells how far it is. */
export interface TaskProgress {
  readonly signal: AbortSignal;
  /** In words: `part 3 of 7`. */
  readonly step: (words: string) => void;
  /** `totalBytes` null: not known. */
  readonly bytes: (doneBytes: number, totalBytes: number | null) => void;
}

export interface TaskResult {
  readonly images: readonly string[];
  /** What to know of it, besides. */
  readonly message?: string | null;
}

export interface NewTask {
  readonly kind: ImageTaskKind;
  readonly subject: string;
  readonly work: (progress: TaskProgress) => Promise<TaskResult>;
}

export interface BegunTask {
  readonly taskId: string;
  /** However it ended: its row tells. */
  readonly ended: Promise<void>;
}

interface TasksParts {
  readonly clock: Clock;
  /** A fault of ours, for the log. */
  readonly onBroken: (error: AppError, row: ImageTaskRow) => void;
}

interface Task {
  row: ImageTaskRow;
  readonly abort: AbortController;
  ended: Promise<void>;
}

export class ImageTasks {
  readonly #parts: TasksParts;
  readonly #tasks = new Map<string, Task>();
  readonly #listeners = new Set<() => void>();
  #number = 0;

  constructor(parts: TasksParts) {
    this.#parts = parts;
  }

  /** The newest first. */
  get rows(): readonly ImageTaskRow[] {
    return [...this.#tasks.values()].map(({ row }) => row).toReversed();
  }

  underWay(): readonly ImageTaskRow[] {
    return this.rows.filter(({ state }) => state === 'running');
  }

  /** Also while one gets on. Returns how to end it. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** @throws refused when too many run */
  begin({ kind, subject, work }: NewTask): BegunTask {
    const running = this.underWay().length;
    if (running >= mostRunning)
      throw refused('request.invalid', `${running} tasks with images run already: wait for one, or cancel one.`);
    this.#number += 1;
    const startedAtMs = this.#parts.clock.nowMs();
    const row: ImageTaskRow = {
      id: `${startedAtMs}-${this.#number}`,
      kind,
      subject,
      state: 'running',
      step: '',
      stepSinceMs: startedAtMs,
      doneBytes: 0,
      totalBytes: null,
      startedAtMs,
      endedAtMs: null,
      images: [],
      message: null,
    };
    const task: Task = { row, abort: new AbortController(), ended: Promise.resolve() };
    this.#tasks.set(row.id, task);
    task.ended = this.#run(task, work);
    this.#tell();
    return { taskId: row.id, ended: task.ended };
  }

  /** @throws refused `request.unknown` when there is no such task */
  cancel(id: string): void {
    this.#taskOf(id).abort.abort();
  }

  forget(id: string): void {
    if (this.#taskOf(id).row.state === 'running')
      throw refused('request.invalid', 'The task still runs: cancel it first.', { subject: id });
    this.#tasks.delete(id);
    this.#tell();
  }

  /** Cancels all and waits for them. */
  async stop(): Promise<void> {
    for (const { abort } of this.#tasks.values()) abort.abort();
    await Promise.all([...this.#tasks.values()].map(({ ended }) => ended));
  }

  async #run(task: Task, work: NewTask['work']): Promise<void> {
    const { signal } = task.abort;
    // The edge of a task: nobody waits for it, its row tells how it ended.
    try {
      const { images, message = null } = await work({
        signal,
        step: (step) => {
          if (step !== task.row.step) this.#change(task, { step, stepSinceMs: this.#parts.clock.nowMs() });
        },
        bytes: (doneBytes, totalBytes) => this.#change(task, { doneBytes, totalBytes }),
      });
      this.#end(task, { state: 'done', images, message });
    } catch (thrown) {
      const error = asAppError(thrown);
      if (signal.aborted) return this.#end(task, { state: 'cancelled' });
      const isOurs = error.kind === 'broken';
      if (isOurs) this.#parts.onBroken(error, task.row);
      this.#end(task, { state: 'failed', message: isOurs ? 'The hub failed on it; its log says why.' : error.message });
    }
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }

  #change(task: Task, change: Partial<ImageTaskRow>): void {
    task.row = { ...task.row, ...change };
    this.#tell();
  }

  #end(task: Task, outcome: Partial<ImageTaskRow>): void {
    this.#change(task, { ...outcome, step: '', endedAtMs: this.#parts.clock.nowMs() });
    const ended = [...this.#tasks.values()].filter(({ row }) => row.state !== 'running');
    for (const { row } of ended.slice(0, Math.max(0, ended.length - mostEnded))) this.#tasks.delete(row.id);
  }

  #taskOf(id: string): Task {
    const task = this.#tasks.get(id);
    if (task === undefined) throw refused('request.unknown', 'There is no such task any more.', { subject: id });
    return task;
  }
}
