// JSON text to values, strictly: what an editor or a merge left behind is told with its line and column, before anybody
// trusts the document. It can be read in portions, so that a large file never holds up whoever reads it.
import { emptyObject, type Json } from '#base/json.ts';
import { failure, success, type Result } from '#base/result.ts';
import { endFault, punctuationFault, valueFault, type JsonFault } from './deployment-file-faults.ts';

/** Deeper than any file of IoT Hub: a state file holds a twin (10 levels) 8 levels down. */
const maxDepth = 64;
/** A state file of ten thousand devices has a third of it. */
const maxValues = 1_000_000;

/** A document being read. */
export interface JsonReading {
  /** Reads on for so many values; undefined while there is more to read. */
  advance(values: number): Result<Json> | undefined;
}

/**
 * One JSON document, or the first thing that is wrong with it.
 * `{"a": 1,}` → at `line 1, column 8`: "a comma stands before }: remove it."
 */
export function parseJson(text: string): Result<Json> {
  return readJson(text).advance(Number.POSITIVE_INFINITY) as Result<Json>;
}

export function readJson(text: string): JsonReading {
  const cursor: Cursor = { text, offset: text.startsWith('\uFEFF') ? 1 : 0, open: [], values: 0, root: undefined };
  return {
    advance(values) {
      for (let count = 0; count < values; count++) {
        const fault = readValue(cursor);
        if (fault !== undefined) return failure([problemAt(text, fault)]);
        if (cursor.root !== undefined && cursor.open.length === 0) return atEnd(cursor, cursor.root);
      }
      return undefined;
    },
  };
}

type OpenContainer =
  | { readonly kind: 'object'; readonly value: { [key: string]: Json }; key: string }
  | { readonly kind: 'array'; readonly value: Json[] };

interface Cursor {
  readonly text: string;
  offset: number;
  /** The objects and arrays around `offset`, outermost first. */
  readonly open: OpenContainer[];
  /** Read so far. */
  values: number;
  root: Json | undefined;
}

const blanks = /[ \t\r\n]*/y;
// Any but a quote, a backslash and the control characters.
const plainText = /[ !#-[\]-\uFFFF]*/y;
const numberText = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const wordText = /[\w.+$-]*/y;
const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};
const words: Readonly<Record<string, Json>> = { true: true, false: false, null: null };

/** Reads one value (or opens a container), and then closes what ends behind it. */
function readValue(cursor: Cursor): JsonFault | undefined {
  skipBlanks(cursor);
  const { text, offset } = cursor;
  cursor.values += 1;
  if (cursor.values > maxValues) return { offset, message: `it holds more than ${maxValues} values: split the file.` };
  const first = text[offset];
  if (first === '{' || first === '[') return openContainer(cursor, first);
  const value = first === '"' ? readText(cursor) : readWord(cursor);
  if (isFault(value)) return value;
  place(cursor, value);
  return closeFinished(cursor);
}

function openContainer(cursor: Cursor, bracket: '{' | '['): JsonFault | undefined {
  const { open, offset } = cursor;
  if (open.length >= maxDepth)
    return { offset, message: `it nests more than ${maxDepth} levels deep here: flatten it.` };
  const container: OpenContainer =
    bracket === '{' ? { kind: 'object', value: emptyObject(), key: '' } : { kind: 'array', value: [] };
  place(cursor, container.value);
  open.push(container);
  cursor.offset += 1;
  skipBlanks(cursor);
  if (cursor.text[cursor.offset] === closerOf(container)) return closeFinished(cursor);
  return container.kind === 'object' ? readKey(cursor, container) : undefined;
}

function place(cursor: Cursor, value: Json): void {
  const around = cursor.open.at(-1);
  if (around === undefined) cursor.root = value;
  else if (around.kind === 'array') around.value.push(value);
  else around.value[around.key] = value;
}

/** After a value: closes every container that ends here, and stands before the next value of the one that goes on. */
function closeFinished(cursor: Cursor): JsonFault | undefined {
  for (let around = cursor.open.at(-1); around !== undefined; around = cursor.open.at(-1)) {
    skipBlanks(cursor);
    const sign = cursor.text[cursor.offset];
    const closer = closerOf(around);
    if (sign !== ',' && sign !== closer) return punctuationFault(cursor.text, cursor.offset, closer);
    cursor.offset += 1;
    if (sign === closer) cursor.open.pop();
    else return beforeNext(cursor, around);
  }
  return undefined;
}

