// Groups and rings in words, and the order of rings while a person moves one.
import type { GroupRow } from '#contract/console-rollouts.ts';
import { longestExpression } from '#domain/conditions/expression-dialect.ts';
import { conditionOfDevices } from './paths.ts';

/** What becomes of its members: the one question about a group. */
export const groupKindWords = {
  static: { word: 'Static', who: 'a list of devices', meaning: 'It stays as it is until a person changes it.' },
  dynamic: {
    word: 'Dynamic',
    who: 'whoever matches a condition',
    meaning: 'Devices come and go by themselves, as their tags and reports change.',
  },
} as const;

/** `ring 2 of 3`. */
export function ringInWords(id: string, rings: readonly string[]): string {
  return `ring ${rings.indexOf(id) + 1} of ${rings.length}`;
}

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

/**
 * The condition that means the members: of a list, those devices by name, as they are now; null: nobody, or more names than a
 * condition has room for.
 */
export function groupCondition({ condition, deviceIds }: Pick<GroupRow, 'condition' | 'deviceIds'>): string | null {
  if (condition !== null) return condition;
  if (deviceIds === null || deviceIds.length === 0) return null;
  const named = conditionOfDevices(deviceIds);
  return named.length > longestExpression ? null : named;
}
