// What automatic configurations make of one twin's desired section, with the book of what each of them wrote there, so that it
// can be taken away again. INVARIANT: settling what was settled changes nothing.
import type { DeploymentId } from '#base/ids.ts';
import type { Json, JsonObject } from '#base/json.ts';
import { jsonEquals } from '#base/merge-patch.ts';
import type { RemovalRule } from '#domain/records/deployment.ts';
import { withoutValue, withValue } from '#domain/values/path-writes.ts';
import type { ConfigurationWrite } from './automatic-configuration.ts';

/** A value that a configuration wrote to a twin, as the store keeps it; at most one for each path of a twin. */
export interface StoredWrite {
  /** Segments below the desired section; [] is the whole section. */
  readonly path: readonly string[];
  readonly configurationId: DeploymentId;
  /** Null: it took away what was there. */
  readonly value: Json;
  /** What becomes of the value once its configuration no longer writes it. */
  readonly onRemoval: RemovalRule;
  /** The configuration no longer writes it, and it was left. */
  readonly isLeft: boolean;
}

export interface TwinState {
  readonly section: JsonObject;
  readonly stored: readonly StoredWrite[];
}

export interface SettleParts extends TwinState {
  readonly wanted: readonly ConfigurationWrite[];
  /** `section` is all that deployments want of a module they write whole: nothing in it was left by a configuration. */
  readonly isWhole: boolean;
}

/**
 * The section once the configurations have written to it. What they no longer write is taken away where their rule is `remove`
 * and otherwise left, for as long as some of it stands as it was written (iot-hub.md 2.4). Everything else stays.
 * `{ a: 1, b: 2 }`, `a` no longer written, rule `remove` → `{ b: 2 }`; had somebody made it `a: 5` since, it would stay.
 */
export function settleTwin({ section, stored, wanted, isWhole }: SettleParts): TwinState {
  if (stored.length === 0 && wanted.length === 0) return { section, stored };
  const wantedPaths = new Set(wanted.map(({ path }) => pathKey(path)));
  const unwritten = isWhole ? [] : stored.filter(({ path }) => !wantedPaths.has(pathKey(path)));
  const kept = unwritten
    .filter(({ onRemoval }) => onRemoval === 'remove')
    .reduce((rest, { path, value }) => withoutValue(rest, path, value), section);
  const settled = wanted.reduce((rest, { path, value }) => withValue(rest, path, value), kept);
  const left = unwritten
    .filter(({ onRemoval }) => onRemoval === 'leave')
    .filter(({ path, value }) => !jsonEquals(withoutValue(settled, path, value), settled));
  const book = [
    ...wanted.map(({ path, writtenBy, value, onRemoval }) => {
      return { path, configurationId: writtenBy, value, onRemoval, isLeft: false };
    }),
    ...left.map((write) => ({ ...write, isLeft: true })),
  ];
  return { section: settled, stored: book };
}

/** Whether two books of a twin say the same, in whatever order. */
export function isSameBook(left: readonly StoredWrite[], right: readonly StoredWrite[]): boolean {
  if (left.length !== right.length) return false;
  const byPath = new Map(right.map((write) => [pathKey(write.path), write]));
  return left.every((write) => {
    const same = byPath.get(pathKey(write.path));
    return (
      same !== undefined &&
      write.configurationId === same.configurationId &&
      write.onRemoval === same.onRemoval &&
      write.isLeft === same.isLeft &&
      jsonEquals(write.value, same.value)
    );
  });
}

/** Segments hold no dots. */
function pathKey(path: readonly string[]): string {
  return path.join('.');
}
