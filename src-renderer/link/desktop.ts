// Files in and out: by the desktop window's own dialogs where the page is in one, by the browser's elsewhere. Both answer alike.
import type { DesktopBridge, PathRequest } from '#contract/desktop-bridge.ts';
import { base64OfBytes, bytesOfText } from '#renderer/words/base64.ts';
import type { OpenedFile } from './opened-file-store.ts';

/** `saved` in a browser tells no place: it has one for downloads. `none`: the person changed their mind. */
type SaveOutcome =
  | { readonly kind: 'saved'; readonly path: string | null }
  | { readonly kind: 'refused'; readonly words: string }
  | { readonly kind: 'none' };

export type PickOutcome =
  | { readonly kind: 'picked'; readonly file: OpenedFile }
  | { readonly kind: 'refused'; readonly words: string }
  | { readonly kind: 'none' };

function desktop(): DesktopBridge | null {
  return 'lanyardDesktop' in window ? (window.lanyardDesktop as DesktopBridge) : null;
}

export function isDesktop(): boolean {
  return desktop() !== null;
}

export async function saveText(name: string, text: string): Promise<SaveOutcome> {
  return saveBytes(name, bytesOfText(text));
}

export async function saveBytes(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<SaveOutcome> {
  const bridge = desktop();
  if (bridge === null) {
    download(name, bytes);
    return { kind: 'saved', path: null };
  }
  const saved = await bridge.saveFile({ name, base64: base64OfBytes(bytes) });
  if (saved === null) return { kind: 'none' };
  return 'refused' in saved ? { kind: 'refused', words: saved.refused } : { kind: 'saved', path: saved.path };
}

/** One file of the person's choice. `accept` is a browser's hint alone: `.json`. */
export async function pickFile(accept = '.json,application/json'): Promise<PickOutcome> {
  const bridge = desktop();
  if (bridge === null) return pickInBrowser(accept);
  const opened = await bridge.openFile();
  if (opened === null) return { kind: 'none' };
  return 'refused' in opened ? { kind: 'refused', words: opened.refused } : { kind: 'picked', file: opened };
}

/** A path of this machine, which the hub reads or writes itself. Null: none was chosen, or this is a browser, which has no paths. */
export async function choosePath(request: PathRequest): Promise<string | null> {
  return (await desktop()?.choosePath(request)) ?? null;
}

/** Files that the system hands over. Returns how to stop listening; a browser gets none. */
export function onFileOpened(listener: (outcome: PickOutcome) => void): () => void {
  const stop = desktop()?.onFileOpened((opened) =>
    listener('refused' in opened ? { kind: 'refused', words: opened.refused } : { kind: 'picked', file: opened }),
  );
  return stop ?? (() => undefined);
}

export async function readFile(file: File): Promise<PickOutcome> {
  // A file may be gone or locked between the choice and the reading: that is for the person to mend.
  try {
    const bytes = new Uint8Array(await file.arrayBuffer());
    return { kind: 'picked', file: { name: file.name, base64: base64OfBytes(bytes) } };
  } catch {
    return {
      kind: 'refused',
      words: `'${file.name}' could not be read: see whether it is still there, and choose it again.`,
    };
  }
}

function pickInBrowser(accept: string): Promise<PickOutcome> {
  return new Promise((resolve) => {
    const input = document.createElement('input');
    input.type = 'file';
    input.accept = accept;
    input.hidden = true;
    const end = (outcome: PickOutcome | Promise<PickOutcome>) => {
      input.remove();
      resolve(outcome);
    };
    input.addEventListener('change', () => {
      const [file] = input.files ?? [];
      end(file === undefined ? { kind: 'none' } : readFile(file));
    });
    input.addEventListener('cancel', () => end({ kind: 'none' }));
    // Within the page, so that whoever drives a browser finds it.
    document.body.append(input);
    input.click();
  });
}

function download(name: string, bytes: Uint8Array<ArrayBuffer>): void {
  const address = URL.createObjectURL(new Blob([bytes], { type: 'application/octet-stream' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The browser has begun by the next turn.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
