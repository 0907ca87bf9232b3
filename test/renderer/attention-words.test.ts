// Whatever needs a person, as it is told: one sentence of what happened, where, since when, and the next step with its address.
import { describe, expect, test } from 'vitest';
import type { AttentionItem, AttentionMatter } from '#contract/console-site.ts';
import { attentionInWords, attentionWords } from '#renderer/words/attention-words.ts';
import { parseCondition } from '#domain/conditions/condition.ts';
import { filterPath, readFilter } from '#renderer/words/device-filter.ts';
import { conditionOfDevices } from '#renderer/words/paths.ts';

type Kind = AttentionMatter['kind'];
type Of<K extends Kind> = Extract<AttentionMatter, { kind: K }>;

const dayMs = 24 * 3_600_000;
const nowMs = Date.UTC(2026, 10, 21, 12);
const three = { deviceIds: ['pump-1', 'pump-2', 'pump-3'], devices: 3, sinceMs: null };
const stuck = { deploymentId: 'line 2', devices: 3, deviceIds: ['pump-1', 'pump-2'] };
const one = { deviceIds: ['pump-1'], devices: 1, sinceMs: null };

/** One of each kind: another kind does not compile until it is told here. */
const matters: { readonly [K in Kind]: Of<K> } = {
  'journal-broken': { kind: 'journal-broken', seq: 7 },
  'changes-lost': { kind: 'changes-lost', changes: 12 },
  'disk-low': { kind: 'disk-low', freeBytes: 1.2e9, totalBytes: 64e9 },
  'certificate-ending': { kind: 'certificate-ending', purpose: 'server', endsAtMs: nowMs + 12 * dayMs },
  'file-unread': {
    kind: 'file-unread',
    what: 'backups',
    path: '/data/backups',
    reason: 'this program may not read it',
    isMissing: false,
  },
  'images-damaged': { kind: 'images-damaged', digests: [`sha256:${'a'.repeat(64)}`], images: 1 },
  'rollout-stopped': {
    kind: 'rollout-stopped',
    deploymentId: 'line 2',
    status: 'paused',
    isByPerson: false,
    reason: 'too many failed',
    failures: 2,
    devices: 9,
  },
  'rollout-waits': { kind: 'rollout-waits', deploymentId: 'v2', name: 'rest', number: 2, waves: 3, after: 'a' },
  'rollout-person-now': { kind: 'rollout-person-now', ...stuck },
  'rollout-held': { kind: 'rollout-held', held: 1, behind: 4, reason: 'Module plc is locked', ...stuck },
  'rollout-asleep': { kind: 'rollout-asleep', name: 'canary', number: 2, waves: 3, ...stuck, deviceIds: [] },
  'rollout-silent': { kind: 'rollout-silent', succeeded: 1, ...stuck },
  'configuration-refused': { kind: 'configuration-refused', reason: 'It is 40 KB: 32 KB fit.', ...three },
  'devices-failing': { kind: 'devices-failing', module: 'web', reason: 'ended with code 137', ...three },
  'identity-contested': {
    kind: 'identity-contested',
    deviceId: 'pump-1',
    moduleId: 'web',
    addresses: ['10.0.0.2', '10.0.0.3'],
  },
  'connections-refused': {
    kind: 'connections-refused',
    address: '10.0.0.66',
    reason: 'wrong-key',
    count: 40,
    deviceId: 'pump-1',
  },
  'clock-jumped': { kind: 'clock-jumped', byMs: -2 * 3_600_000 },
  'clocks-off': { kind: 'clocks-off', worstMs: -3 * 3_600_000, measured: 9, isHubSuspect: false, ...three },
  'devices-offline': { kind: 'devices-offline', ...three },
};
const kinds = Object.keys(matters) as readonly Kind[];

const listOf = (...ids: string[]) => filterPath({ query: conditionOfDevices(ids) });
const wordsOf = (matter: AttentionMatter) => attentionWords({ matter }, nowMs);
const anItem = (matter: AttentionMatter, parts: Partial<AttentionItem> = {}): AttentionItem => ({
  key: 'k',
  level: 'urgent',
  sinceMs: nowMs,
  matter,
  ...parts,
});

