// Which devices a list shows, and how many there are of each state: one pass over all that the page knows.
import type { DeviceRow } from '#contract/console-rows.ts';
import type { DeviceState } from '#domain/journal/device-state.ts';
import { type DeviceFilter, standsOn } from '#renderer/words/device-filter.ts';
import { hasWords, wordsIn } from '#renderer/words/device-words.ts';

export interface ShownDevices {
  readonly rows: readonly DeviceRow[];
  /** Of all that the rest of the filter leaves, whatever state is asked for. */
  readonly counts: ReadonlyMap<DeviceState, number>;
  readonly total: number;
}

/** `ordered`: all of them, in the order in which they are shown: to sort them for each letter typed is what would take long. */
export function shownDevices(
  ordered: readonly DeviceRow[],
  wanted: {
    readonly filter: DeviceFilter;
    /** Of those the condition means; null: no condition. */
    readonly meant: ReadonlySet<string> | null;
  },
): ShownDevices {
  const { filter, meant } = wanted;
  const words = wordsIn(filter.words);
  const counts = new Map<DeviceState, number>();
  const rows: DeviceRow[] = [];
  let total = 0;
  for (const row of ordered) {
    if (meant !== null && !meant.has(row.deviceId)) continue;
    if (filter.connected && !row.connected) continue;
    if (!hasWords(row, words)) continue;
    if (filter.deployment !== null && !standsOn(row, filter.deployment, filter.standing)) continue;
    total += 1;
    counts.set(row.state, (counts.get(row.state) ?? 0) + 1);
    if (filter.state === null || filter.state === row.state) rows.push(row);
  }
  return { rows, counts, total };
}

/** The paths of tags that devices have, the most frequent first. */
export function tagPathsOf(kept: Iterable<{ readonly row: DeviceRow }>, most: number): readonly string[] {
  const counts = new Map<string, number>();
  for (const { row } of kept) for (const path of Object.keys(row.tags)) counts.set(path, (counts.get(path) ?? 0) + 1);
  return [...counts]
    .sort(([left, leftCount], [right, rightCount]) => rightCount - leftCount || (left < right ? -1 : 1))
    .slice(0, most)
    .map(([path]) => path);
}
