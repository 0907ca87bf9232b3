// The pure parts of History and Live: addresses, files, bodies, trees and lanes, with the worst that devices send.
import { describe, expect, test } from 'vitest';
import { historyQuery, type HistoryRow } from '#contract/console-history.ts';
import { stateWords } from '#renderer/plots/course-lanes.ts';
import { csvField, fileHead, fileLine, localTime } from '#renderer/history/history-file.ts';
import { rowsAsked } from '#renderer/history/rows-asked.ts';
import { historyAddress, queryOf, readHistory } from '#renderer/link/history-query.ts';
import { bodyText, jsonOf, numbersIn, shapeOf } from '#renderer/live/live-body.ts';
import { branchesOf, emptyLive, topicWord, withFlush } from '#renderer/live/live-tree.ts';
import { kindsOfFamily } from '#renderer/words/journal-kinds.ts';

const searchOf = (address: string): string => address.split('?')[1] ?? '';

describe('addresses', () => {
  test.each([
    {},
    { kinds: [], words: 'every kind' },
    { device: 'press 3&x=1', kinds: ['tags-changed', 'hub-started'], actors: ['hub'] as const },
    { range: 'own' as const, fromMs: 5, toMs: 9, words: 'ein Wort' },
    { part: 'timeline' as const, device: 'a', also: ['b,c', 'd&and=e'], group: 'Ring 1' },
    { part: 'compare' as const, firstMs: 0, secondMs: 7, deployment: 'line' },
  ])('when %j is written to an address, it is read back', (asked) => {
    const address = { ...readHistory(''), ...asked };
    expect(readHistory(searchOf(historyAddress(address)))).toEqual(address);
  });

  test('when an address is nonsense, what is usual is shown', () => {
    expect(readHistory('part=x&range=x&from=-1&first=1e99&who=nobody')).toEqual(readHistory(''));
  });

  test.each(['', 'device=press-3', 'kind=but-reports'])(
    'when the address is %j, the hub is asked for every kind but what devices report',
    (search) => {
      const query = queryOf(readHistory(search), 0);
      expect(query.kinds).toContain('tags-changed');
      expect(query.kinds).not.toContain('reported-changed');
      expect(historyQuery.safeParse(query).success).toBe(true);
    },
  );

  test.each([
    ['kind=all', []],
    ['kind=reported-changed', ['reported-changed']],
    ['kind=hub-started,reported-changed', ['hub-started', 'reported-changed']],
  ])('when the address says %j, the hub is asked for %j', (search, kinds) => {
    expect(queryOf(readHistory(search), 0).kinds).toEqual(kinds);
  });

  test('when nothing is chosen, the address is the plain one, and reports have one of their own', () => {
    expect(historyAddress({})).toBe('/history');
    expect(historyAddress({ kinds: [] })).toBe('/history?kind=all');
  });

  test('when the last hour is asked for, the hub is asked from an hour ago on', () => {
    expect(queryOf(readHistory('range=1h&device=d'), 5_000_000)).toMatchObject({
      fromMs: 1_400_000,
      toMs: null,
      deviceId: 'd',
      deploymentId: null,
    });
  });
});

const asked = (search: string) => new Map(rowsAsked(queryOf(readHistory(search), 0)));

describe('which rows are taken along', () => {
  test.each([
    ['', 'every kind but reports of devices'],
    ['kind=all', 'every kind, reports of devices too'],
    ['kind=reported-changed', 'reported'],
    ['kind=tags-changed,<b>', 'tags changed, <b>'],
    [`kind=${kindsOfFamily('images').join(',')}`, 'all of images'],
  ])('when the address is %j, the kinds are told as %j', (search, words) => {
    expect(asked(search).get('What')).toBe(words);
  });

  test('when nothing narrows them, only the time and the kinds are told', () => {
    expect([...asked('').keys()]).toEqual(['When', 'What']);
    expect(asked('').get('When')).toBe('all of it');
  });

  test('when they are narrowed, each bound is told, and a name cannot turn the line around', () => {
    const told = asked(`who=hub&device=press-9&deployment=line&q=a\u202Eb&range=own&from=0&to=1000`);
    expect([...told.keys()]).toEqual(['When', 'What', 'Who', 'Device', 'Deployment', 'Words']);
    expect(told.get('When')).toMatch(/^from .* to /);
    expect(told.get('Who')).toBe('the hub');
    expect(told.get('Words')).not.toContain('\u202E');
  });
});

