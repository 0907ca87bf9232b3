// The glossary of rollouts: one word for one thing. Its words are those of the product's own lists, and no sentence of a screen or of an
// explanation goes round them by another.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { productRoot } from '#entry/build-freshness.js';
import {
  namesInWords,
  partOf,
  partWords,
  rolloutParts,
  rolloutStatusWords,
  standings,
  standingWords,
  verdictWords,
  waitsForYouWords,
} from '#renderer/words/rollout-words.ts';

const wordsOf = (table: Readonly<Record<string, { readonly word: string }>>) =>
  Object.values(table).map(({ word }) => word.toLowerCase());

describe('the glossary of rollouts', () => {
  test('when a rollout, a device or an attempt is named, it is by the words of the product, each once', () => {
    expect(wordsOf(rolloutStatusWords)).toEqual([
      'scheduled',
      'pending',
      'in progress',
      'paused',
      'rolling back',
      'rolled back',
      'superseded',
      'canceled',
      'finished',
    ]);
    expect(waitsForYouWords.word).toBe('Waits for you');
    expect(wordsOf(standingWords)).toEqual([
      'pending',
      'downloading',
      'installing',
      'verifying',
      'success',
      'already installed',
      'not applicable',
      'failure',
      'rolled back',
      'aborted',
      'decommissioned',
    ]);
    expect(wordsOf(verdictWords)).toEqual([
      'done',
      'failed, nothing changed',
      'failed, rolled back',
      'failed, no rollback asked',
      'failed, could not roll back',
      'refused',
    ]);
  });

  test('when devices are counted, a standing that is counted alone has the same word, and a sum says of what it is', () => {
    for (const part of rolloutParts) {
      const summed = standings.filter((standing) => partOf[standing] === part);
      const [only] = summed;
      if (summed.length === 1 && only !== undefined) expect(partWords[part].word).toBe(standingWords[only].word);
      for (const standing of summed.length > 1 ? summed : [])
        expect(partWords[part].meaning.toLowerCase()).toContain(standingWords[standing].word.toLowerCase());
    }
    expect(new Set(wordsOf(partWords)).size).toBe(rolloutParts.length);
  });

  test('when a name stands for two, it stands for the same in both', () => {
    const tables = [{ ...rolloutStatusWords, waitsForYouWords }, standingWords, verdictWords, partWords];
    const looks = new Map<string, Set<string>>();
    for (const { word, color, icon } of tables.flatMap((table) => Object.values(table)))
      looks.set(word, (looks.get(word) ?? new Set()).add(`${color} ${icon}`));
    for (const [word, kinds] of looks) expect([word, kinds.size]).toEqual([word, 1]);
  });

  test('when many names are told, the first are, and how many more there are', () => {
    expect(namesInWords(['a', 'b', 'c'], { of: 9, most: 2 })).toBe('a, b and 7 more');
    expect(namesInWords(['a', 'b'], { of: 2, most: 2 })).toBe('a, b');
    expect(namesInWords([], { of: 3, most: 2 })).toBe('3 more');
  });
});

/** What was said once for a word of the glossary. */
const otherWords = /\b(taken back|takes? (it |them )?back|put back|left out|successful|mid-change|gave back)\b/i;

const root = productRoot(import.meta.dirname);
const files = [
  ...['src-renderer/rollouts', 'src-renderer/groups'].flatMap((folder) => filesIn(folder, () => true)),
  ...filesIn('src-renderer/words', (name) => name.startsWith('rollout-') || name === 'group-words.ts'),
  ...filesIn('src-main/domain/rollouts', () => true),
];

function filesIn(folder: string, isMeant: (name: string) => boolean): readonly string[] {
  return readdirSync(join(root, folder))
    .filter(isMeant)
    .map((name) => join(folder, name));
}

/** Texts alone: what is remarked, imported or named in code is for other readers. */
function textsOf(source: string): readonly string[] {
  const bare = source.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '');
  const quoted = [...bare.matchAll(/'([^'\n]*)'|"([^"\n]*)"|`([^`]*)`|>([^<>{}]+)</g)];
  return quoted
    .map(([, ...parts]) => parts.find((part) => part !== undefined) ?? '')
    .filter((text) => text.includes(' '));
}

test.each(files)('when %s is read, no text of it goes round the glossary', (file) => {
  const texts = textsOf(readFileSync(join(root, file), 'utf8'));
  expect(texts.filter((text) => otherWords.test(text.replaceAll(/\$\{[^}]*\}/g, '…')))).toEqual([]);
});
