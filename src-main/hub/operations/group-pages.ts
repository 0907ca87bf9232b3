// The groups of a query, counted over the whole fleet for its first page and kept for the pages behind it.
import type { Clock } from '#base/clock.ts';
import { refused } from '#base/errors.ts';
import { createGrouping, type Group } from '#domain/queries/twin-grouping.ts';
import { answerPaths, type GroupedQuery } from '#domain/queries/twin-query-ast.ts';
import { walkTwins, type NextTurn } from '#hub/records/query-walk.ts';
import type { TwinRow } from '#store/query-types.ts';
import type { Store } from '#store/store-types.ts';

/** Twice the devices of a large site: what has more is a list of devices, not a count of groups. */
export const usualMostGroups = 20_000;
/** Of their keys: the texts that devices may differ in are long. */
const mostCharacters = 8_000_000;
const keptQueries = 4;
const keptForMs = 60_000;

interface Parts {
  readonly store: Pick<Store, 'read'>;
  readonly clock: Clock;
  readonly nextTurn: NextTurn;
  readonly mostGroups: number;
}

/** @throws refused `query.too-many-groups` */
export async function groupsOf(
  { store, clock, nextTurn, mostGroups }: Parts,
  query: GroupedQuery,
): Promise<readonly Group[]> {
  const walk = store.read.queries.open({ ...query, paths: answerPaths(query) });
  const grouping = createGrouping(query, walk.readerOf);
  const visit = (row: TwinRow): boolean => {
    grouping.add(row);
    const { groups, characters } = grouping.size();
    if (groups > mostGroups || characters > mostCharacters) throw tooMany(mostGroups);
    return true;
  };
  await walkTwins({ clock, nextTurn, walk, after: null, visit });
  return grouping.groups();
}

export interface KeptGroups {
  /** Undefined: not kept any more, or never. */
  take(query: string): readonly Group[] | undefined;
  keep(query: string, groups: readonly Group[]): void;
  drop(query: string): void;
}

/**
 * INVARIANT: bounded in number and in time. What is not there is counted again: a continuation goes on behind the last key it gave,
 * whatever it is taken from.
 */
export function createKeptGroups(clock: Clock): KeptGroups {
  const kept = new Map<string, { readonly groups: readonly Group[]; readonly untilMs: number }>();
  const dropOld = (): void => {
    for (const [query, { untilMs }] of kept) if (untilMs <= clock.monotonicMs()) kept.delete(query);
  };
  return {
    take(query) {
      dropOld();
      return kept.get(query)?.groups;
    },
    keep(query, groups) {
      dropOld();
      kept.delete(query);
      kept.set(query, { groups, untilMs: clock.monotonicMs() + keptForMs });
      const [oldest] = kept.keys();
      if (kept.size > keptQueries && oldest !== undefined) kept.delete(oldest);
    },
    drop: (query) => void kept.delete(query),
  };
}

function tooMany(mostGroups: number) {
  const message =
    `The query has more than ${mostGroups} groups, or their keys more than ${mostCharacters} characters: group by what fewer ` +
    'devices differ in, or narrow it with WHERE.';
  return refused('query.too-many-groups', message);
}
