// The window's place on disk, beside the app's other settings of this user. Nothing depends on it: a disk that refuses it is told
// of in the log, and the window opens where the system puts it.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { asAppError } from '#base/errors.ts';
import { readWindowState, type WindowState } from './window-state.ts';

export interface WindowMemory {
  read(): WindowState | null;
  write(state: WindowState): void;
}

export function createWindowMemory(needs: {
  /** Asked when it is needed: Electron knows its folders only after a while. */
  readonly folder: () => string;
  readonly onLog: (text: string) => void;
}): WindowMemory {
  const file = () => join(needs.folder(), 'window.json');
  const guarded = <T>(work: () => T, otherwise: T): T => {
    // A place for a window is worth no more than a line in the log.
    try {
      return work();
    } catch (error) {
      needs.onLog(`the window's place is not kept: ${asAppError(error).message}\n`);
      return otherwise;
    }
  };
  return {
    read: () => guarded(() => (existsSync(file()) ? readWindowState(readFileSync(file(), 'utf8')) : null), null),
    write: (state) =>
      guarded(() => {
        mkdirSync(dirname(file()), { recursive: true });
        writeFileSync(`${file()}.draft`, JSON.stringify(state));
        renameSync(`${file()}.draft`, file());
      }, undefined),
  };
}
