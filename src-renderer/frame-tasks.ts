// The tasks that the status bar tells of, from wherever they run. Only what is measured is told as progress.
import { useMemo } from 'react';
import { shareInWords } from './bytes.ts';
import { taskTitle } from './image-words.ts';
import { useTasks } from './images-store.ts';
import { imagesPath, settingsPath } from './paths.ts';
import { useSite } from './site-store.ts';

interface FrameTask {
  readonly title: string;
  readonly state: 'running' | 'failed';
  /** `34 %`; null: nothing is measured. */
  readonly progress: string | null;
  /** The screen that shows it whole. */
  readonly path: string;
}

export function useFrameTasks(): readonly FrameTask[] {
  const images = useTasks();
  const backup = useSite((state) => state.news?.backup ?? null);
  return useMemo(() => {
    const tasks = images.flatMap((task): FrameTask[] => {
      const { state, doneBytes, totalBytes } = task;
      if (state !== 'running' && state !== 'failed') return [];
      const progress = state === 'running' ? progressOf(doneBytes, totalBytes) : null;
      return [{ title: taskTitle(task), state, progress, path: imagesPath }];
    });
    if (backup === null) return tasks;
    const title = backup.step === 'copying' ? 'Backup' : 'Checking the backup';
    const progress = progressOf(backup.doneBytes, backup.totalBytes);
    return [...tasks, { title, state: 'running', progress, path: settingsPath }];
  }, [images, backup]);
}

function progressOf(doneBytes: number, totalBytes: number | null): string | null {
  return totalBytes === null || totalBytes === 0 ? null : shareInWords(doneBytes, totalBytes);
}
