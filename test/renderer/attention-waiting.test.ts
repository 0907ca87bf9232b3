// A rollout whose next wave is for a person to open, or whose devices do not go on without one, as it is told where people look for what
// needs them; and the levels of all that is.
import { expect, test } from 'vitest';
import type { AttentionMatter } from '#contract/console-site.ts';
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

const stuck = { deploymentId: 'line 2', devices: 3, deviceIds: ['pump-1', 'pump-2'] };
const now = { kind: 'rollout-person-now', ...stuck } as const;
const held = { kind: 'rollout-held', held: 1, behind: 4, reason: 'Module plc is locked', ...stuck } as const;
const asleep = { kind: 'rollout-asleep', name: 'canary', number: 2, waves: 3, ...stuck, deviceIds: [] } as const;
const silent = { kind: 'rollout-silent', succeeded: 1, ...stuck } as const;
const wordsOf = (matter: AttentionMatter) => attentionWords({ matter }, 0);

test.each<[AttentionMatter, string]>([
  [now, 'The rollout of line 2 waits for your now: 3 devices have all they need and hold their switch.'],
  [{ ...now, devices: 1 }, 'The rollout of line 2 waits for your now: 1 device has all it needs and holds its switch.'],
  [held, 'The rollout of line 2 stands still: 3 devices do not go on. Module plc is locked. 4 more wait behind them.'],
  [
    { ...held, devices: 1, behind: 1 },
    'The rollout of line 2 stands still: 1 device does not go on. Module plc is locked. 1 more waits behind it.',
  ],
  [{ ...held, behind: 0 }, 'The rollout of line 2 stands still: 3 devices do not go on. Module plc is locked.'],
  [asleep, 'The rollout of line 2 stands still: all of wave canary is switched off, 3 devices.'],
  [silent, 'The rollout of line 2: 3 devices fell silent while in change and are not back; 1 succeeded.'],
  [
    { ...silent, devices: 1, succeeded: 0 },
    'The rollout of line 2: 1 device fell silent while in change and is not back; 0 succeeded.',
  ],
])('when devices of a rollout do not go on, as in %j, it reads as one line', (matter, what) => {
  expect(wordsOf(matter).what).toBe(what);
});

test.each<[string, AttentionMatter, string, string]>([
  ['rollout-person-now', now, 'Let them switch', '/rollouts/line%202'],
  ['rollout-held', held, 'See what would move it on', '/rollouts/line%202'],
  ['rollout-asleep', asleep, 'Wake one, or open the next wave', '/rollouts/line%202'],
  ['rollout-silent', silent, 'Decide whether it goes on', '/rollouts/line%202'],
])('when it is %s, the next step leads to the rollout, where one acts', (_, matter, word, path) => {
  expect(wordsOf(matter).next).toEqual({ word, path });
});

test.each<[string, AttentionMatter, string | null]>([
  [
    'a rollout that a lock holds',
    held,
    'A lock or a hook of a module holds a switch as long as it says; nothing of the device is changed until then.',
  ],
  ['a rollout that something else is in the way of', { ...held, held: 0 }, null],
  ['switches a person holds', now, 'They run what they ran before until then.'],
  ['a switch a person holds', { ...now, devices: 1 }, 'It runs what it ran before until then.'],
  ['a wave that sleeps', asleep, 'Nobody knows whether it runs well, so that wave 2 of 3 does not open by itself.'],
  ['silent devices', silent, 'They count for nothing meanwhile: gates open and the stop rule judges without them.'],
  [
    'a silent device',
    { ...silent, devices: 1 },
    'It counts for nothing meanwhile: gates open and the stop rule judges without it.',
  ],
])('when it is %s, what becomes of them meanwhile is said', (_, matter, done) => {
  expect(wordsOf(matter).done).toBe(done);
});

test('when it is about some devices of a rollout, both are named, and the others counted', () => {
  const { where, more } = wordsOf(held);
  expect(where.map(({ word }) => word)).toEqual(['line 2', 'pump-1', 'pump-2']);
  expect(where.map(({ path }) => path)).toEqual(['/rollouts/line%202', '/devices/pump-1', '/devices/pump-2']);
  expect(more).toEqual({ word: 'and 1 more', path: '/rollouts/line%202' });
  expect(wordsOf({ ...held, devices: 2 }).more).toBeNull();
  expect(wordsOf(asleep)).toMatchObject({ where: [{ word: 'line 2' }], more: null });
});
