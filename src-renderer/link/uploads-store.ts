// Files of images on their way to the hub, one after the other: they come from one disk, and one reader is the fastest. They go on
// while other screens are looked at. The one that is being sent is told by the hub's own task; here those that wait for their turn,
// and what kept a file from being begun.
import { create, type StoreApi, type UseBoundStore } from 'zustand';
import { useImages } from './images-store.ts';
import { sendFile } from './send-file.ts';

export interface Upload {
  readonly id: number;
  /** Of the file. */
  readonly name: string;
  readonly state: 'waiting' | 'sending' | 'failed';
  /** Why it was not begun, a sentence; null: nothing is wrong so far. */
  readonly problem: string | null;
}

interface Waiting extends Upload {
  readonly file: File;
}

interface Uploads {
  readonly use: UseBoundStore<StoreApi<{ readonly uploads: readonly Upload[] }>>;
  readonly send: (files: readonly File[]) => void;
  /** One that waits is not sent; one that failed is not told of any more. The one that is being sent is its task's to cancel. */
  readonly leaveOut: (id: number) => void;
}

/** What one page sends: `send` answers with null or a sentence, as `sendFile` does. */
export function createUploads(send: (file: File) => Promise<string | null>): Uploads {
  const use = create<{ readonly uploads: readonly Waiting[] }>(() => ({ uploads: [] }));
  let newestId = 0;

  function tell(id: number, news: Pick<Upload, 'state' | 'problem'>): void {
    use.setState(({ uploads }) => ({ uploads: uploads.map((one) => (one.id === id ? { ...one, ...news } : one)) }));
  }

  function forget(id: number): void {
    use.setState(({ uploads }) => ({ uploads: uploads.filter((one) => one.id !== id) }));
  }

  /** Whoever ends one begins the next. */
  async function sendNext(): Promise<void> {
    const { uploads } = use.getState();
    const next = uploads.find(({ state }) => state === 'waiting');
    if (next === undefined || uploads.some(({ state }) => state === 'sending')) return;
    tell(next.id, { state: 'sending', problem: null });
    const problem = await send(next.file);
    if (problem === null) forget(next.id);
    else tell(next.id, { state: 'failed', problem });
    return sendNext();
  }

  return {
    use,
    send(files) {
      const added = files.map((file) => {
        newestId += 1;
        return { id: newestId, name: file.name, file, state: 'waiting' as const, problem: null };
      });
      use.setState(({ uploads }) => ({ uploads: [...uploads, ...added] }));
      void sendNext();
    },
    leaveOut(id) {
      if (use.getState().uploads.find((one) => one.id === id)?.state !== 'sending') forget(id);
    },
  };
}

const uploads = createUploads((file) => sendFile(file, () => hasTask(file.name)));

export const { use: useUploads, send: sendFiles, leaveOut: leaveOutUpload } = uploads;

/** A browser asks before it closes or reloads a page that sends: what is not sent yet is lost with it. */
export function askBeforeLeaving(): void {
  useUploads.subscribe(({ uploads: all }) => {
    // A listener that is there without need keeps the browser from going back to the page quickly.
    if (all.some(({ state }) => state !== 'failed')) addEventListener('beforeunload', keepPage);
    else removeEventListener('beforeunload', keepPage);
  });
}

function keepPage(event: Event): void {
  event.preventDefault();
}

function hasTask(subject: string): boolean {
  return useImages.getState().news?.tasks.some((task) => task.subject === subject) === true;
}
