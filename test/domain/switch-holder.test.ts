// What a person reads of who holds a switch: the module's own words in one clean line, and what makes it go on.
import { describe, expect, test } from 'vitest';
import {
  heldByDisk,
  heldByHook,
  heldByLock,
  heldByPerson,
  heldByWindow,
  heldUntilWindow,
  holdSentence,
  type HookAnswer,
} from '#domain/updates/switch-holder.ts';

const ended = (exitCode: number, lastLine = ''): HookAnswer => ({ kind: 'answered', exitCode, lastLine });

test('when a lock holds it, its first line is told with what makes it go on', () => {
  expect(holdSentence(heldByLock('press', 'cycle 12 of 40'))).toBe(
    "module 'press' says 'cycle 12 of 40'. It goes on when that lock is gone, or a person says now by force.",
  );
});

test.each([
  ['is empty', '', "module 'press' holds its lock"],
  ['has spaces only', ' \t ', "module 'press' holds its lock"],
  ['ends like a sentence', 'Cycle 12.', "module 'press' says 'Cycle 12'"],
  ['speaks to a terminal', 'a\u001b[31m b\u202e\u0000c', "module 'press' says 'a [31m b c'"],
  ['is long', 'x'.repeat(300), `module 'press' says '${'x'.repeat(199)}…'`],
  ['is cut within a character', `${'x'.repeat(198)}😀😀`, `module 'press' says '${'x'.repeat(198)}\ufffd…'`],
])('when the lock’s line %s, it is told as "%s" → %s', (_title, said, message) => {
  expect(heldByLock('press', said)).toEqual({ by: 'lock', module: 'press', message });
});

describe('a hook', () => {
  test('when it ends with 0, whatever it says, it holds nothing', () => {
    expect(heldByHook('press', ended(0, 'fine'))).toBe(null);
  });

  test.each<[string, HookAnswer, string]>([
    ['says why', ended(1, 'the oven is hot'), "the hook of module 'press' says 'the oven is hot'"],
    ['says nothing', ended(3), "the hook of module 'press' answered with code 3"],
    ['is not there', ended(127, 'sh: may: not found'), "the hook of module 'press' cannot be run (sh: may: not found)"],
    ['is no program', ended(126), "the hook of module 'press' cannot be run (code 126)"],
    [
      'hangs',
      { kind: 'failed', reason: 'It did not answer in time.' },
      "the hook of module 'press' could not be asked (It did not answer in time)",
    ],
    ['has not answered yet', null, "the hook of module 'press' is being asked"],
  ])('when it %s, it holds and that is told', (_title, answer, message) => {
    expect(heldByHook('press', answer)).toEqual({ by: 'hook', module: 'press', message });
  });

  test('when it cannot be run, the sentence tells how to let the device go on all the same', () => {
    const holder = heldByHook('press', ended(127));
    expect(holder && holdSentence(holder)).toContain("on the device with a file 'switch-now'");
  });
});

test('when the state cannot be written, the sentence says why and what to do', () => {
  expect(
    holdSentence(heldByDisk('The state directory /var/x cannot be written (ENOSPC): make room on its disk.')),
  ).toBe(
    'the state directory /var/x cannot be written (ENOSPC): make room on its disk. It goes on when that is mended.',
  );
});

test('when terms hold it, the sentence says which', () => {
  expect(holdSentence(heldByPerson)).toContain('when a person says now');
  expect(holdSentence(heldByWindow)).toContain('when the next window opens');
  expect(holdSentence(heldUntilWindow)).toBe(
    'the rollout leaves the moment to its maintenance windows. It goes on when the next window opens, or a person says now.',
  );
});
