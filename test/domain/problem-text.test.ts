// Sentences about problems: short whatever they quote, and untouched where they are short already.
import { describe, expect, it } from 'vitest';
import { legible, problemsText } from '#domain/values/problem-text.ts';

const long = 'x'.repeat(8000);
const shown = (first: string): string => `${(first + long).slice(0, 60)}…`;

describe('what a sentence quotes', () => {
  it.each([
    [`${long} is not a number: write 12.`, `${shown('')} is not a number: write 12.`],
    [`text values need single quotes: '${long}'.`, `text values need single quotes: ${shown("'")}.`],
    [`'${'a b '.repeat(2000)}' is no value.`, `${`'${'a b '.repeat(2000)}`.slice(0, 60)}… is no value.`],
    [`write "${long}" in small letters.`, `write ${shown('"')} in small letters.`],
    [
      `a device's key and ${'word '.repeat(30)}, then a module's`,
      `a device's key and ${'word '.repeat(30)}, then a module's`,
    ],
    [`'a' ${'is far from '.repeat(20)} 'b'`, `'a' ${'is far from '.repeat(20)} 'b'`],
    [`'${'y'.repeat(60)}'`, `'${'y'.repeat(60)}'`],
    [
      `add ' at its end, ${'and so on, '.repeat(20)} or ' before it`,
      `add ' at its end, ${'and so on, '.repeat(20)} or ' before it`,
    ],
    ['', ''],
  ])('when it is %j, it is told so far as a person reads', (message, expected) => {
    expect(legible(message)).toBe(expected);
  });

  it('when it would be cut inside a character, half of that is not shown', () => {
    expect(legible('😀'.repeat(100)).isWellFormed()).toBe(true);
    expect(legible(`a${'😀'.repeat(100)}`).isWellFormed()).toBe(true);
  });
});

it('when there are several, they are told one after another with their places', () => {
  expect(
    problemsText([
      { code: 'a', at: 3, message: 'one.' },
      { code: 'b', at: 'tags.x', message: 'two.' },
    ]),
  ).toBe('at 3: one. tags.x: two.');
});
