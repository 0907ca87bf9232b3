// What automatic configurations made of the twins of one device at one evaluation, as a revision keeps it: every value with who
// wrote it and whom that hid, so that it can still be told when the configurations are gone.
import type { DeploymentId } from '#base/ids.ts';
import type { Json, JsonObject } from '#base/json.ts';
import { jsonEquals } from '#base/merge-patch.ts';
import { leavesOf, valueAtPath } from '#domain/values/value-difference.ts';
import type { ConfigurationWrite } from './automatic-configuration.ts';
import type { StoredWrite } from './automatic-writes.ts';
import type { ValueOrigin } from './effective-configuration.ts';

/** A value that a configuration writes to a twin; null takes away what is there. */
export interface StandingWrite extends ValueOrigin {
  readonly value: Json;
}

/** A value that stands in a twin as `writtenBy` wrote it, which writes it no longer. */
export interface LeftValue {
  readonly path: readonly string[];
  readonly writtenBy: DeploymentId;
  readonly value: Json;
}

export interface AutomaticStanding {
  /** Shorter paths first. */
  readonly writes: readonly StandingWrite[];
  readonly left: readonly LeftValue[];
}

/** Module id ('' for the device's own twin) → what stands there. Twins that no configuration writes or wrote to are absent. */
export type AutomaticRecord = Readonly<Record<string, AutomaticStanding>>;

/**
 * What stands on one twin once its configurations have written: `writes` is what they write, `stored` the book of them,
 * `section` what the twin then holds. Of what was left, that which somebody changed since does not stand any more.
 */
export function standingOf({
  writes,
  stored,
  section,
}: {
  readonly writes: readonly ConfigurationWrite[];
  readonly stored: readonly StoredWrite[];
  readonly section: JsonObject;
}): AutomaticStanding {
  return {
    writes: writes.map(({ path, writtenBy, hidden, value }) => ({ path, writtenBy, hidden, value })),
    left: leftIn(stored, section),
  };
}

/** The same from the book alone, which does not know who is hidden. */
export function standingInBook(stored: readonly StoredWrite[], section: JsonObject): AutomaticStanding {
  const writes = stored
    .filter(({ isLeft }) => !isLeft)
    .map(({ path, configurationId, value }) => ({ path, writtenBy: configurationId, hidden: [], value }));
  return { writes: writes.toSorted(comparePaths), left: leftIn(stored, section) };
}

/** The configurations of which something shows, by id. */
export function writersIn(record: AutomaticRecord): readonly DeploymentId[] {
  const writers = Object.values(record).flatMap(({ writes }) => writes.map(({ writtenBy }) => writtenBy));
  return [...new Set(writers)].sort();
}

function leftIn(stored: readonly StoredWrite[], section: JsonObject): readonly LeftValue[] {
  return stored
    .filter(({ isLeft }) => isLeft)
    .flatMap(({ path: above, value: written, configurationId: writtenBy }) =>
      leavesOf(written)
        .map(({ path, value }) => ({ path: [...above, ...path], writtenBy, value }))
        .filter(({ path, value }) => jsonEquals(valueAtPath(section, path), value)),
    )
    .toSorted(comparePaths);
}

/** The order in which a store gives its rows back never shows. */
function comparePaths(
  { path: left }: { readonly path: readonly string[] },
  { path: right }: { readonly path: readonly string[] },
): number {
  return left.length - right.length || (left.join('.') < right.join('.') ? -1 : 1);
}
