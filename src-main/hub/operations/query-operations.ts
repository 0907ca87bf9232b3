// Answers twin queries page by page, in the order of device and module ids; groups in the order of their keys. A page is filled
// before it is returned, so that a script that reads only the first one of `WHERE deviceId = 'x'` finds what it asks for.
import type { Clock } from '#base/clock.ts';
import { refused } from '#base/errors.ts';
import type { JsonObject } from '#base/json.ts';
import { createProjection, type Group } from '#domain/queries/twin-grouping.ts';
import { answerPaths, isGrouped, type GroupedQuery, type TwinQuery } from '#domain/queries/twin-query-ast.ts';
import { parseTwinQuery } from '#domain/queries/twin-query.ts';
import { problemsText } from '#domain/values/problem-text.ts';
import type { QueryOperations, QueryPage } from '#hub/hub-types.ts';
import { positionOf, queryStart, tokenAt, type QueryPosition } from '#hub/records/query-token.ts';
import { createTurnstile, walkTwins, type NextTurn } from '#hub/records/query-walk.ts';
import type { TwinPlace, TwinRow } from '#store/query-types.ts';
import type { Store } from '#store/store-types.ts';
import { createKeptGroups, groupsOf, usualMostGroups, type KeptGroups } from './group-pages.ts';
import { createTwinReader } from './queried-twins.ts';

/** A page of many large twins is cut here: putting it on the wire takes one turn of the event loop. */
const mostCharacters = 2_000_000;

interface Needs {
  readonly store: Pick<Store, 'read'>;
  readonly clock: Clock;
  /** Of one query. */
  readonly mostGroups?: number;
}

interface Parts extends Required<Needs> {
  readonly nextTurn: NextTurn;
  readonly kept: KeptGroups;
}

export function createQueryOperations(needs: Needs): QueryOperations {
  const { store, clock, mostGroups = usualMostGroups } = needs;
  const parts: Parts = { store, clock, mostGroups, nextTurn: createTurnstile(), kept: createKeptGroups(clock) };
  return {
    async run(text, { limit, continuation }) {
      const query = readQuery(text);
      const from = continuation === null ? queryStart : positionOf(text, continuation);
      const most = Math.min(limit, (query.top ?? Infinity) - from.given);
      if (!isGrouped(query)) return pageOfTwins(parts, query, from, most);
      return pageOfGroups(parts, query, from, most);
    },
    async count(text) {
      const query = readQuery(text);
      const most = query.top ?? Infinity;
      if (isGrouped(query)) return Math.min((await groupsOf(parts, query)).length, most);
      let count = 0;
      const walk = store.read.queries.open({ ...query, paths: [] });
      await walkTwins({ ...parts, walk, after: null, visit: () => (count += 1) < most });
      return count;
    },
  };
}

function readQuery(text: string): TwinQuery {
  const parsed = parseTwinQuery(text);
  if (parsed.ok) return parsed.value;
  throw refused('query.invalid', `The query cannot be answered: ${problemsText(parsed.problems)}`);
}

/**
 * Groups are counted for the first page, and kept for those behind it, or counted again: either way a page goes on behind the key
 * of the last, whatever came or went meanwhile.
 */
async function pageOfGroups(parts: Parts, query: GroupedQuery, from: QueryPosition, most: number): Promise<QueryPage> {
  const { text, top } = query;
  const { kept } = parts;
  const groups = (from.given > 0 ? kept.take(text) : undefined) ?? (await groupsOf(parts, query));
  const rows: JsonObject[] = [];
  let characters = 0;
  let index = firstBehind(groups, from.after);
  for (; index < groups.length && rows.length < most && characters <= mostCharacters; index += 1) {
    const row = groups[index]?.row() ?? {};
    characters += JSON.stringify(row).length;
    rows.push(row);
  }
  const given = from.given + rows.length;
  const isLast = index >= groups.length || given === top || rows.length === 0;
  if (isLast) kept.drop(text);
  else kept.keep(text, groups);
  const after = groups[index - 1]?.key ?? '';
  return { kind: 'raw', rows, continuation: isLast ? null : tokenAt(text, { given, after }) };
}

function firstBehind(groups: readonly Group[], after: string): number {
  const index = groups.findIndex(({ key }) => key > after);
  return index < 0 ? groups.length : index;
}

async function pageOfTwins(parts: Parts, query: TwinQuery, from: QueryPosition, most: number): Promise<QueryPage> {
  const { text, select } = query;
  const { read } = parts.store;
  const walk = read.queries.open({ ...query, paths: answerPaths(query) });
  const rowOf = select === '*' ? createTwinReader(read) : createProjection(select, walk.readerOf);
  const page: { readonly place: TwinPlace; readonly row: JsonObject }[] = [];
  let characters = 0;
  let hasMore = false;
  const visit = (twin: TwinRow): boolean => {
    // One row more than there is room for tells that another page follows.
    hasMore = page.length >= most || characters > mostCharacters;
    if (hasMore) return false;
    const row = rowOf(twin);
    characters += JSON.stringify(row).length;
    page.push({ place: [twin[0], twin[1]], row });
    return true;
  };
  if (most > 0) await walkTwins({ ...parts, walk, after: placeOf(from.after), visit });
  const last = page.at(-1);
  const given = from.given + page.length;
  const goesOn = hasMore && last !== undefined && given !== query.top;
  return {
    kind: select === '*' ? 'twin' : 'raw',
    rows: page.map(({ row }) => row),
    continuation: goesOn ? tokenAt(text, { given, after: last.place.join('/') }) : null,
  };
}

/** No id has a slash in it. */
function placeOf(after: string): TwinPlace | null {
  const [deviceId = '', moduleId = ''] = after.split('/');
  return after === '' ? null : [deviceId, moduleId];
}
