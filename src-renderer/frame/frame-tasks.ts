// The tasks that the status bar tells of, from wherever they run: images, the backup, changes to many devices, rollouts. Only what
// is measured is told as progress.
import { useMemo } from 'react';
import type { ImageTaskRow } from '#contract/console-image-rows.ts';
import type { RolloutRow } from '#contract/console-rows.ts';
import type { RolloutStatus } from '#domain/rollouts/rollout-state.ts';
import { type BulkTask, bulkWord, useBulk } from '#renderer/devices/bulk-store.ts';
import { useTasks } from '#renderer/link/images-store.ts';
import { useProjection } from '#renderer/link/projection-store.ts';
import { useSite } from '#renderer/link/site-store.ts';
import { type Upload, useUploads } from '#renderer/link/uploads-store.ts';
import { shareInWords } from '#renderer/words/bytes.ts';
import { taskTitle } from '#renderer/words/image-words.ts';
import { devicesPath, imagesPath, rolloutPath, settingsPath } from '#renderer/words/paths.ts';
import { progressParts } from '#renderer/words/rollout-tally-words.ts';
import { safeText } from '#renderer/words/safe-text.ts';

export interface FrameTask {
  readonly title: string;
  readonly state: 'running' | 'failed';
  /** `34 %`, `12 of 40`; null: nothing is measured. */
  readonly progress: string | null;
  /** The screen that shows it whole. */
  readonly path: string;
}

export function useFrameTasks(): readonly FrameTask[] {
  const images = useTasks();
  const uploads = useUploads((state) => state.uploads);
  const backup = useSite((state) => state.news?.backup ?? null);
  const bulk = useBulk((state) => state.tasks);
  const rollouts = useProjection((state) => state.rollouts);
  return useMemo(() => {
    const ofRollouts = [...rollouts.values()].flatMap(({ row }) => tasksOfRollout(row));
    const tasks = [
      ...bulk.flatMap(tasksOfBulk),
      ...images.flatMap(tasksOfImage),
      ...uploads.flatMap(tasksOfUpload),
      ...ofRollouts,
    ];
    if (backup === null) return tasks;
    const title = backup.step === 'copying' ? 'Backup' : 'Checking the backup';
    const progress = shareOf(backup.doneBytes, backup.totalBytes);
    return [...tasks, { title, state: 'running', progress, path: settingsPath }];
  }, [images, uploads, backup, bulk, rollouts]);
}

function tasksOfImage(task: ImageTaskRow): readonly FrameTask[] {
  const { state, doneBytes, totalBytes } = task;
  if (state !== 'running' && state !== 'failed') return [];
  const progress = state === 'running' ? shareOf(doneBytes, totalBytes) : null;
  return [{ title: taskTitle(task), state, progress, path: imagesPath }];
}

/** The one that is being sent is a task of the hub's. */
export function tasksOfUpload({ name, state }: Upload): readonly FrameTask[] {
  const task = { title: taskTitle({ kind: 'import', subject: name }), path: imagesPath };
  if (state === 'waiting') return [{ ...task, state: 'running', progress: 'waiting for its turn' }];
  return state === 'failed' ? [{ ...task, state, progress: null }] : [];
}

/** One that was stopped by a person, or went through, is over; one that failed somewhere stays until it is closed. */
export function tasksOfBulk({ change, state, done, failed, total, problem }: BulkTask): readonly FrameTask[] {
  const task = { title: `${bulkWord(change)} devices`, path: devicesPath };
  if (state === 'running' || state === 'stopping')
    return [{ ...task, state: 'running', progress: `${done + failed.length} of ${total}` }];
  return failed.length > 0 || problem !== null ? [{ ...task, state: 'failed', progress: null }] : [];
}

// A paused one, or one that has not begun, does nothing until a person or the clock lets it go on: Site tells of it.
const movingWords: Readonly<Partial<Record<RolloutStatus, string>>> = {
  'in-progress': 'Rollout of',
  'rolling-back': 'Rolling back',
};

/**
 * Measured by the devices that have come to an end, whichever, of all that it is for. How many are to be taken back is not told, so
 * that the way back has no measure.
 */
export function tasksOfRollout({ deploymentId, status, counts, waitsForPerson }: RolloutRow): readonly FrameTask[] {
  const word = movingWords[status];
  const isMoving =
    waitsForPerson === null || progressParts(counts).some(({ id, devices }) => id === 'changing' && devices > 0);
  if (word === undefined || !isMoving) return [];
  const open = progressParts(counts).filter(({ id }) => id === 'waiting' || id === 'changing');
  const ended = counts.meant - open.reduce((sum, { devices }) => sum + devices, 0);
  const progress = status !== 'in-progress' || counts.meant === 0 ? null : `${ended} of ${counts.meant}`;
  return [{ title: `${word} ${safeText(deploymentId)}`, state: 'running', progress, path: rolloutPath(deploymentId) }];
}

function shareOf(doneBytes: number, totalBytes: number | null): string | null {
  return totalBytes === null || totalBytes === 0 ? null : shareInWords(doneBytes, totalBytes);
}
