// What a person takes along of a problem: one fact a line, with where it stands and since when, which nobody has to give.
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { ScreenName } from '#renderer/keys/shortcuts.ts';
import {
  DialogTitle,
  placeInWords,
  type Problem,
  problemInWords,
  useKnownProblem,
} from '#renderer/pieces/problem-report.ts';

/** As a component on that screen knows it. */
function known(problem: Problem, screen?: string, dialog: string | null = null): Problem {
  const found: Problem[] = [];
  function Shown() {
    found.push(useKnownProblem(problem));
    return null;
  }
  const inDialog = createElement(DialogTitle, { value: dialog }, createElement(Shown));
  renderToStaticMarkup(screen === undefined ? inDialog : createElement(ScreenName, { value: screen }, inDialog));
  const last = found.at(-1);
  if (last === undefined) throw new Error('nothing was drawn');
  return last;
}

test('when only a text is given, the report has the screen and the time at which it was shown', () => {
  const beforeMs = Date.now();
  const problem = known({ text: 'It broke.' }, 'Devices');
  expect(problem.sinceMs).toBeGreaterThanOrEqual(beforeMs);
  expect(problem.sinceMs).toBeLessThanOrEqual(Date.now());
  expect(problemInWords(problem)).toBe(
    `It broke.\nWhere: Devices\nSince: ${new Date(problem.sinceMs ?? 0).toISOString()}`,
  );
});

test('when it stands in a dialog, the report names that first', () => {
  expect(problemInWords(known({ text: 'No.' }, 'Devices', 'Add device'))).toContain(
    '\nWhere: Add device, in Devices\n',
  );
  expect(placeInWords('Everywhere', 'Keys')).toBe('Keys');
  expect(placeInWords('Everywhere', null)).toBeNull();
  expect(problemInWords(known({ text: 'No.' }))).toMatch(/^No\.\nSince: /);
});

test('when more is given, it goes before what is known, and all of it is in the report', () => {
  const problem = known(
    { text: 'It broke.', where: 'press-3', sinceMs: 0, done: 'Tried again.', next: 'Wait.', details: 'a trace' },
    'Devices',
  );
  expect(problemInWords(problem)).toBe(
    'It broke.\nWhere: press-3\nSince: 1970-01-01T00:00:00.000Z\nDone about it: Tried again.\nWhat you can do: Wait.\n\na trace',
  );
});
