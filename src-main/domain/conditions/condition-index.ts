// Many conditions, found by what they read and by what must hold for them: one device is tried against the few that can mean
// it, not against all. INVARIANT: what `candidates` leaves out does not match; what it holds is still to be tried.
import { isJsonObject, type Json } from '#base/json.ts';
import { anchorClauses, type Anchor, type AnchorClause } from './condition-anchors.ts';
import type { Condition } from './condition.ts';
import type { ExpressionPath } from './expression-ast.ts';

export interface ConditionIndex<Key> {
  /** In place of what it had under this key. */
  set(key: Key, condition: Pick<Condition, 'expression' | 'paths'>): void;
  delete(key: Key): void;
  /** Every condition that may match; `valueOf` gives the subject's value at a root: its id, its tags, its report. */
  candidates(valueOf: (root: string) => Json | undefined): ReadonlySet<Key>;
  /** Whether any condition reads what a merge patch of a root changes; a path above or below counts. */
  isReadBelow(root: string, patch: Json): boolean;
}

/** One place in a subject that conditions read, or stand above. */
interface Place<Key> {
  readonly below: Map<string, Place<Key>>;
  /** Conditions that read it, counted once for each time they name it. */
  readers: number;
  /** Conditions that hold only for this value here. */
  readonly byValue: Map<Json, Set<Key>>;
}

interface Entry {
  readonly paths: readonly ExpressionPath[];
  /** Null: it can be true of anything. */
  readonly clause: AnchorClause | null;
}

const fewSteps = 16;

export function createConditionIndex<Key>(): ConditionIndex<Key> {
  const top = newPlace<Key>();
  const entries = new Map<Key, Entry>();
  const unanchored = new Set<Key>();

  function remove(key: Key): void {
    const entry = entries.get(key);
    if (entry === undefined) return;
    entries.delete(key);
    unanchored.delete(key);
    for (const { path, value } of entry.clause ?? []) {
      const { byValue } = makePlace(top, path);
      byValue.get(value)?.delete(key);
      if (byValue.get(value)?.size === 0) byValue.delete(value);
    }
    for (const path of entry.paths) releaseReader(top, stepsTo(path));
  }

  return {
    set(key, condition) {
      remove(key);
      const { expression, paths } = condition;
      if (expression === null) return;
      const clause = expression === '*' ? null : rarest(anchorClauses(expression), top);
      entries.set(key, { paths, clause });
      for (const path of paths) makePlace(top, path).readers += 1;
      if (clause === null) unanchored.add(key);
      for (const { path, value } of clause ?? []) {
        const { byValue } = makePlace(top, path);
        byValue.set(value, (byValue.get(value) ?? new Set()).add(key));
      }
    },
    delete: remove,
    candidates(valueOf) {
      const found = new Set(unanchored);
      for (const [root, place] of top.below) collect(place, valueOf(root), found);
      return found;
    },
    isReadBelow(root, patch) {
      const place = top.below.get(root);
      return place !== undefined && isTouched(place, patch);
    },
  };
}

function newPlace<Key>(): Place<Key> {
  return { below: new Map(), readers: 0, byValue: new Map() };
}

function stepsTo({ root, segments }: ExpressionPath): readonly string[] {
  return [root, ...segments];
}

function makePlace<Key>(top: Place<Key>, path: ExpressionPath): Place<Key> {
  return stepsTo(path).reduce(makeBelow, top);
}

function makeBelow<Key>(place: Place<Key>, step: string): Place<Key> {
  const next = place.below.get(step) ?? newPlace<Key>();
  place.below.set(step, next);
  return next;
}

/** Takes away what nobody reads any more, so that the index never outgrows its conditions. Whether `place` is such. */
function releaseReader<Key>(place: Place<Key>, [step, ...rest]: readonly string[]): boolean {
  if (step === undefined) place.readers -= 1;
  else if (releaseReader(makeBelow(place, step), rest)) place.below.delete(step);
  return place.readers === 0 && place.below.size === 0;
}

/** Of the clauses that all must hold, the one that fewest conditions share; null when there is none. */
function rarest<Key>(clauses: readonly AnchorClause[], top: Place<Key>): AnchorClause | null {
  let best: AnchorClause | null = null;
  let fewest = Infinity;
  for (const clause of clauses) {
    const sharing = clause.reduce((sum, anchor) => sum + 1 + countAt(top, anchor), 0);
    if (sharing >= fewest) continue;
    best = clause;
    fewest = sharing;
  }
  return best;
}

function countAt<Key>(top: Place<Key>, { path, value }: Anchor): number {
  let place: Place<Key> | undefined = top;
  for (const step of stepsTo(path)) place = place?.below.get(step);
  return place?.byValue.get(value)?.size ?? 0;
}

function collect<Key>(place: Place<Key>, value: Json | undefined, into: Set<Key>): void {
  if (value === undefined) return;
  if (isJsonObject(value)) {
    // Whichever is likely shorter: what conditions read here, or what the subject has.
    for (const step of place.below.size > fewSteps ? Object.keys(value) : place.below.keys()) {
      const next = place.below.get(step);
      if (next !== undefined && Object.hasOwn(value, step)) collect(next, value[step], into);
    }
    return;
  }
  for (const key of place.byValue.get(value) ?? []) into.add(key);
}

function isTouched<Key>(place: Place<Key>, patch: Json): boolean {
  // A scalar or null takes away all that stood below; it is the same to whoever reads there.
  if (!isJsonObject(patch)) return true;
  for (const step of Object.keys(patch)) {
    const next = place.below.get(step);
    if (next !== undefined && (next.readers > 0 || isTouched(next, patch[step] as Json))) return true;
  }
  return false;
}
