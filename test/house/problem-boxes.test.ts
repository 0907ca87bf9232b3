// A box that tells of a problem is always the one that says where and since when, and copies as text.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const renderer = join(import.meta.dirname, '..', '..', 'src-renderer');

test('when a view draws a problem box, it is ProblemView; the editor of a twin, whose box is a choice, is the exception', () => {
  const drawing = globSync('**/*.tsx', { cwd: renderer }).filter((file) =>
    /className="problem"/.test(readFileSync(join(renderer, file), 'utf8')),
  );
  expect(drawing.toSorted()).toEqual(['device/twin-editor.tsx', 'pieces/problem-view.tsx']);
});
