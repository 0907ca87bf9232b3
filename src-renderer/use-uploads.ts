// Files on their way to the hub, one after the other: they come from one disk, and one reader is the fastest.
import { useRef, useState } from 'react';
import { useImages } from './link/images-store.ts';
import { sendFile } from './link/send-file.ts';

export interface Uploads {
  /** What kept files from being begun, in words. */
  readonly problems: readonly string[];
  readonly send: (files: readonly File[]) => void;
}

export function useUploads(): Uploads {
  const [problems, setProblems] = useState<readonly string[]>([]);
  const last = useRef<Promise<unknown>>(Promise.resolve());
  return {
    problems,
    send(files) {
      setProblems([]);
      for (const file of files) {
        last.current = last.current.then(async () => {
          const problem = await sendFile(file, () => hasTask(file.name));
          if (problem !== null) setProblems((before) => [...before, problem]);
        });
      }
    },
  };
}

function hasTask(subject: string): boolean {
  return useImages.getState().news?.tasks.some((task) => task.subject === subject) === true;
}