describe('files', () => {
  const row: HistoryRow = {
    seq: 7,
    atMs: 0,
    kind: 'device-created',
    actor: 'console',
    deviceId: '=cmd|calc',
    moduleId: null,
    deploymentId: null,
    detail: { note: 'a "b"\n' },
    isBrief: false,
  };

  test.each([
    ['=1+1', `"'=1+1"`],
    ['+1', `"'+1"`],
    ['-1', `"'-1"`],
    ['@x', `"'@x"`],
    ['\t=1', `"'\t=1"`],
    ['a,b', '"a,b"'],
    ['say "hi"', '"say ""hi"""'],
  ])('when a text %j is written to a table, it is no formula', (text, field) => {
    expect(csvField(text)).toBe(field);
  });

  test.each([
    [0, '1970-01-01T00:00:00.000+00:00'],
    [330, '1970-01-01T05:30:00.000+05:30'],
    [-90, '1969-12-31T22:30:00.000-01:30'],
  ])('when the zone is %d minutes ahead of UTC, a table has the time of the wall with that', (offsetMin, text) => {
    expect(localTime(0, offsetMin)).toBe(text);
  });

  test('when a row is written, it has a column for each head, and its detail whole', () => {
    const line = fileLine(row, 'csv');
    expect(line).toContain(`"'=cmd|calc"`);
    expect(line.match(/,(?=")/g)?.length).toBe(fileHead('csv').split(',').length - 2);
    expect(JSON.parse(fileLine(row, 'jsonl'))).toMatchObject({ seq: 7, detail: row.detail });
  });
});

const bytes = (text: string) => new TextEncoder().encode(text);

describe('bodies', () => {
  test.each([
    ['{"a":1}', 'json'],
    ['plain\ntext', 'text'],
    ['\u0000\u0001', 'hex'],
  ] as const)('when a body is %j, it is shown as %s', (text, shape) => {
    expect(shapeOf(bytes(text))).toBe(shape);
  });

  test('when a body is no text at all, its bytes are laid out', () => {
    const body = Uint8Array.from([0, 255, 65]);
    expect(shapeOf(body)).toBe('hex');
    expect(bodyText(body, 'hex')).toMatch(/^000000 {2}00 ff 41 +\.\.A$/);
    expect(bodyText(new Uint8Array(100_000), 'hex').length).toBeLessThan(25_000);
  });

  test('when a text turns directions or colours, that is seen and has no power', () => {
    expect(bodyText(bytes('a\u202Eb\u001B[31m\nc'), 'text')).toBe('a\uFFFDb\uFFFD[31m\nc');
  });

  test('when a body holds numbers, they are found by where they stand', () => {
    expect([...numbersIn(jsonOf(bytes('{"a":{"b":2},"c":1,"d":"x","e":[3]}')))]).toEqual([
      ['a.b', 2],
      ['c', 1],
    ]);
  });
});

test('when flushes come, the tree keeps its order and counts, whatever order they come in', () => {
  const row = { moduleId: null, output: '', bytes: 1, atMs: 5, size: 1, preview: 'x' };
  const flush = { total: 3, dropped: 1, rate: null };
  const first = withFlush(emptyLive, { ...flush, rows: [{ ...row, deviceId: 'b', count: 1 }] });
  const second = withFlush(first, {
    ...flush,
    rows: [
      { ...row, deviceId: 'a', moduleId: 'web', output: 'out', count: 1 },
      { ...row, deviceId: 'b', count: 2 },
    ],
  });
  expect(branchesOf(second).map(({ deviceId, count }) => [deviceId, count])).toEqual([
    ['a', 1],
    ['b', 2],
  ]);
  expect(branchesOf(second).flatMap(({ topics }) => topics.map(topicWord))).toEqual(['web › out', 'the device itself']);
});

test.each([
  ['running', 'Running', 'good'],
  ['stale:running', 'Running when last heard of', 'unknown'],
  ['failed:500', 'Failed with code 500', 'bad'],
  ['hub-off', 'Not known: the hub was off', 'unknown'],
  ['well', 'As it should be', 'good'],
  ['constructor', 'constructor', 'busy'],
])('when a state is told as %s, it reads %s and looks %s', (state, word, look) => {
  expect(stateWords(state)).toEqual({ word, look });
});
