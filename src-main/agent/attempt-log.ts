// What happened in each attempt, kept on the device for whoever asks later: the agent's own steps and the last lines of
// containers that failed. Ten attempts, 256 KB each. Kept as well as it can be: an update never waits for its log.
import { appendFile, mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Clock } from '#base/clock.ts';
import { asAppError } from '#base/errors.ts';

export interface AttemptName {
  readonly version: number;
  readonly attempt: number;
  readonly number: number;
}

interface AttemptSlice {
  readonly text: string;
  /** Where to read on; the whole length when there is no more. */
  readonly nextOffset: number;
  readonly totalBytes: number;
}

export interface AttemptLog {
  /** Never rejects. */
  write(name: AttemptName, lines: readonly string[]): Promise<void>;
  /** Resolves when everything given so far is written, or could not be. */
  settled(): Promise<void>;
  /** The newest attempt of that version and number of the rollout; null when nothing is kept of it. */
  read(wanted: Omit<AttemptName, 'number'>, offset: number): Promise<AttemptSlice | null>;
}

const directoryName = 'attempts';
const keptAttempts = 10;
const longestLogBytes = 256 * 1_024;
const cutNote = '\n(this log was too big and is cut here)\n';
/** Beyond it lies the note alone, however few bytes a character at the cut made way for. */
const longestBodyBytes = longestLogBytes - cutNote.length;
const sliceBytes = 48 * 1_024;
/** Below what a method's answer may hold. One control character takes six bytes in it. */
const answerBytes = 96 * 1_024;

export function createAttemptLog({
  stateDir,
  clock,
  log,
}: {
  readonly stateDir: string;
  readonly clock: Clock;
  readonly log: Logger;
}): AttemptLog {
  const dir = join(stateDir, directoryName);
  let writing: Promise<void> = Promise.resolve();

  async function append(name: AttemptName, lines: readonly string[]): Promise<void> {
    try {
      await mkdir(dir, { recursive: true, mode: 0o700 });
      const file = join(dir, fileName(name));
      const isNew = !(await fileNames(dir)).includes(fileName(name));
      const room = longestBodyBytes - (isNew ? 0 : (await stat(file)).size);
      const stamp = new Date(clock.nowMs()).toISOString();
      const text = Buffer.from(lines.map((line) => `${stamp} ${line}\n`).join(''));
      if (room >= 0) await appendFile(file, fitted(text, room), { mode: 0o600 });
      if (isNew) await forgetOldest();
    } catch (error) {
      // A log that cannot be kept must not stop what it tells of.
      log.warn({ reason: asAppError(error).message }, 'the log of the attempt cannot be written');
    }
  }

  async function forgetOldest(): Promise<void> {
    const old = (await fileNames(dir)).toSorted((a, b) => numberOf(b) - numberOf(a)).slice(keptAttempts);
    await Promise.all(old.map((name) => rm(join(dir, name), { force: true })));
  }

  return {
    write(name, lines) {
      writing = writing.then(() => append(name, lines));
      return writing;
    },
    settled: () => writing,
    async read({ version, attempt }, offset) {
      await writing;
      const names = (await fileNames(dir)).filter((name) => name.startsWith(`${version}-${attempt}-`));
      const newest = names.toSorted((a, b) => numberOf(b) - numberOf(a))[0];
      return newest === undefined ? null : slice(join(dir, newest), offset);
    },
  };
}

/** The number of the newest attempt that a log lies there of; 0 without any. */
export async function newestLogged(stateDir: string): Promise<number> {
  return Math.max(0, ...(await fileNames(join(stateDir, directoryName))).map((name) => numberOf(name)));
}

async function slice(file: string, offset: number): Promise<AttemptSlice> {
  const handle = await open(file, 'r');
  try {
    const { size: totalBytes } = await handle.stat();
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(sliceBytes), 0, sliceBytes, offset);
    const isLast = offset + bytesRead >= totalBytes;
    let bytes = isLast ? buffer.subarray(0, bytesRead) : wholeCharacters(buffer.subarray(0, bytesRead));
    while (Buffer.byteLength(JSON.stringify(bytes.toString('utf8'))) > answerBytes)
      bytes = wholeCharacters(bytes.subarray(0, bytes.length / 2));
    return { text: bytes.toString('utf8'), nextOffset: offset + bytes.length, totalBytes };
  } finally {
    await handle.close();
  }
}

/** What does not fit is cut off, and the log says so. */
function fitted(text: Buffer, room: number): Buffer {
  if (text.length <= room) return text;
  return Buffer.concat([wholeCharacters(text.subarray(0, room)), Buffer.from(cutNote)]);
}

/** Without the beginning of a character whose end is not there. */
function wholeCharacters(bytes: Buffer): Buffer {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return bytes;
    if (byte < 0xc0) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return length > back ? bytes.subarray(0, bytes.length - back) : bytes;
  }
  return bytes;
}

function fileName({ version, attempt, number }: AttemptName): string {
  return `${version}-${attempt}-${number}.log`;
}

function numberOf(name: string): number {
  return Number(/-(\d+)\.log$/.exec(name)?.[1] ?? 0);
}

async function fileNames(dir: string): Promise<readonly string[]> {
  try {
    return (await readdir(dir)).filter((name) => /^-?\d+-\d+-\d+\.log$/.test(name));
  } catch {
    // Nothing was written yet.
    return [];
  }
}
