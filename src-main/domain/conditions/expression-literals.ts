// Values written out, alone or in the list behind IN and NIN.
import type { LiteralValue } from './expression-ast.ts';
import { isSymbol, keywordOf, type Cursor } from './expression-cursor.ts';

/** A value, passed; undefined, and nothing passed, when there is none. */
export function readLiteral(cursor: Cursor): LiteralValue | undefined {
  const token = cursor.token();
  if (token.kind === 'text' || token.kind === 'number') {
    cursor.take();
    return token.value;
  }
  if (isSymbol(token, '+', '-')) return readSigned(cursor);
  const keyword = keywordOf(token, cursor.dialect);
  if (keyword !== 'TRUE' && keyword !== 'FALSE' && keyword !== 'NULL') return undefined;
  cursor.take();
  return keyword === 'NULL' ? null : keyword === 'TRUE';
}

/** Where signs are operators, one before a number is still part of it. */
function readSigned(cursor: Cursor): number | undefined {
  const number = cursor.following();
  if (number.kind !== 'number') return undefined;
  const sign = cursor.take();
  cursor.take();
  return sign.source === '-' ? -number.value : number.value;
}

/** The values behind IN or NIN, one at least. */
export function readList(cursor: Cursor, keyword: string): readonly LiteralValue[] | undefined {
  if (!isSymbol(cursor.token(), '[')) return cursor.refuse(`${keyword} takes a list: write ${keyword} ['a', 'b'].`);
  const values: LiteralValue[] = [];
  do {
    cursor.take();
    const value = readLiteral(cursor);
    if (value === undefined) return cursor.refuse(valueExpected(cursor));
    values.push(value);
  } while (isSymbol(cursor.token(), ','));
  if (!isSymbol(cursor.token(), ']')) return cursor.refuse('the list goes on with a comma or ends with ]: add one.');
  cursor.take();
  return values;
}

function valueExpected(cursor: Cursor): string {
  const token = cursor.token();
  if (token.kind === 'word') return `a list holds values only: put text into single quotes, as in '${token.source}'.`;
  if (isSymbol(cursor.previous(), '[')) return "the list is empty: write its values into it, as in ['a', 'b'].";
  return 'a value is missing in the list: add one, or remove the comma before.';
}
