// Groups and rings in words, and the order of rings while a person moves one.
import type { GroupRow } from '#contract/console-rollouts.ts';

/** Ids of the rings in their order. */
export function ringsOf(groups: readonly GroupRow[]): readonly string[] {
  return groups
    .filter(({ ring }) => ring !== null)
    .sort((left, right) => (left.ring ?? 0) - (right.ring ?? 0))
    .map(({ id }) => id);
}

/** One ring somewhere else in the order. Beyond the ends nothing changes. */
export function movedRing(rings: readonly string[], from: number, to: number): readonly string[] {
  const ring = rings[from];
  if (ring === undefined || to < 0 || to >= rings.length || from === to) return rings;
  return rings.toSpliced(from, 1).toSpliced(to, 0, ring);
}

/** Device ids as a person lists them: by line, comma or blank, each once. */
export function idsIn(text: string): readonly string[] {
  return [...new Set(text.split(/[\s,;]+/).filter((id) => id !== ''))];
}

/** More would be too long for an address. */
const mostInQuery = 50;

/** The condition that finds the members: of a list, those devices by id; null: too many for an address. */
export function membersQuery({ condition, deviceIds }: GroupRow): string | null {
  if (condition !== null) return condition;
  if (deviceIds === null || deviceIds.length === 0 || deviceIds.length > mostInQuery) return null;
  return deviceIds.map((id) => `deviceId = '${id.replaceAll("'", "''")}'`).join(' OR ');
}
