// A small file of this user beside the app's other settings. Nothing depends on it: a disk that refuses it is told of in the log,
// and the app goes on as on the first day.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { asAppError } from '#base/errors.ts';

export interface KeptFile<T> {
  /** Null: nothing was kept, or nothing that can be read. */
  read(): T | null;
  write(kept: T): void;
}

export interface KeptFolder {
  /** Asked when it is needed: Electron knows its folders only after a while. */
  readonly folder: () => string;
  readonly onLog: (text: string) => void;
}

/** `what`: for the log, `the window's place`. `parse` answers null for a text that is damaged, or of another version. */
export function createKeptFile<T>(
  { folder, onLog }: KeptFolder,
  { name, what, parse }: { readonly name: string; readonly what: string; readonly parse: (text: string) => T | null },
): KeptFile<T> {
  const file = () => join(folder(), name);
  const guarded = <Answer>(work: () => Answer, otherwise: Answer): Answer => {
    // What only makes the app more at home is worth no more than a line in the log.
    try {
      return work();
    } catch (error) {
      onLog(`${what} is not kept: ${asAppError(error).message}\n`);
      return otherwise;
    }
  };
  return {
    read: () => guarded(() => (existsSync(file()) ? parse(readFileSync(file(), 'utf8')) : null), null),
    write: (kept) =>
      guarded(() => {
        mkdirSync(dirname(file()), { recursive: true });
        writeFileSync(`${file()}.draft`, JSON.stringify(kept));
        renameSync(`${file()}.draft`, file());
      }, undefined),
  };
}
