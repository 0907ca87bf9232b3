// The window's place on disk.
import { createKeptFile, type KeptFile, type KeptFolder } from './kept-file.ts';
import { readWindowState, type WindowState } from './window-state.ts';

export type WindowMemory = KeptFile<WindowState>;

export function createWindowMemory(needs: KeptFolder): WindowMemory {
  return createKeptFile(needs, { name: 'window.json', what: "the window's place", parse: readWindowState });
}
