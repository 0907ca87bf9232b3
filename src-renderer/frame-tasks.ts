// The tasks that the status bar tells of, from wherever they run. Only what is measured is told as progress.
import { useMemo } from 'react';
import { shareInWords } from './bytes.ts';
import { taskTitle } from './image-words.ts';
import { useTasks } from './images-store.ts';
import { imagesPath } from './paths.ts';

export interface FrameTask {
  readonly title: string;
  readonly state: 'running' | 'failed';
  /** `34 %`; null: nothing is measured. */
  readonly progress: string | null;
  /** The screen that shows it whole. */
  readonly path: string;
}

export function useFrameTasks(): readonly FrameTask[] {
  const images = useTasks();
  return useMemo(
    () =>
      images.flatMap((task): FrameTask[] => {
        const { state, doneBytes, totalBytes } = task;
        if (state !== 'running' && state !== 'failed') return [];
        const isMeasured = state === 'running' && totalBytes !== null && totalBytes > 0;
        const progress = isMeasured ? shareInWords(doneBytes, totalBytes) : null;
        return [{ title: taskTitle(task), state, progress, path: imagesPath }];
      }),
    [images],
  );
}