function beforeNext(cursor: Cursor, around: OpenContainer): JsonFault | undefined {
  const comma = cursor.offset - 1;
  skipBlanks(cursor);
  const next = cursor.text[cursor.offset];
  if (next === '}' || next === ']') return { offset: comma, message: `a comma stands before ${next}: remove it.` };
  return around.kind === 'object' ? readKey(cursor, around) : undefined;
}

function readKey(cursor: Cursor, object: Extract<OpenContainer, { kind: 'object' }>): JsonFault | undefined {
  const start = cursor.offset;
  if (cursor.text[start] !== '"') return valueFault(cursor.text, start, 'a key in double quotes');
  const key = readText(cursor);
  if (isFault(key)) return key;
  if (Object.hasOwn(object.value, key))
    return { offset: start, message: `the key ${shortened(key)} is there twice in one object: keep one of the two.` };
  skipBlanks(cursor);
  if (cursor.text[cursor.offset] !== ':')
    return { offset: cursor.offset, message: `a colon is missing behind the key ${shortened(key)}: write one.` };
  cursor.offset += 1;
  object.key = key;
  return undefined;
}

function readText(cursor: Cursor): string | JsonFault {
  const start = cursor.offset;
  let value = '';
  cursor.offset += 1;
  for (;;) {
    value += matched(cursor, plainText);
    const sign = cursor.text[cursor.offset];
    if (sign === '"') break;
    if (sign !== '\\') return textFault(cursor, start, sign);
    const escaped = readEscape(cursor);
    if (isFault(escaped)) return escaped;
    value += escaped;
  }
  cursor.offset += 1;
  if (value.isWellFormed()) return value;
  return { offset: start, message: 'the text holds half of a character (a lone surrogate): write it again.' };
}

function textFault({ offset }: Cursor, start: number, sign: string | undefined): JsonFault {
  if (sign === undefined) return { offset: start, message: 'the text does not end: close it with a double quote.' };
  const isBreak = sign === '\n' || sign === '\r';
  return {
    offset,
    message: isBreak
      ? 'the text goes over the end of the line: close it with a double quote, or write the line break as \\n.'
      : 'a text may not hold a control character: write it as an escape, such as \\t.',
  };
}

function readEscape(cursor: Cursor): string | JsonFault {
  const { text, offset } = cursor;
  const letter = text[offset + 1] ?? '';
  if (letter === 'u') {
    const digits = text.slice(offset + 2, offset + 6);
    if (!/^[0-9A-Fa-f]{4}$/.test(digits)) return { offset, message: '\\u takes four hexadecimal digits: write them.' };
    cursor.offset += 6;
    return String.fromCharCode(Number.parseInt(digits, 16));
  }
  cursor.offset += 2;
  const meant = Object.hasOwn(escapes, letter) ? escapes[letter] : undefined;
  return meant ?? { offset, message: `\\${letter} means nothing in JSON: write \\\\ for a backslash.` };
}

/** A number, true, false or null. */
function readWord(cursor: Cursor): number | boolean | null | JsonFault {
  const { text, offset } = cursor;
  const word = matched(cursor, wordText);
  if (Object.hasOwn(words, word)) return words[word] as boolean | null;
  numberText.lastIndex = offset;
  const digits = numberText.exec(text)?.[0];
  if (digits === undefined || digits !== word) return valueFault(text, offset, 'a value');
  const value = Number(digits);
  const isWhole = !/[.eE]/.test(digits);
  if (Number.isFinite(value) && (!isWhole || Number.isSafeInteger(value))) return value;
  return { offset, message: `${shortened(digits)} is too large to be kept exactly: write it as a text.` };
}

function atEnd(cursor: Cursor, root: Json): Result<Json> {
  skipBlanks(cursor);
  const fault = endFault(cursor.text, cursor.offset);
  return fault === undefined ? success(root) : failure([problemAt(cursor.text, fault)]);
}

function skipBlanks(cursor: Cursor): void {
  matched(cursor, blanks);
}

/** What stands at the cursor, which moves behind it. */
function matched(cursor: Cursor, pattern: RegExp): string {
  pattern.lastIndex = cursor.offset;
  const found = (pattern.exec(cursor.text) as RegExpExecArray)[0];
  cursor.offset += found.length;
  return found;
}

function closerOf({ kind }: OpenContainer): '}' | ']' {
  return kind === 'object' ? '}' : ']';
}

function isFault(value: Json | JsonFault): value is JsonFault {
  return typeof value === 'object' && value !== null;
}

function shortened(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}

function problemAt(text: string, { offset, message }: JsonFault) {
  const before = text.slice(0, offset).split(/\r\n|\r|\n/);
  const column = (before.at(-1) as string).replace('\uFEFF', '').length + 1;
  return { code: 'file.json', at: `line ${before.length}, column ${column}`, message };
}
