// What is wrong with an input that a schema refused, in words that need no schema to be understood: where, and what belongs there.
// A schema's own message stays as it is; what its library says is said again.
import type { z } from 'zod';
import { ownValue } from '#base/json.ts';

const mostTold = 10;

/** `status: must be one of enabled, disabled, waves[0].name: must be a text`: the first ten. */
export function inputProblems({ issues }: z.core.$ZodError): string {
  return issues
    .slice(0, mostTold)
    .map((issue) => `${subjectOf(issue)}${wordsOf(issue)}`)
    .join(', ');
}

/** Whole sentences are made of the schema's own words about the input as a whole. */
function subjectOf({ path, message }: z.core.$ZodIssue): string {
  if (path.length > 0) return `${pathText(path)}: `;
  return isOfLibrary(message) ? 'it ' : '';
}

/** As the rules of the domain write paths. */
function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((key, index) => (typeof key === 'number' ? `[${key}]` : `${index === 0 ? '' : '.'}${String(key)}`))
    .join('');
}

const nouns: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
  object: 'a JSON object',
  string: 'a text',
};
const countedIn: Readonly<Record<string, string>> = { array: 'item', string: 'character' };

/** By how it begins its sentences. */
function isOfLibrary(message: string): boolean {
  return /^(?:Invalid|Too|Unrecognized) /.test(message);
}

function wordsOf(issue: z.core.$ZodIssue): string {
  if (!isOfLibrary(issue.message)) return issue.message;
  switch (issue.code) {
    case 'invalid_type': {
      const wanted = `must be ${ownValue(nouns, issue.expected) ?? issue.expected}`;
      return issue.message.endsWith('received undefined') ? `is missing and ${wanted}` : wanted;
    }
    case 'too_big':
      return amount(issue.origin, 'at most', issue.maximum);
    case 'too_small':
      return amount(issue.origin, 'at least', issue.minimum);
    case 'invalid_value':
      return `must be ${issue.values.length === 1 ? '' : 'one of '}${issue.values.map(String).join(', ')}`;
    case 'unrecognized_keys':
      return `has what is not known here, remove ${issue.keys.join(', ')}`;
    case 'custom':
    case 'invalid_element':
    case 'invalid_format':
    case 'invalid_key':
    case 'invalid_union':
    case 'not_multiple_of':
      return 'cannot be read as it is written';
  }
}

/** `must have at most 4 characters`, `must be at least 1`. */
function amount(origin: string, bound: string, limit: number | bigint): string {
  const noun = ownValue(countedIn, origin);
  return noun === undefined
    ? `must be ${bound} ${limit}`
    : `must have ${bound} ${limit} ${noun}${limit === 1 ? '' : 's'}`;
}
