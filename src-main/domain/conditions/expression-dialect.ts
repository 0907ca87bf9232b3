// What tells the kinds of expression apart: a table for each, read by one tokenizer, one parser and one printer.
import type { ExpressionPath } from './expression-ast.ts';
import type { Word } from './expression-tokens.ts';

/** In characters: of a condition and of a query, as in IoT Hub (iot-hub.md 1.3). */
export const longestExpression = 8192;

/** What may be written, character by character. */
export interface Lexis {
  /** Text in double quotes too, and `\' \" \\ \uXXXX` in both. Without it a backslash is a character like any other. */
  readonly hasEscapes: boolean;
  /** `+ - * / %` are operators. Without it a sign belongs to the number behind it. */
  readonly hasArithmetic: boolean;
  /** `0x1F`. */
  readonly hasHex: boolean;
  /** A comment between slash and asterisk counts as a blank. */
  readonly hasComments: boolean;
}

/** How tight an operator binds, and what it makes of its operands. */
export interface Infix {
  readonly power: number;
  readonly makes: 'or' | 'and' | 'compare' | 'in' | 'arithmetic';
}

export type FunctionForm = 'is-defined' | 'text-test' | 'array-contains';

export interface Dialect {
  /** What the whole is called where it is refused: `condition`. */
  readonly noun: string;
  /** Of its problems. */
  readonly code: string;
  readonly maxLength: number;
  /** How to mend one that is too long. */
  readonly shorten: string;
  readonly lexis: Lexis;
  /** Binding powers, by keyword in capitals or by sign. */
  readonly infix: Readonly<Record<string, Infix>>;
  readonly notPower: number;
  /** Of the minus before an operand; null where there is none. */
  readonly minusPower: number | null;
  /** By name in capitals. */
  readonly functions: Readonly<Record<string, FunctionForm>>;
  /** Whether STARTSWITH and its like take a path alone, or whatever has a text for its value. */
  readonly textTestsTake: 'path' | 'expression';
  /** Words that are no path, besides the operators, TRUE, FALSE and NULL. In capitals. */
  readonly reserved: readonly string[];
  /** The path that the segments of a word are; undefined when they are none. */
  readonly pathOf: (segments: readonly string[]) => ExpressionPath | undefined;
  /** Why a word is no path and what was probably meant: a whole sentence. */
  readonly pathRefusal: (word: Word, isCompared: boolean) => string;
  /** Said when there is no expression at all. */
  readonly absent: string;
  /** Said of a `*` that is no operator; null where it has no meaning of its own. */
  readonly star: string | null;
}

/** How tight what binds, loosest first; the same in all dialects. */
export const powers = { or: 1, and: 2, not: 3, compare: 4, sum: 5, product: 6, negate: 7 } as const;

const compare: Infix = { power: powers.compare, makes: 'compare' };
const list: Infix = { power: powers.compare, makes: 'in' };
const sum: Infix = { power: powers.sum, makes: 'arithmetic' };
const product: Infix = { power: powers.product, makes: 'arithmetic' };

/** Loosest first: OR, AND, NOT, then comparisons and lists (conditions.md). */
export const logicOperators = {
  infix: {
    OR: { power: powers.or, makes: 'or' },
    AND: { power: powers.and, makes: 'and' },
    '=': compare,
    '!=': compare,
    '<>': compare,
    '<': compare,
    '<=': compare,
    '>': compare,
    '>=': compare,
    IN: list,
    NIN: list,
  },
  notPower: powers.not,
  minusPower: null,
} as const satisfies Partial<Dialect>;

/** The same, and above comparison the sums, the products and the minus, as in SQL (iot-hub.md 1.2). */
export const arithmeticOperators = {
  infix: { ...logicOperators.infix, '+': sum, '-': sum, '*': product, '/': product, '%': product },
  notPower: powers.not,
  minusPower: powers.negate,
} as const satisfies Partial<Dialect>;
