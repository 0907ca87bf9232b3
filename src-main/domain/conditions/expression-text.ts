// Texts as they are written: in single quotes with '' for a quote and, where the dialect has escapes, in double quotes too.
import type { Lexis } from './expression-dialect.ts';
import type { Token, Unreadable } from './expression-tokens.ts';

/** The text that begins with the quote at `at`. */
export function readText(source: string, at: number, { hasEscapes }: Lexis): Token | Unreadable {
  const quote = source.charAt(at);
  const parts: string[] = [];
  let from = at + 1;
  for (let index = from; index < source.length; index += 1) {
    const character = source.charAt(index);
    if (character === quote) {
      parts.push(source.slice(from, index));
      if (source.charAt(index + 1) !== quote) {
        return closedText(at, source.slice(at, index + 1), parts.join(''));
      }
      // Doubled: the second one is part of the text.
      index += 1;
      from = index;
    } else if (character === '\\' && hasEscapes) {
      const escape = readEscape(source, index);
      if (typeof escape !== 'string') return escape;
      parts.push(source.slice(from, index), escape);
      index += source.charAt(index + 1) === 'u' ? 5 : 1;
      from = index + 1;
    }
  }
  return { kind: 'unreadable', at, message: openText(quote) };
}

// Escapes can make what may not stand in a text as it is.
function closedText(at: number, source: string, value: string): Token | Unreadable {
  if (!value.isWellFormed()) {
    const message = 'half a character stands in the text (a lone surrogate): write both halves.';
    return { kind: 'unreadable', at, message };
  }
  if (!value.includes('\0')) return { kind: 'text', at, source, value };
  return { kind: 'unreadable', at, message: 'unexpected character U+0000 in the text: remove its escape.' };
}

function readEscape(source: string, at: number): string | Unreadable {
  const [, digits, character] = /^\\(?:u([0-9A-Fa-f]{4})|(['"\\]))/.exec(source.slice(at, at + 6)) ?? [];
  if (digits !== undefined) return String.fromCharCode(Number.parseInt(digits, 16));
  if (character !== undefined) return character;
  const message = `${source.slice(at, at + 2)} is no escape: write \\' \\" \\\\ or \\u and four digits, or \\\\ for a backslash.`;
  return { kind: 'unreadable', at, message };
}

function openText(quote: string): string {
  const name = quote === '"' ? 'double' : 'single';
  return `the text is not closed: add a ${name} quote at its end (and write ${quote}${quote} for a quote in it).`;
}
