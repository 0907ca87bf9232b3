// Texts that make a careless reader of expressions slow: whatever repeats, as often as the length allows.

/** Each with a name for it; none is longer than `length` characters. */
export function worstTexts(length: number): readonly (readonly [string, string])[] {
  const most = (piece: string, rest = ''): string =>
    piece.repeat(Math.floor((length - rest.length) / piece.length)) + rest;
  return [
    ['blanks', most(' ', 'true')],
    ['a text', `'${'x'.repeat(length - 2)}'`],
    ['quotes', most("''", "'")],
    ['open quotes', most("'", '"')],
    ['escapes', `"${String.raw`\u0041`.repeat(length / 6 - 10)}"`],
    ['backslashes', `'${'\\'.repeat(length - 192)}`],
    ['a key', `tags.${'k'.repeat(length - 192)}`],
    ['segments', `tags${'.a'.repeat(length / 2 - 96)}`],
    ['brackets', `tags${'.[[a]]'.repeat(length / 6 - 10)}`],
    ['open brackets', `tags.[[${'['.repeat(length - 192)}`],
    ['closing brackets', `tags.[[${']'.repeat(length - 192)}`],
    ['odd letters', `tags.${'ö'.repeat(length - 192)}`],
    ['digits', '9'.repeat(length)],
    ['zeros', `${'0'.repeat(length - 192)}1`],
    ['a fraction', `0.${'1'.repeat(length - 192)}`],
    ['an exponent', `1e${'0'.repeat(length - 192)}1`],
    ['hexadecimal digits', `0x${'0'.repeat(length - 192)}1`],
    ['numbers', most('1.', 'x')],
    ['comments', most('/**/', '1')],
    ['open comments', most('/*')],
    ['stars', most('*')],
    ['an OR chain', most('tags.a=1 OR ', 'true')],
    ['an AND chain', most('NOT tags.a AND ', 'true')],
    ['an IN list', `tags.a IN [${'1,'.repeat(length / 2 - 96)}1]`],
    ['IN lists', most("tags.a IN ['x'] OR ", 'true')],
    ['wrong paths', most('x OR ', 'y')],
    ['wrong calls', most('IS_DEFINED(x) OR ', 'y')],
    ['comparisons', most('=')],
    ['commas', most(',')],
    ['keywords', most('AND ')],
  ];
}
