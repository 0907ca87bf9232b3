// What a condition may read: `deviceId`, `tags.<path>` and `properties.reported.<path>`; nothing else is known of a device.
import type { ConditionPath } from './condition-ast.ts';
import { isComparisonSign } from './condition-refusal.ts';
import type { Token } from './condition-tokens.ts';

/** The path a word is; undefined when its root is none. Root names in any case, all below case-sensitive. */
export function pathOf(segments: readonly string[]): ConditionPath | undefined {
  const [first = '', second = '', ...rest] = segments;
  const root = first.toLowerCase();
  if (root === 'deviceid') return segments.length === 1 ? { root: 'deviceId', segments: [] } : undefined;
  if (root === 'tags') return segments.length > 1 ? { root: 'tags', segments: segments.slice(1) } : undefined;
  if (root !== 'properties' || second.toLowerCase() !== 'reported' || rest.length === 0) return undefined;
  return { root: 'reported', segments: rest };
}

/** Why a word is no path, and what was probably meant. `before` is the token before it, `after` the one behind. */
export function pathRefusal(word: Token & { kind: 'word' }, before: Token | undefined, after: Token): string {
  const { source, segments } = word;
  if (isComparisonSign(before) && segments.length === 1) return `text values need single quotes: '${source}'.`;
  if (source.toUpperCase() === 'SELECT' || source.toUpperCase() === 'FROM') {
    return `${source} belongs to a query, not to a condition: write only what stands after WHERE.`;
  }
  const path = source.toLowerCase();
  if (path === 'tags' || path === 'properties.reported')
    return `${source} is no value: name a key, as in ${source}.site.`;
  const allowed = 'a condition reads only deviceId, tags and properties.reported';
  if (path.startsWith('properties.desired.')) {
    return `${allowed}, not ${source}: use properties.reported${source.slice('properties.desired'.length)}.`;
  }
  if (path.startsWith('deviceid.')) return `${allowed}, not ${source}: deviceId has no parts, write deviceId.`;
  const hint = isComparisonSign(after) ? `put it below tags, as in tags.${source}` : 'name one of them';
  return `${allowed}, not ${source}: ${hint}.`;
}
