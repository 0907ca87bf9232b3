// A rollout whose next wave is for a person to open, as it is told where people look for what needs them; and the levels of all that is.
import { expect, test } from 'vitest';
import { attentionWords, levelWords } from '#renderer/words/attention-words.ts';
import { openWaveInWords, rolloutStatusWords, rolloutWords } from '#renderer/words/rollout-words.ts';

const wave = { name: 'rest', number: 2, waves: 3, after: 'canary' };

test('when a wave may be opened, it says which and of which rollout, and leads there', () => {
  const matter = { kind: 'rollout-waits', deploymentId: 'line 2', ...wave } as const;
  expect(attentionWords({ matter }, 0)).toEqual({
    what: 'The rollout of line 2 waits for you: wave 2 of 3 (rest) may be opened.',
    where: [{ word: 'line 2', path: '/rollouts/line%202' }],
    more: null,
    done: 'Wave canary did as planned. No device of the next one begins until it is opened.',
    next: { word: 'Open the next wave', path: '/rollouts/line%202' },
  });
});

test('when a rollout waits for a person, a list says so in place of its status, with what is to be done', () => {
  const waitsForPerson = { ...wave, name: '<b>\u202E', sinceMs: 1 };
  expect(rolloutWords({ status: 'in-progress', waitsForPerson })).toMatchObject({ word: 'Waits for you' });
  expect(rolloutWords({ status: 'in-progress', waitsForPerson: null })).toBe(rolloutStatusWords['in-progress']);
  expect(openWaveInWords({ ...waitsForPerson, name: 'rest' })).toBe('Open wave 2 of 3: rest');
  expect(openWaveInWords(waitsForPerson)).not.toContain('\u202E');
});

test('when levels are shown, each has a word, a meaning and a sign of its own colour', () => {
  const words = Object.values(levelWords);
  expect(words.map(({ word }) => word)).toEqual(['Urgent', 'Warning', 'Note']);
  expect(new Set(words.map(({ color }) => color)).size).toBe(3);
  for (const { meaning } of words) expect(meaning).toMatch(/\.$/);
});