test.each<[AttentionMatter, string]>([
  [
    matters['journal-broken'],
    'From row 7 on the journal proves nothing: the database was changed by other means than this hub.',
  ],
  [matters['changes-lost'], "12 changes that were on disk are lost: the database's log was damaged before this start."],
  [
    { kind: 'changes-lost', changes: 1 },
    "A change that was on disk is lost: the database's log was damaged before this start.",
  ],
  [
    { kind: 'changes-lost', changes: null },
    "Changes that were on disk are lost: the database's log was damaged before this start.",
  ],
  [matters['disk-low'], 'Only 1.2 GB of 64 GB are free on the disk of the data folder.'],
  [matters['certificate-ending'], "The hub's certificate ends in 12 days: devices refuse it from then on."],
  [
    { kind: 'certificate-ending', purpose: 'server', endsAtMs: nowMs + 3_600_000 },
    "The hub's certificate ends in less than a day: devices refuse it from then on.",
  ],
  [
    { kind: 'certificate-ending', purpose: 'site-ca', endsAtMs: nowMs - 3 * dayMs },
    "The site's authority ended 3 days ago: devices refuse it from then on.",
  ],
  [
    matters['file-unread'],
    'The folder of the copies cannot be read: this program may not read it. Which copies there are is not known. Give the user that runs Lanyard the right to read it, or put a sound one in its place.',
  ],
  [matters['images-damaged'], 'One piece of an image is damaged on this disk.'],
  [{ ...matters['images-damaged'], images: 3 }, '3 pieces of images are damaged on this disk.'],
  [matters['rollout-stopped'], 'The rollout of line 2 is paused: too many failed. 2 of 9 failed.'],
  [
    { ...matters['rollout-stopped'], status: 'rolled-back', failures: 0, reason: 'Ann took it back.' },
    'The rollout of line 2 was rolled back: Ann took it back.',
  ],
  [
    { ...matters['rollout-stopped'], status: 'rolling-back', failures: 0, reason: ' ' },
    'The rollout of line 2 is rolling back: no reason was given.',
  ],
  [
    matters['configuration-refused'],
    '3 devices cannot be given what the deployments make of them: It is 40 KB: 32 KB fit.',
  ],
  [
    { ...matters['configuration-refused'], ...one },
    '1 device cannot be given what the deployments make of it: It is 40 KB: 32 KB fit.',
  ],
  [matters['devices-failing'], 'Module web ended with code 137 on 3 devices.'],
  [
    { ...matters['devices-failing'], module: null, reason: 'code 500', ...one },
    'The configuration failed on 1 device: code 500.',
  ],
  [
    matters['identity-contested'],
    'Two programs connect as pump-1/web and take it from each other, from 10.0.0.2 and 10.0.0.3.',
  ],
  [
    { ...matters['identity-contested'], moduleId: null, addresses: [] },
    'Two programs connect as pump-1 and take it from each other.',
  ],
  [
    { ...matters['identity-contested'], addresses: ['', '10.0.0.3'] },
    'Two programs connect as pump-1/web and take it from each other, from 10.0.0.3.',
  ],
  [matters['connections-refused'], '40 connections from 10.0.0.66 were refused: its key is wrong.'],
  [
    { ...matters['connections-refused'], address: 'many', reason: 'from-a-newer-hub' },
    '40 connections from many addresses were refused: from a newer hub.',
  ],
  [
    { ...matters['connections-refused'], address: '', reason: '' },
    '40 connections from an unknown address were refused: no reason was given.',
  ],
  [matters['clock-jumped'], "This machine's clock was set 2 h back: times shown from before may be off by as much."],
  [
    { kind: 'clock-jumped', byMs: 0 },
    "This machine's clock was set a moment ahead: times shown from before may be off by as much.",
  ],
  [
    matters['clocks-off'],
    "3 clocks are up to 3 h behind this laptop's: tokens and certificates may be refused. Set them, or give a time server.",
  ],
  [
    { ...matters['clocks-off'], ...one, worstMs: 400_000 },
    "The clock of pump-1 is 6 min ahead of this laptop's: tokens and certificates may be refused. Set it, or give a time server.",
  ],
  [
    { ...matters['connections-refused'], reason: 'token-expired' },
    "40 connections from 10.0.0.66 were refused: its token has expired. The device's clock may be wrong, or this laptop's.",
  ],
  [matters['devices-offline'], '3 devices offline for more than an hour.'],
])('when %j needs a person, it reads as one sentence', (matter, what) => {
  expect(wordsOf(matter).what).toBe(what);
});

