// What the page knows of the site's images: the news of the hub, and the lists as they were read last.
import { create } from 'zustand';
import type { ImageNews, ImageRow, ImageTaskRow, ImageUsage } from '#contract/console-image-rows.ts';
import type { ImageReadiness } from '#domain/images/ready-to-leave.ts';
import type { ImagesApi } from './images-api.ts';

export interface ImagesKnown {
  readonly rows: readonly ImageRow[];
  readonly usage: ImageUsage;
  readonly readiness: ImageReadiness;
}

interface ImagesState {
  /** Null until the page is connected for the first time. */
  readonly api: ImagesApi | null;
  readonly news: ImageNews | null;
  readonly known: ImagesKnown | null;
  /** Why the lists could not be read, in words; what is known stays shown. */
  readonly failure: string | null;
}

export const useImages = create<ImagesState>(() => ({ api: null, news: null, known: null, failure: null }));

const noTasks: readonly ImageTaskRow[] = [];

export function useTasks(): readonly ImageTaskRow[] {
  return useImages((state) => state.news?.tasks ?? noTasks);
}
