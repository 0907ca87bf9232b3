// The calls from the page into the shell. Each is answered to the hub's own page in the top frame of our window alone, and only
// when its arguments are exactly of the known shape; a page that was taken over can do no more than this list.
import type { IpcMainInvokeEvent, WebContents } from 'electron';
import { z } from 'zod';
import { refused } from '#base/errors.ts';
import { largestFileBytes } from '#contract/console-files.ts';
import { bridgeChannels } from '#contract/desktop-bridge.ts';
import { inputProblems } from '#contract/input-problems.ts';
import type { FileDesk } from './file-desk.ts';
import type { ShellElectron } from './shell-needs.ts';

/** A name, never a way to another folder. */
const fileName = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^/\\\p{Cc}]+$/u, 'must be the name of a file, without a folder');
const saveRequest = z.strictObject({
  name: fileName,
  base64: z
    .string()
    .max(Math.ceil(largestFileBytes / 3) * 4)
    .regex(/^[A-Za-z0-9+/]*={0,2}$/, 'must be base64'),
});
const pathRequest = z
  .strictObject({ purpose: z.enum(['image-archive', 'image-folder', 'image-export']), name: fileName.optional() })
  .transform(({ purpose, name }) => ({ purpose, ...(name !== undefined && { name }) }));

export function answerPage(needs: {
  readonly ipcMain: ShellElectron['ipcMain'];
  readonly desk: FileDesk;
  readonly consoleOrigin: () => string | null;
  readonly isOfWindow: (contents: WebContents) => boolean;
}): void {
  const { desk } = needs;

  function answer<T extends z.ZodType>(channel: string, request: T, work: (asked: z.output<T>) => unknown): void {
    needs.ipcMain.handle(channel, async (event, ...given: unknown[]) => {
      if (!isOfPage(event)) throw refused('console.refused', 'The desktop window answers its own page alone.');
      const parsed = request.safeParse(given.length > 1 ? given : given[0]);
      if (!parsed.success)
        throw refused('request.invalid', `The request cannot be used: ${inputProblems(parsed.error)}.`);
      return work(parsed.data);
    });
  }

  function isOfPage({ sender, senderFrame }: IpcMainInvokeEvent): boolean {
    const isTop = senderFrame !== null && senderFrame.parent === null;
    return isTop && senderFrame.origin === needs.consoleOrigin() && needs.isOfWindow(sender);
  }

  answer(bridgeChannels.openFile, z.undefined(), () => desk.openFile());
  answer(bridgeChannels.saveFile, saveRequest, (request) => desk.saveFile(request));
  answer(bridgeChannels.choosePath, pathRequest, (request) => desk.choosePath(request));
  answer(bridgeChannels.takeOpenedFile, z.undefined(), () => desk.take());
}
