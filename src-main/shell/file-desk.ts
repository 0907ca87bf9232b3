// Files between the system and the page: chosen in a dialog, or handed over by the system. The page never names a path to read:
// it gets what a person chose, and nothing else.
import { readFile, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { asAppError } from '#base/errors.ts';
import { largestFileBytes } from '#contract/console-files.ts';
import type { OpenAnswer, PathRequest, SaveRequest } from '#contract/desktop-bridge.ts';
import type { BrowserWindow, OpenDialogOptions } from 'electron';
import type { ShellElectron } from './shell-needs.ts';

const deploymentFiles = [{ name: 'Deployments', extensions: ['json', 'lanyard'] }];
const imageArchives = [{ name: 'Image archives', extensions: ['tar', 'gz', 'tgz', 'zst'] }];

export interface FileDesk {
  openFile(): Promise<OpenAnswer>;
  saveFile(request: SaveRequest): Promise<{ readonly path: string } | { readonly refused: string } | null>;
  choosePath(request: PathRequest): Promise<string | null>;
  /** From the system: it waits until the page takes it, and the newest takes the place of one that was not taken. */
  bring(path: string): Promise<void>;
  /** From the menu: the same for a file that a person chooses now. */
  choose(): Promise<void>;
  /** What waits, once. */
  take(): OpenAnswer;
}

export function createFileDesk(needs: {
  readonly dialog: ShellElectron['dialog'];
  readonly window: () => BrowserWindow | null;
  readonly documentsDir: () => string;
  /** Something waits to be taken. */
  readonly onBrought: () => void;
}): FileDesk {
  let waiting: OpenAnswer = null;

  async function chosen(options: OpenDialogOptions): Promise<string | null> {
    const window = needs.window();
    const { filePaths } = await (window === null
      ? needs.dialog.showOpenDialog(options)
      : needs.dialog.showOpenDialog(window, options));
    return filePaths[0] ?? null;
  }

  async function chosenPlace(name: string): Promise<string | null> {
    const options = { defaultPath: join(needs.documentsDir(), basename(name)) };
    const window = needs.window();
    const { filePath } = await (window === null
      ? needs.dialog.showSaveDialog(options)
      : needs.dialog.showSaveDialog(window, options));
    return filePath === '' ? null : filePath;
  }

  async function openFile(): Promise<OpenAnswer> {
    const path = await chosen({ properties: ['openFile'], filters: deploymentFiles });
    return path === null ? null : readChosen(path);
  }

  function keep(answer: OpenAnswer): void {
    if (answer === null) return;
    waiting = answer;
    needs.onBrought();
  }

  return {
    openFile,
    async saveFile({ name, base64 }) {
      const path = await chosenPlace(name);
      return path === null ? null : writeChosen(path, base64);
    },
    async choosePath({ purpose, name }) {
      if (purpose === 'image-export') return chosenPlace(name ?? 'images.tar');
      if (purpose === 'image-folder') return chosen({ properties: ['openDirectory'] });
      return chosen({ properties: ['openFile'], filters: imageArchives });
    },
    bring: async (path) => keep(await readChosen(path)),
    choose: async () => keep(await openFile()),
    take() {
      const taken = waiting;
      waiting = null;
      return taken;
    },
  };
}

async function readChosen(path: string): Promise<OpenAnswer> {
  const name = basename(path);
  // Whatever the disk says is an answer to the person who chose the file.
  try {
    const { size } = await stat(path);
    if (size > largestFileBytes)
      return {
        refused: `${name} has more than the ${largestFileBytes / 1024 / 1024} MB that are read at once: split it.`,
      };
    return { name, base64: (await readFile(path)).toString('base64') };
  } catch (error) {
    return { refused: `${name} cannot be read: ${asAppError(error).message}.` };
  }
}

async function writeChosen(
  path: string,
  base64: string,
): Promise<{ readonly path: string } | { readonly refused: string }> {
  // Whatever the disk says is an answer to the person who chose the place.
  try {
    await writeFile(path, Buffer.from(base64, 'base64'));
    return { path };
  } catch (error) {
    return { refused: `${basename(path)} cannot be written: ${asAppError(error).message}.` };
  }
}
