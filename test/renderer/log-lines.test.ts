// Lines of logs: read from what an agent gives, each taken once, bounded, and found by words or patterns.
import { describe, expect, test } from 'vitest';
import { emptyLogBook, followFrom, type LogBook, readLogLine, withLogs } from '#renderer/device/log-lines.ts';
import { isHit, logSearch, stretchesOf } from '#renderer/device/log-search.ts';

const at = (second: number, text: string) => `2026-01-01T00:00:${String(second).padStart(2, '0')}.000Z ${text}`;
const texts = ({ lines }: LogBook) => lines.map(({ module, text }) => `${module} ${text}`);

describe('a log book', () => {
  test('when modules are read together, their lines stand by time', () => {
    const book = withLogs(emptyLogBook, [
      { module: 'a', text: [at(1, 'one'), at(3, 'three')].join('\n') },
      { module: 'b', text: at(2, 'two') },
    ]);
    expect(texts(book)).toEqual(['a one', 'b two', 'a three']);
    expect(followFrom(book)).toBe(String(Date.parse('2026-01-01T00:00:03Z') / 1000));
  });

  test('when the second of the last line is read again, what is known is taken once, and what is said twice stays twice', () => {
    const first = withLogs(emptyLogBook, [
      { module: 'a', text: [at(1, 'x'), at(2, 'tick'), at(2, 'tick')].join('\n') },
    ]);
    const again = [at(2, 'tick'), at(2, 'tick'), at(2, 'tick'), at(3, 'y')].join('\n');
    const book = withLogs(first, [{ module: 'a', text: again }]);
    expect(texts(book)).toEqual(['a x', 'a tick', 'a tick', 'a tick', 'a y']);
    expect(withLogs(book, [{ module: 'a', text: again }])).toBe(book);
    expect(new Set(book.lines.map(({ key }) => key)).size).toBe(book.lines.length);
  });

  test('when lines have no times, they go on from where they overlap', () => {
    const first = withLogs(emptyLogBook, [{ module: 'a', text: 'one\ntwo\nthree' }]);
    expect(texts(withLogs(first, [{ module: 'a', text: 'two\nthree\nfour' }]))).toEqual([
      'a one',
      'a two',
      'a three',
      'a four',
    ]);
    expect(followFrom(first)).toBeNull();
  });

  test('when more comes than it keeps, the oldest go and are counted', () => {
    const lines = Array.from({ length: 12 }, (_, second) => at(second, `n${second}`)).join('\n');
    const book = withLogs(emptyLogBook, [{ module: 'a', text: lines }], 10);
    expect(book).toMatchObject({ dropped: 2 });
    expect(texts(book).at(0)).toBe('a n2');
  });

  test.each([
    ['colours', '\u001b[31mred\u001b[0m', 'red'],
    ['a window title', '\u001b]0;owned\u0007hi', 'hi'],
    ['moves of the cursor', 'a\u001b[2J\u001b[1;1Hb', 'ab'],
    ['eight-bit codes', '\u009b31mred', 'red'],
  ])('when a line carries %s, the terminal codes are gone', (_what, line, text) => {
    expect(readLogLine(`2026-01-01T00:00:00Z ${line}`)).toEqual({ time: '2026-01-01T00:00:00Z', text });
  });

  test('when a line is megabytes long, its beginning is kept and its length told', () => {
    expect(readLogLine('x'.repeat(1_000_000)).text.length).toBeLessThan(17_000);
    expect(readLogLine('x'.repeat(1_000_000)).text).toMatch(/… \(1000000 characters\)$/);
  });
});

describe('searching a log', () => {
  test('when words are looked for, signs of patterns mean themselves and case does not matter', () => {
    const { pattern } = logSearch('a.b(', false);
    expect(stretchesOf('xA.B(y', pattern)).toEqual([
      { text: 'x', isHit: false },
      { text: 'A.B(', isHit: true },
      { text: 'y', isHit: false },
    ]);
    expect(stretchesOf('axb(', pattern)).toEqual([{ text: 'axb(', isHit: false }]);
  });

  test('when a pattern is looked for, every place it fits is told, again and again', () => {
    const { pattern, problem } = logSearch(String.raw`\d+`, true);
    expect(problem).toBeNull();
    expect(stretchesOf('a1b22', pattern).filter((stretch) => stretch.isHit)).toHaveLength(2);
    expect([1, 2, 3].map(() => isHit('a1', pattern as RegExp))).toEqual([true, true, true]);
    expect(stretchesOf('1', pattern)).toEqual([{ text: '1', isHit: true }]);
    expect(stretchesOf('aaa', logSearch('b*', true).pattern)).toEqual([{ text: 'aaa', isHit: false }]);
  });

  test.each(['(a+)+$', '(a|aa)+$', '([a-z]*)*x', '(a{2,})+', '(', 'x'.repeat(300)])(
    'when the pattern is %s, it is refused in words and nothing is run',
    (text) => {
      const { pattern, problem } = logSearch(text, true);
      expect(pattern).toBeNull();
      expect(problem).not.toBeNull();
    },
  );
});
