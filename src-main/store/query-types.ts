// Twins as queries walk over them, for those who read them: the rows a query wants, stretch by stretch.
import type { Expression, ExpressionPath } from '#domain/conditions/expression-ast.ts';
import type { ReaderOf } from '#domain/conditions/expression-compile.ts';
import type { TwinCollection } from '#domain/queries/twin-query-ast.ts';

/** Which twins a query wants, and the paths it reads of each. */
export interface WantedTwins {
  readonly from: TwinCollection;
  readonly where: Expression | null;
  readonly paths: readonly ExpressionPath[];
}

/** Where a twin stands among all: device id, then module id, '' for that of the device itself. */
export type TwinPlace = readonly [deviceId: string, moduleId: string];

/** A twin as a query sees it: its place, and what only the walk that gave it can read. */
export type TwinRow = readonly [...TwinPlace, ...(string | null)[]];

/** INVARIANTS: for as long as one query runs; each stretch is read anew, so that what is written meanwhile is seen behind it. */
export interface TwinWalk {
  /** Of the paths wanted. */
  readonly readerOf: ReaderOf<TwinRow>;
  /** Looks at the next `count` twins behind a place; gives those that are wanted, and the place it came to: null at the end. */
  next(after: TwinPlace | null, count: number): { readonly rows: readonly TwinRow[]; readonly end: TwinPlace | null };
}

export interface QueryReaders {
  open(wanted: WantedTwins): TwinWalk;
}