test.each<[string, AttentionMatter, string, string]>([
  ['journal-broken', matters['journal-broken'], 'See the copies to go back to', '/settings'],
  ['changes-lost', matters['changes-lost'], 'See what is known', '/history'],
  ['disk-low', matters['disk-low'], 'Free up space of images', '/images'],
  ['certificate-ending', matters['certificate-ending'], 'See the certificates', '/settings'],
  ['file-unread', matters['file-unread'], 'See it in the settings', '/settings'],
  ['images-damaged', matters['images-damaged'], 'Import or fetch again', '/images'],
  ['rollout-stopped', matters['rollout-stopped'], 'Decide how it goes on', '/rollouts/line%202'],
  [
    'a rollout that went back',
    { ...matters['rollout-stopped'], status: 'rolled-back' },
    'See what came of it',
    '/rollouts/line%202',
  ],
  ['configuration-refused', matters['configuration-refused'], 'See which deployments', '/devices/pump-1?tab=effective'],
  ['devices-failing', matters['devices-failing'], 'Read a log', '/devices/pump-1?tab=logs'],
  ['one that fails', { ...matters['devices-failing'], ...one }, 'Read its log', '/devices/pump-1?tab=logs'],
  ['identity-contested', matters['identity-contested'], 'Look at the device', '/devices/pump-1'],
  ['connections-refused', matters['connections-refused'], 'Look at the device', '/devices/pump-1'],
  ['refusals of many devices', { ...matters['connections-refused'], deviceId: null }, 'See the history', '/history'],
  ['clock-jumped', matters['clock-jumped'], 'See what happened', '/history'],
  ['devices-offline', matters['devices-offline'], 'See these devices', listOf('pump-1', 'pump-2', 'pump-3')],
  ['clocks-off', matters['clocks-off'], 'See these devices', listOf('pump-1', 'pump-2', 'pump-3')],
  ['one clock', { ...matters['clocks-off'], ...one }, 'Look at the device', '/devices/pump-1'],
  ['one offline', { ...matters['devices-offline'], ...one }, 'Look at the device', '/devices/pump-1'],
])('when %s needs a person, the next step leads where it is done', (_, matter, word, path) => {
  expect(wordsOf(matter).next).toEqual({ word, path });
});

describe('where it is', () => {
  test.each([
    ['devices-failing', '/devices?state=failing'],
    ['devices-offline', '/devices?state=offline'],
    ['configuration-refused', '/devices'],
  ] as const)('when more devices are %s than are named, the others are counted and lead to the list', (kind, list) => {
    const { where, more } = wordsOf({ ...matters[kind], devices: 40 });
    expect(where.map(({ path }) => path)).toEqual(['/devices/pump-1', '/devices/pump-2', '/devices/pump-3']);
    expect(more).toEqual({ word: 'and 37 more', path: list });
    expect(wordsOf(matters[kind]).more).toBeNull();
  });

  test('when the hub names more of them than a line holds, five stand there and the list means all, by name', () => {
    const deviceIds = Array.from({ length: 9 }, (_, number) => `it's-${number}`);
    const { where, more } = wordsOf({ ...matters['devices-failing'], deviceIds, devices: 9 });
    expect(where).toHaveLength(5);
    expect(more).toEqual({ word: 'and 4 more', path: listOf(...deviceIds) });
    const asked = readFilter(new URL(more?.path ?? '', 'http://page').search).query;
    expect(parseCondition(asked)).toMatchObject({ ok: true });
  });

  test('when it is about one device or rollout, that is named; when it is this machine, nothing is', () => {
    const named = kinds.map((kind) => [kind, wordsOf(matters[kind]).where.map(({ word }) => word)] as const);
    expect(Object.fromEntries(named)).toMatchObject({
      'rollout-stopped': ['line 2'],
      'identity-contested': ['pump-1'],
      'connections-refused': ['pump-1'],
      'disk-low': [],
      'certificate-ending': [],
      'images-damaged': [],
      'journal-broken': [],
      'clock-jumped': [],
    });
    expect(wordsOf({ ...matters['connections-refused'], deviceId: null }).where).toEqual([]);
  });
});

