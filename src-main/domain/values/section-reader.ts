// Reads parts of a JSON section and notes what is wrong with them, so that a reader goes on to find the next problem.
import { isJsonObject, type Json, type JsonObject } from '#base/json.ts';
import type { Problem } from '#base/result.ts';

export type ProblemList = Problem[];

/** A record in which `__proto__` is a name like any other. */
export function readNames<T>(): Record<string, T> {
  return Object.create(null) as Record<string, T>;
}

/** The object under `key`; `{}` when it is absent or, with a problem noted, something else. */
export function objectAt(parent: JsonObject, key: string, at: string, problems: ProblemList): JsonObject {
  const value = parent[key];
  if (value === undefined) return {};
  if (isJsonObject(value)) return value;
  note(problems, join(at, key), 'is not an object');
  return {};
}

export function textAt(parent: JsonObject, key: string, at: string, problems: ProblemList): string | undefined {
  const value = parent[key];
  if (value === undefined || typeof value === 'string') return value;
  note(problems, join(at, key), 'is not a string');
  return undefined;
}

/** `value` as one of `allowed`; the first of them, with a problem noted, when it is none. */
export function oneOf<const T extends string>(
  value: Json,
  allowed: readonly [T, ...T[]],
  at: string,
  problems: ProblemList,
): T {
  const found = allowed.find((word) => word === value);
  if (found === undefined) note(problems, at, `is ${JSON.stringify(value)}: write ${allowed.join(', ')}`);
  return found ?? allowed[0];
}

/** createOptions, createOptions01, … joined: a twin's string holds 4 KB, so IoT Edge splits longer ones. */
export function createOptionsText(settings: JsonObject, at: string, problems: ProblemList): string {
  const parts = Object.keys(settings)
    .map((key) => ({ key, part: /^create[oO]ptions(\d{0,2})$/.exec(key)?.[1] }))
    .filter((found): found is { key: string; part: string } => found.part !== undefined)
    .sort((left, right) => Number(left.part) - Number(right.part));
  const texts = parts.map(({ key, part }, index) => {
    if (Number(part) !== index)
      note(
        problems,
        join(at, key),
        'comes after a gap: number the parts createOptions, createOptions01, createOptions02',
      );
    const value = settings[key] as Json;
    // Some tools write the object itself where the format asks for its text.
    if (isJsonObject(value) && parts.length === 1) return JSON.stringify(value);
    if (typeof value === 'string') return value;
    note(problems, join(at, key), 'is not a string of JSON');
    return '';
  });
  return texts.join('');
}

function join(at: string, key: string): string {
  return at === '' ? key : `${at}.${key}`;
}

function note(problems: ProblemList, at: string, message: string): void {
  problems.push({ code: 'agent.desired.invalid', at, message: `${at} ${message}.` });
}
