// The file that the system handed over (a double click, a file dropped on the app's icon), until the Deployments screen takes it.
import { create } from 'zustand';

export interface OpenedFile {
  readonly name: string;
  /** Its bytes, as the console's `checkFile` and `importFile` take them. */
  readonly base64: string;
}

interface OpenedFileState {
  readonly file: OpenedFile | null;
  /** Why one could not be opened, in words. */
  readonly problem: string | null;
}

export const useOpenedFile = create<OpenedFileState>(() => ({ file: null, problem: null }));

/** Whoever shows it takes it: it is not shown twice. */
export function forgetOpenedFile(): void {
  useOpenedFile.setState({ file: null, problem: null });
}
