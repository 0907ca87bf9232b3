// A device's tags as a list shows them: values by their path, flat and bounded, for ten thousand of them are kept in a page.
import { emptyObject, isJsonObject, type JsonObject } from '#base/json.ts';
import { longestTag, mostTags } from '#contract/console-rows.ts';

type Leaves = Record<string, string | number | boolean>;

/** `{place: {floor: 2}, site: 'north'}` gives `{'place.floor': 2, site: 'north'}`; null and lists are no values to go by. */
export function tagsInRow(tags: JsonObject): Readonly<Leaves> {
  const leaves = emptyObject() as Leaves;
  collect(tags, '', leaves, mostTags);
  return leaves;
}

/** Returns how many there is room for still. */
function collect(tags: JsonObject, above: string, leaves: Leaves, room: number): number {
  let left = room;
  for (const [key, value] of Object.entries(tags)) {
    if (left === 0) return 0;
    const path = above === '' ? key : `${above}.${key}`;
    if (isJsonObject(value)) left = collect(value, path, leaves, left);
    else if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
      leaves[path] = typeof value === 'string' && value.length > longestTag ? `${value.slice(0, longestTag)}…` : value;
      left -= 1;
    }
  }
  return left;
}
