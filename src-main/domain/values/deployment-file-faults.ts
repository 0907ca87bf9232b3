// What stands where JSON wants something else, in words: the mistakes that editors, merges and other languages leave behind.

/** Something wrong with a JSON text, at an offset of it. */
export interface JsonFault {
  readonly offset: number;
  readonly message: string;
}

/** Neither a comma nor the end of the container stands behind a value. */
export function punctuationFault(text: string, offset: number, closer: '}' | ']'): JsonFault {
  const kind = closer === '}' ? 'an object' : 'a list';
  const sign = text[offset];
  if (sign === undefined) return { offset, message: `the text ends inside ${kind}: ${closer} is missing.` };
  return (
    commentFault(text, offset) ?? {
      offset,
      message:
        sign === '}' || sign === ']'
          ? `${sign} stands where ${closer} belongs: close what was opened last first.`
          : 'a comma is missing before this: write one.',
    }
  );
}

/** Something that is no JSON stands where `wanted` ("a value") belongs. */
export function valueFault(text: string, offset: number, wanted: string): JsonFault {
  const sign = text[offset];
  if (sign === undefined) {
    const isEmpty = text.trim() === '' || text.trim() === '\uFEFF';
    return {
      offset,
      message: isEmpty ? 'the file is empty: choose another.' : `the text ends where ${wanted} belongs.`,
    };
  }
  if (sign === "'" || sign === '“' || sign === '”')
    return { offset, message: 'JSON writes texts in double quotes ("): use them here.' };
  const word = /^[\w.+$-]*/.exec(text.slice(offset, offset + 100)) as RegExpExecArray;
  return commentFault(text, offset) ?? { offset, message: wordFault(word[0], sign, wanted) };
}

function wordFault(word: string, sign: string, wanted: string): string {
  if (/^(?:true|false|null|none)$/i.test(word))
    return `${word} is not spelled as in JSON: write true, false or null in small letters.`;
  if (/^(?:[+-]?(?:NaN|Infinity)|undefined)$/.test(word))
    return `JSON has no ${word}: write null, or leave the key out.`;
  if (/^[+-]?\.?\d/.test(word))
    return `${word.slice(0, 40)} is not a number of JSON: write it as 1, -1.5 or 1e6, or as a text in double quotes.`;
  const what = word === '' ? sign : word.slice(0, 40);
  return `"${what}" stands where ${wanted} belongs: ${wanted.startsWith('a key') ? 'put keys' : 'put texts'} in double quotes.`;
}

/** Something follows the document. */
export function endFault(text: string, offset: number): JsonFault | undefined {
  if (offset >= text.length) return undefined;
  const message = 'the document ended before this: keep one JSON document in the file.';
  return commentFault(text, offset) ?? { offset, message };
}

function commentFault(text: string, offset: number): JsonFault | undefined {
  const isComment = text.startsWith('//', offset) || text.startsWith('/*', offset) || text[offset] === '#';
  return isComment ? { offset, message: 'JSON has no comments: remove this one.' } : undefined;
}
