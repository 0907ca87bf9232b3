// What the shell says in the system's places: the question before quitting, the tray, notifications. Device text harms none.
import { expect, test } from 'vitest';
import { plainWords } from '#shell/plain-words.ts';
import { quitWarning } from '#shell/quit-warning.ts';
import { rolloutNotice } from '#shell/rollout-notice.ts';
import { siteLook } from '#shell/site-look.ts';
import { aRollout, aSiteStatus } from '#test/support/shell-site.ts';

test.each([
  ['nothing is known', null],
  ['nothing is under way', aSiteStatus()],
  ['the only rollout is paused', aSiteStatus({ rollouts: [aRollout('a', { status: 'paused' })] })],
])('when %s, nobody is asked before quitting', (_what, status) => {
  expect(quitWarning(status)).toBeNull();
});

test('when a rollout is under way, the question says what runs, what goes on and what does not', () => {
  const warning = quitWarning(aSiteStatus({ rollouts: [aRollout(), aRollout('p', { status: 'paused' })] }));
  expect(warning?.message).toBe('The rollout of ‘line-v2’ is under way');
  expect(warning?.detail.split('\n')[0]).toBe('line-v2: in progress, 12 of 50 devices are done');
  expect(warning?.detail).toContain('Devices that have begun go on by themselves');
  expect(warning?.detail).toContain('No further device begins, no wave opens');
});

test('when many are under way, the first five are named and the rest counted', () => {
  const rollouts = Array.from({ length: 7 }, (_, index) => aRollout(`r${index}`, { status: 'rolling-back' }));
  const warning = quitWarning(aSiteStatus({ rollouts }));
  expect(warning?.message).toBe('7 rollouts are under way');
  const lines = warning?.detail.split('\n') ?? [];
  expect(lines.slice(0, 6)).toEqual([
    ...[0, 1, 2, 3, 4].map((index) => `r${index}: going back, 12 of 50 devices are done`),
    '… and 2 more',
  ]);
});

test('when images are on their way, the question says that they end and what is kept', () => {
  const imageWork = [{ kind: 'import', subject: 'line-3.tar' }] as const;
  const warning = quitWarning(aSiteStatus({ imageWork: [...imageWork] }));
  expect(warning?.message).toBe('‘line-3.tar’ is being imported');
  expect(warning?.detail).toContain('Work with images ends with the app');
  expect(warning?.detail).not.toContain('No further device begins');
});

test('when rollouts and work with images are under way, both are told of, each with what becomes of it', () => {
  const fetches = Array.from({ length: 6 }, (_, index) => ({ kind: 'fetch' as const, subject: `pump:${index}` }));
  const warning = quitWarning(aSiteStatus({ rollouts: [aRollout()], imageWork: fetches }));
  expect(warning?.message).toBe('The rollout of ‘line-v2’ is under way');
  expect(warning?.detail.split('\n').filter((line) => line !== '')).toEqual([
    'line-v2: in progress, 12 of 50 devices are done',
    expect.stringContaining('Devices that have begun go on by themselves'),
    ...[0, 1, 2, 3, 4].map((index) => `‘pump:${index}’ is being fetched`),
    '… and 1 more',
    expect.stringContaining('Work with images ends with the app'),
  ]);
  expect(quitWarning(aSiteStatus({ imageWork: fetches }))?.message).toBe('6 tasks with images are under way');
});

const failing = { all: 50, connected: 47, failing: 2 };

test.each([
  ['starting', null, 'stopped', 'The hub is starting'],
  ['restarting', aSiteStatus(), 'stopped', 'The hub stopped; it starts again by itself'],
  ['serving', null, 'well', 'The hub serves'],
  ['serving', aSiteStatus({ devices: { all: 0, connected: 0, failing: 0 } }), 'well', 'No devices yet'],
  ['serving', aSiteStatus({ devices: { all: 1, connected: 1, failing: 0 } }), 'well', '1 of 1 device connected'],
  ['serving', aSiteStatus({ rollouts: [aRollout()] }), 'busy', '47 of 50 devices connected, 1 rollout under way'],
  ['serving', aSiteStatus({ devices: failing }), 'failing', '47 of 50 devices connected, 2 failing'],
  [
    'serving',
    aSiteStatus({ rollouts: [aRollout(), aRollout('b', { status: 'paused' })] }),
    'failing',
    '47 of 50 devices connected, 2 rollouts open, paused',
  ],
] as const)('when the hub is %s with %j, the tray looks %s and says %j', (hub, status, look, words) => {
  expect(siteLook(hub, status)).toEqual({ look, words });
});

const news = {
  kind: 'rollout-news',
  deploymentId: 'line-v2',
  reason: '3 of 10 failed',
  succeeded: 7,
  failed: 3,
} as const;

test.each([
  [{ ...news, outcome: 'finished', failed: 0 }, 'Rollout of line-v2 finished', '7 succeeded'],
  [{ ...news, outcome: 'finished' }, 'Rollout of line-v2 finished', '7 succeeded, 3 failed'],
  [{ ...news, outcome: 'stopped' }, 'Rollout of line-v2 stopped', '3 of 10 failed (7 succeeded, 3 failed)'],
  [
    { ...news, outcome: 'waits', reason: 'Wave 2 of 3 (rest) may be opened.', failed: 0 },
    'Rollout of line-v2 waits for you',
    'Wave 2 of 3 (rest) may be opened. (7 succeeded, 0 failed)',
  ],
  [
    { ...news, outcome: 'needs-you', reason: 'It stands still, with 1 device in the way.', failed: 0 },
    'Rollout of line-v2 needs you',
    'It stands still, with 1 device in the way. (7 succeeded, 0 failed)',
  ],
  [
    { ...news, outcome: 'going-back' },
    'Rollout of line-v2 is being rolled back',
    '3 of 10 failed (7 succeeded, 3 failed)',
  ],
  [{ ...news, outcome: 'taken-back' }, 'Rollout of line-v2 was rolled back', '3 of 10 failed'],
] as const)('when the news are %j, the notification reads %j, %j', (told, title, body) => {
  expect(rolloutNotice(told)).toEqual({ title, body });
});

test.each([
  ['<b>bold</b> & co', '‹b›bold‹/b› ＆ co'],
  ['two\r\nlines\tand  more', 'two lines and more'],
  ['\u202Egnp.exe', '\uFFFDgnp.exe'],
  ['zero\u200Bwidth \u001B[31mred', 'zero\uFFFDwidth \uFFFD[31mred'],
  ['x'.repeat(10_000), `${'x'.repeat(300)}…`],
])('when a device says %j, the system shows it harmless', (text, words) => {
  expect(plainWords(text)).toBe(words);
});
