// A request's JSON, read with bounds: nothing is parsed that nests deeper than any honest document.
import { parseJson } from '#base/json-text.ts';
import type { z } from 'zod';
import { refused } from '#base/errors.ts';
import { inputProblems } from '#contract/input-problems.ts';

const maxNesting = 64;

/** The bytes as JSON; undefined when there are none. Deep nesting is refused before a recursive walk could overflow on it. */
export function parseJsonBody(bytes: Buffer): unknown {
  const text = decodeUtf8(bytes);
  if (text.trim() === '') return undefined;
  if (isNestedDeeperThan(text, maxNesting))
    throw refused('request.invalid', `The request body nests deeper than ${maxNesting} levels: flatten it.`);
  try {
    return parseJson(text);
  } catch (error) {
    // The one way the platform tells that text is not JSON.
    const reason = error instanceof Error ? error.message : String(error);
    throw refused('request.invalid', `The request body is not JSON: ${reason}.`, { cause: error });
  }
}

/** A byte order mark, which some editors write, is no part of the text; bytes that are none are never guessed at. */
function decodeUtf8(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    // The one way the platform tells that bytes are not UTF-8.
    throw refused('request.invalid', 'The request body is not UTF-8: save it as such and send it again.', {
      cause: error,
    });
  }
}

/** The body in the shape the route needs; the refusal names every field that is wrong. */
export function readBody<T>(schema: z.ZodType<T>, body: unknown): T {
  if (body === undefined) throw refused('request.invalid', 'The request needs a JSON body and has none.');
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw refused('request.invalid', `The request body cannot be used: ${inputProblems(parsed.error)}.`);
}

function isNestedDeeperThan(text: string, limit: number): boolean {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index++) {
    const char = text[index];
    if (inString) {
      if (char === '\\') index += 1;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === '{' || char === '[') {
      depth += 1;
      if (depth > limit) return true;
    } else if (char === '}' || char === ']') depth -= 1;
  }
  return false;
}
