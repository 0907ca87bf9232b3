// What the page may ask of the desktop window it is in: these calls and no others. The preload puts them at
// `window.lanyardDesktop`; in a browser there is none. Without imports, so that the preload stays as small as it is.

interface OpenedFile {
  /** Its own name, without the folder. */
  readonly name: string;
  /** Its bytes, as the console's `checkFile` and `importFile` take them. */
  readonly base64: string;
}

/** `words`: why not, and how to mend it. */
export type OpenAnswer = OpenedFile | { readonly refused: string } | null;

export interface SaveRequest {
  readonly name: string;
  readonly base64: string;
}

/** What a path is asked for: the hub reads or writes it itself, since archives of images are too large to hand around. */
export interface PathRequest {
  readonly purpose: 'image-archive' | 'image-folder' | 'image-export';
  /** A name to begin with, for `image-export`. */
  readonly name?: string;
}

export interface DesktopBridge {
  readonly isDesktop: true;
  /** Asks for a deployment file; null: the person chose none. */
  openFile(): Promise<OpenAnswer>;
  /** Where it was saved; null: the person chose no place. */
  saveFile(request: SaveRequest): Promise<{ readonly path: string } | { readonly refused: string } | null>;
  /** A path on this machine; null: the person chose none. */
  choosePath(request: PathRequest): Promise<string | null>;
  /** Files that the system hands over, the one that waits for a listener among them. Returns how to stop listening. */
  onFileOpened(listener: (file: OpenedFile | { readonly refused: string }) => void): () => void;
}

/** One channel a call; `fileOpened` goes from the shell to the page. */
export const bridgeChannels = {
  openFile: 'lanyard:open-file',
  saveFile: 'lanyard:save-file',
  choosePath: 'lanyard:choose-path',
  takeOpenedFile: 'lanyard:take-opened-file',
  fileOpened: 'lanyard:file-opened',
} as const;