test.each<[string, AttentionMatter, string | null]>([
  [
    'a rollout paused by itself',
    matters['rollout-stopped'],
    'No further device is begun until a person lets it go on.',
  ],
  ['a rollout paused by a person', { ...matters['rollout-stopped'], isByPerson: true }, null],
  ['a rollout that went back', { ...matters['rollout-stopped'], status: 'rolled-back' }, null],
  ['a certificate the hub renews', matters['certificate-ending'], 'The hub renews it by itself, and could not.'],
  ["the site's authority", { ...matters['certificate-ending'], purpose: 'site-ca' }, null],
  ['refused configurations', matters['configuration-refused'], 'They keep what they have.'],
  ['a refused configuration', { ...matters['configuration-refused'], ...one }, 'It keeps what it has.'],
  ['damaged images', matters['images-damaged'], 'What is damaged is given to no device.'],
  ['a full disk', matters['disk-low'], null],
])('when it is %s, what the hub did about it is said, and nothing it did not do', (_, matter, done) => {
  expect(wordsOf(matter).done).toBe(done);
});

describe.each(kinds)('when %s is copied', (kind) => {
  test('it says how bad it is, what, since when and what to do, one a line', () => {
    const { what, next } = wordsOf(matters[kind]);
    const lines = attentionInWords(anItem(matters[kind]), nowMs).split('\n');
    expect(lines[0]).toBe(`Urgent: ${what}`);
    expect(lines).toContain('Since: 2026-11-21T12:00:00.000Z');
    expect(lines.at(-1)).toBe(`What you can do: ${next.word}`);
    expect(lines.join()).not.toMatch(/undefined|null|NaN|\[object/);
  });

  test('and nobody knows since when, no time is made up', () => {
    expect(attentionInWords(anItem(matters[kind], { sinceMs: null }), nowMs)).not.toContain('Since');
  });

  test('and every text in it is hostile, it is harmless, and what leads on stays an address', () => {
    const evil = '<b>\u202E\u001B[31m\u0000\nSince: never\u2066';
    const matter = withTexts(matters[kind], evil);
    const { where, next, what } = wordsOf(matter);
    const text = attentionInWords(anItem(matter, { sinceMs: null }), nowMs);
    // oxlint-disable-next-line no-control-regex -- these very characters are looked for
    expect(text).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u202E\u2066]/);
    // No text makes a line of its own.
    expect(text.split('\n').filter((line) => line.startsWith('Since'))).toEqual([]);
    expect(what).not.toBe('');
    for (const { path } of [...where, next]) expect(path).toMatch(/^\/[\w/%.!~*'()?=+-]+$/);
  });

  test('and every text in it is endless, it is not', () => {
    const text = attentionInWords(anItem(withTexts(matters[kind], 'x'.repeat(100_000))), nowMs);
    expect(text.length).toBeLessThan(4_000);
  });
});

const fixed = new Set(['kind', 'status', 'purpose', 'what']);

/** Each text that comes from outside, given way to another. */
function withTexts(matter: AttentionMatter, text: string): AttentionMatter {
  const parts = Object.entries(matter).map(([key, value]: [string, unknown]) => {
    if (fixed.has(key)) return [key, value];
    if (Array.isArray(value)) return [key, value.map(() => text)];
    return [key, typeof value === 'string' ? text : value];
  });
  return Object.fromEntries(parts) as AttentionMatter;
}
