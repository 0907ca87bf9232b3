// What a change changed, by name: the journal tells it without the values, which may be keys.
import type { Json } from '#base/json.ts';
import { jsonEquals } from '#base/merge-patch.ts';

export function changedFields<T extends object>(before: T, after: T, names: readonly (keyof T & string)[]): string[] {
  return names.filter((name) => !jsonEquals(before[name] as Json, after[name] as Json));
}
