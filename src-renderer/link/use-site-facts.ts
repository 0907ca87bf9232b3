// How the site's hub is reached, as it was told last: when the page connected, or since, for a laptop gets other addresses while
// its hub runs.
import type { SiteFacts } from '#contract/console-rows.ts';
import { useProjection } from './projection-store.ts';
import { useSite } from './site-store.ts';

/** Null until the hub has told it for the first time. */
export function useSiteFacts(): SiteFacts | null {
  const atFirst = useProjection((state) => state.site);
  const since = useSite((state) => state.news?.site ?? null);
  return since ?? atFirst;
}
