// A target condition as it is typed: where it is wrong, and what could stand at the cursor.
import type { DeviceRow } from '#contract/console-rows.ts';
import type { DeploymentKind } from '#domain/records/deployment.ts';
import { parseTargetCondition } from '#domain/conditions/target-condition.ts';
import type { Completer, Completion, TextProblem } from './code-editor.tsx';

/** Each mistake with the word at its place. `deviceId = edge1` → from 11 to 16. */
export function conditionProblems(kind: DeploymentKind, text: string): readonly TextProblem[] {
  const read = parseTargetCondition(kind, text);
  if (read.ok) return [];
  return read.problems.map(({ at, message }) => {
    const from = Math.min(Number(at) || 0, text.length);
    const word = /^(?:[\w$.-]+|'[^']*'?|\S)/.exec(text.slice(from))?.[0] ?? '';
    // To people the first character is the first.
    const counted = message.replace(/opened at (\d+)/, (_all, offset) => `opened at character ${Number(offset) + 1}`);
    return { from, to: from + word.length, severity: 'error', message: counted };
  });
}

/** Path of a tag, `place.floor` → its values, most frequent first. */
type KnownTags = ReadonlyMap<string, readonly (string | number | boolean)[]>;

const mostValues = 50;

export function knownTags(rows: Iterable<{ readonly row: Pick<DeviceRow, 'tags'> }>): KnownTags {
  const counts = new Map<string, Map<string | number | boolean, number>>();
  for (const { row } of rows)
    for (const [path, value] of Object.entries(row.tags)) {
      const values = counts.get(path) ?? new Map<string | number | boolean, number>();
      counts.set(path, values);
      values.set(value, (values.get(value) ?? 0) + 1);
    }
  return new Map(
    [...counts].map(([path, values]) => {
      const ordered = [...values].sort(([, left], [, right]) => right - left).map(([value]) => value);
      return [path, ordered.slice(0, mostValues)];
    }),
  );
}

const plainPath = /^[A-Za-z_$][\w$-]*(?:\.[A-Za-z_$][\w$-]*)*$/;
const roots: readonly Completion[] = [
  { word: 'tags.', note: 'a tag of the device' },
  { word: 'deviceId', note: 'its id' },
  { word: 'properties.reported.', note: 'what it reports' },
];
const joins: readonly Completion[] = ['AND', 'OR', 'NOT'].map((word) => ({ word }));

/** Paths of tags while a path is typed, their values behind `=`, else the words of the language. */
export function conditionCompleter(tags: KnownTags): Completer {
  return (text, offset) => {
    const before = text.slice(0, offset);
    const value = /tags\.([\w$.-]+)\s*(?:!=|<>|=)\s*('[^']*|[\w.-]*)$/.exec(before);
    if (value !== null) {
      const words = (tags.get(value[1] ?? '') ?? []).map((known) => ({ word: literal(known) }));
      return { from: offset - (value[2] ?? '').length, words };
    }
    const word = /[\w$.-]*$/.exec(before)?.[0] ?? '';
    // Behind a whole word or text nothing is offered until a blank says that more follows.
    if (isInText(before) || (word === '' && !/(?:^|[\s(])$/.test(before))) return null;
    const paths = [...tags]
      .filter(([path]) => plainPath.test(path))
      .map(([path, values]) => ({ word: `tags.${path}`, note: values.slice(0, 3).map(String).join(', ') }));
    return {
      from: offset - word.length,
      words: word === '' ? [...roots, ...paths, ...joins] : [...paths, ...roots, ...joins],
    };
  };
}

function literal(value: string | number | boolean): string {
  return typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value);
}

function isInText(before: string): boolean {
  return (before.split("'").length - 1) % 2 === 1;
}
