// What the agent must know after a power cut: what it should run, what ran well, its restart counts and its modules' keys.
// Written whole, beside the old one, and renamed over it, so that there is always one good file.
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { unready, type AppError } from '#base/errors.ts';
import { openRecord } from '#contract/open-record.ts';
import type { RestartRecord } from '#domain/updates/agent-state.ts';
import { newCourse, type Revision, type UpdateCourse } from '#domain/updates/update-course.ts';
import { courseSchema, revisionSchema } from './course-schema.ts';

const restartRecord = z.object({
  specHash: z.string(),
  restartCount: z.int(),
  lastRestartAtMs: z.number().nullable(),
  stoppedRunAtMs: z.number().nullable(),
  everStarted: z.boolean(),
  /** Missing in a file of an agent that kept no ends. */
  lastEnd: z.object({ finishedAtMs: z.number(), exitCode: z.number() }).optional(),
});

const imagesSchema = z.object({
  /** Image → its id when it came: another one under that name is somebody else's. */
  brought: openRecord(z.object({ id: z.string(), digest: z.string().optional() })),
  proven: z.array(z.string()),
  before: z.array(z.string()),
});

const stateSchema = z.object({
  format: z.literal(1),
  deviceId: z.string(),
  desired: revisionSchema.nullable(),
  lastGood: revisionSchema.nullable(),
  restarts: openRecord(restartRecord),
  moduleKeys: openRecord(z.string()),
  /** Missing in a file of an agent that knew no trials. */
  course: courseSchema.optional(),
  /** Missing in a file of an agent that let Docker fetch everything. */
  images: imagesSchema.optional(),
});

export type DesiredRevision = Revision;

export interface AgentState {
  readonly format: 1;
  readonly deviceId: string;
  /** The newest desired section of `$edgeAgent`. */
  readonly desired: DesiredRevision | null;
  /** The newest one that could be read: it is kept running while the newest cannot be. */
  readonly lastGood: DesiredRevision | null;
  readonly restarts: Readonly<Record<string, RestartRecord>>;
  /** Module → base64 key. */
  readonly moduleKeys: Readonly<Record<string, string>>;
  /** What was proven, the trial that is on, and how the last one ended. */
  readonly course: UpdateCourse;
  readonly images: ImageRecords;
}

interface BroughtImage {
  readonly id: string;
  /** Not there: from another registry, or by an agent that did not keep it. */
  readonly digest?: string | undefined;
}

interface ImageRecords {
  /** Image → its id, of those that the agent had fetched; and the digest of what the hub had under its name, which the engine forgets. */
  readonly brought: Readonly<Record<string, BroughtImage>>;
  /** Those of the last revision that was proven, and of the one proven before it. */
  readonly proven: readonly string[];
  readonly before: readonly string[];
}

export interface StateFile {
  /** The state, and what was wrong with the file if it was set aside. A missing file is a new agent, not a fault. */
  load(): Promise<{ readonly state: AgentState; readonly problem: string | null }>;
  /** Resolves when the state is on disk. Calls while one is written are written together. @throws unready `store.unwritable` */
  save(state: AgentState): Promise<void>;
}

const noImages: ImageRecords = { brought: {}, proven: [], before: [] };

function emptyState(deviceId: string): AgentState {
  return {
    format: 1,
    deviceId,
    desired: null,
    lastGood: null,
    restarts: {},
    moduleKeys: {},
    course: newCourse,
    images: noImages,
  };
}

/** Before there were trials, what could be read was what ran. */
function stateOf(read: z.infer<typeof stateSchema>): AgentState {
  return { ...read, course: read.course ?? { ...newCourse, proven: read.lastGood }, images: read.images ?? noImages };
}

export function createStateFile({ dir, deviceId }: { readonly dir: string; readonly deviceId: string }): StateFile {
  const file = join(dir, 'agent-state.json');
  let writing: Promise<void> | null = null;
  let next: { text: string; done: Promise<void> } | null = null;

  async function write(text: string): Promise<void> {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    const temporary = `${file}.tmp`;
    const handle = await open(temporary, 'w', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
    await syncDirectory(dir);
  }

  async function writeNext(before: Promise<void> | null): Promise<void> {
    // Whoever waited for the write before learns of its failure there.
    await before?.catch(() => undefined);
    const text = next?.text ?? '';
    writing = next?.done ?? null;
    next = null;
    try {
      await write(text);
    } catch (error) {
      // Here it is known which directory it is.
      throw unwritable(dir, error);
    }
  }

  return {
    async load() {
      const text = await readIfThere(file);
      if (text === null) return { state: emptyState(deviceId), problem: null };
      const parsed = stateSchema.safeParse(parseJson(text));
      if (parsed.success && parsed.data.deviceId === deviceId) return { state: stateOf(parsed.data), problem: null };
      const aside = `${file}.damaged`;
      await rename(file, aside);
      const reason = parsed.success ? `belongs to device '${parsed.data.deviceId}'` : 'is damaged';
      const problem = `The state file ${reason}; it was set aside as ${aside}, and the device's state is asked of the hub.`;
      return { state: emptyState(deviceId), problem };
    },
    save(state) {
      const text = JSON.stringify(state);
      if (next !== null) {
        next.text = text;
        return next.done;
      }
      const entry = { text, done: Promise.resolve() };
      next = entry;
      entry.done = writeNext(writing);
      return entry.done;
    },
  };
}

function unwritable(dir: string, cause: unknown): AppError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const advice = 'make room on its disk, or let the agent write there';
  return unready('store.unwritable', `The state directory ${dir} cannot be written (${reason}): ${advice}.`, { cause });
}

async function readIfThere(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    // Absence is the ordinary first start; anything else is the caller's to report.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

async function syncDirectory(dir: string): Promise<void> {
  const handle = await open(dir, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Damage is what the schema then reports.
    return null;
  }
}
