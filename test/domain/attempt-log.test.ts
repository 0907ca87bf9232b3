// The log of an attempt: what is said where it is not what the device wrote, and the lines that tell why it failed.
import { describe, expect, test } from 'vitest';
import { keptText, sliceOf } from '#domain/rollouts/attempt-log.ts';

const stamp = '2026-01-01T00:00:00.000Z';
const own = (line: string): string => `${stamp} ${line}`;
const words = (container: string, text: string): string =>
  `${stamp} ${container} 2026-01-01T00:00:00.5Z stderr: ${text}`;
const said = (text: string): string => `2026-01-01T00:00:00.5Z stderr: ${text}`;
const logOf = (...lines: readonly string[]): string => `${lines.join('\n')}\n`;
const failure = own("While verifying, module 'web' ended with code 3. Read its last log lines.");

describe('keptText', () => {
  const asWritten = { text: 'a\n', isCut: false, fault: null };

  test.each([
    ['it is whole', asWritten, 'a\n'],
    ['it is empty', { ...asWritten, text: '' }, ''],
    ['it was cut', { ...asWritten, text: 'a', isCut: true }, 'a\n(this log was too big and is cut here)\n'],
    [
      'its rest could not be fetched',
      { ...asWritten, text: '', fault: 'the device gave nothing' },
      '(the rest of this log is missing: the device gave nothing)\n',
    ],
    [
      'it held no text',
      { ...asWritten, text: 'a\0b\ud800\n' },
      'a\ufffdb\ufffd\n(this log held bytes that are no text; each is shown as \ufffd)\n',
    ],
  ])('when %s, it says so and nothing else', (_title, given, kept) => {
    expect(keptText(given)).toBe(kept);
  });
});

describe('sliceOf', () => {
  test('when the failed module wrote something, its last twenty lines are it, and those of no other', () => {
    const many = Array.from({ length: 30 }, (_, index) => words('web', `line ${index}`));
    const slice = sliceOf(logOf(own('start web'), ...many, words('db', 'fine'), failure), 'web');
    expect(slice).toEqual(Array.from({ length: 20 }, (_, index) => said(`line ${index + 10}`)));
  });

  test('when the module failed beside the old one, it is known by its successor', () => {
    expect(sliceOf(logOf(words('web.next', 'no license'), words('webx', 'no')), 'web')).toEqual([said('no license')]);
  });

  test.each([
    ['no module failed alone', null],
    ['the module wrote nothing', 'web'],
  ])('when %s, the lines of the agent around the failure are it', (_title, module) => {
    const before = Array.from({ length: 15 }, (_, index) => own(`step ${index}`));
    const after = Array.from({ length: 15 }, (_, index) => own(`back ${index}`));
    const slice = sliceOf(logOf(...before, failure, words('db', 'not asked'), ...after), module);
    expect(slice).toEqual([...before.slice(6), failure, ...after.slice(0, 10)]);
  });

  test('when the log tells of no failure, its last lines are it', () => {
    const lines = Array.from({ length: 25 }, (_, index) => own(`step ${index}`));
    expect(sliceOf(logOf(...lines), null)).toEqual(lines.slice(5));
    expect(sliceOf('', 'web')).toEqual([]);
  });

  test.each([
    ['moves the cursor', 'a\u001b[2Jb\rc', 'a\\u{1b}[2Jb\\u{d}c'],
    ['turns text round', 'a\u202eb', 'a\\u{202e}b'],
    ['cannot be seen', 'a\u{e0041}b\u2028c', 'a\\u{e0041}b\\u{2028}c'],
    ['is half a character', 'a\ud800', 'a\\u{d800}'],
    ['goes on for ever', 'x'.repeat(5000), `${'x'.repeat(200 - said('').length)}…`],
  ])('when a line %s, it is shown as text and bounded', (_title, text, expected) => {
    expect(sliceOf(logOf(words('web', text)), 'web')).toEqual([said(expected)]);
  });
});
