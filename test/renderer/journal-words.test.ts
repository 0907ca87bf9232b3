// Every row of the journal as a sentence: what it says, what it links to, and what a hostile text cannot do to it.
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import { briefDetail } from '#contract/journal-brief.ts';
import type { JournalKind } from '#domain/records/journal-event.ts';
import { journalKinds } from '#renderer/words/journal-kinds.ts';
import type { ToldEntry } from '#renderer/words/journal-sentence.ts';
import { journalText, journalWords } from '#renderer/words/journal-words.ts';

function anEntry(kind: JournalKind, detail: JsonObject = {}, ids: Partial<ToldEntry> = {}): ToldEntry {
  return { kind, deviceId: 'pump-1', moduleId: null, deploymentId: 'line', detail, ...ids };
}

const agent = { moduleId: '$edgeAgent' };

test.each<[string, ToldEntry]>([
  ['Edge device pump-1 was added.', anEntry('device-created', { isEdge: true })],
  [
    'Device pump-1 was changed, and is disabled: status.',
    anEntry('device-updated', { status: 'disabled', changed: ['status'] }),
  ],
  ['Module web was added to pump-1.', anEntry('module-created', {}, { moduleId: 'web' })],
  ['pump-1 connected from 10.0.0.7:4410.', anEntry('device-connected', { address: '10.0.0.7:4410' })],
  [
    '$edgeAgent of pump-1 disconnected: it fell silent.',
    anEntry('device-disconnected', { reason: 'device-silent' }, agent),
  ],
  [
    'pump-1 came and went 40 times, and is not connected.',
    anEntry('device-disconnected', { reason: 'flapping', count: 40 }),
  ],
  [
    '12 connections from many addresses turned away: its key is wrong.',
    anEntry('connection-refused', { address: 'many', reason: 'wrong-key', count: 12 }, { deviceId: null }),
  ],
  ['Tags of pump-1 changed: site, floor.', anEntry('tags-changed', { patch: { site: 'a', floor: 1 }, version: 3 })],
  [
    '$edgeAgent of pump-1 reported version 7: a, b, c and 2 more.',
    anEntry('reported-changed', { patch: { a: 1, b: 1, c: 1, d: 1, e: 1 }, version: 7 }, agent),
  ],
  [
    'pump-1 was given revision 4, from base and 2 layers.',
    anEntry('configuration-changed', { revision: 4, base: 'base', applied: ['base', 'l1', 'l2'] }),
  ],
  [
    'pump-1 was given revision 5, with no deployment: it keeps what it runs.',
    anEntry('configuration-changed', { revision: 5, base: null, applied: [] }),
  ],
  [
    "Layered deployment line was created with priority 3, for tags.site='a'.",
    anEntry('deployment-created', { type: 'layer', priority: 3, targetCondition: "tags.site='a'" }),
  ],
  ['Attempt 2 of line was sent to pump-1.', anEntry('rollout-sent', { number: 1, attempt: 2, version: 9 })],
  [
    'Rollout of line: pump-1 failed and was taken back (web did not start); and 1 further event.',
    anEntry('rollout-advanced', {
      events: [
        { kind: 'time-passed' },
        { kind: 'attempt-ended', deviceId: 'pump-1', verdict: 'failed-rolled-back', reason: 'web did not start.' },
      ],
    }),
  ],
  [
    'Rollout of line: its devices went on (2 reports).',
    anEntry('rollout-advanced', { events: [{ kind: 'device-up', deviceId: 'a' }, { kind: 'time-passed' }] }),
  ],
  ['Images may take as much as the disk has.', anEntry('image-quota-changed', { bytes: null })],
  ['Images may take 2.0 GB.', anEntry('image-quota-changed', { bytes: 2e9 })],
  [
    'The clock of this machine was set back by 3 h: ages told from before are off by as much.',
    anEntry('clock-jumped', { byMs: -10_800_000 }),
  ],
  ['A message to pump-1 was taken back.', anEntry('cloud-message-expired', { reason: 'purged' })],
])('when it is told, it reads "%s"', (text, entry) => {
  expect(journalText(entry)).toBe(text);
});

test('when a sentence names things, it says what to link to', () => {
  expect(
    journalWords(anEntry('rollout-sent', { attempt: 1, version: 2 })).filter((part) => typeof part !== 'string'),
  ).toEqual([
    { to: 'rollout', id: 'line' },
    { to: 'device', id: 'pump-1' },
  ]);
});

describe.each(journalKinds)('when a row is %s', (kind) => {
  test('with no detail at all, it is still one sentence without holes', () => {
    const text = journalText(anEntry(kind, {}, { deviceId: null, deploymentId: null }));
    expect(text).toMatch(/^[A-Z$a-z0-9]/);
    expect(text).not.toMatch(/undefined|null|NaN|\[object/);
  });

  test('with a detail of the wrong shape, nothing is thrown and nothing treacherous is said', () => {
    const evil = '<b>\u202E\u001B[31m\u0000';
    const keys = [
      'address',
      'reason',
      'name',
      'patch',
      'version',
      'changed',
      'events',
      'routes',
      'type',
      'limits',
      'from',
    ];
    for (const value of [evil, [evil, { kind: evil }], { [evil]: evil }, 7, true, null]) {
      const detail = Object.fromEntries(keys.map((key) => [key, value]));
      const text = journalText(anEntry(kind, detail, { deviceId: evil, moduleId: evil, deploymentId: evil }));
      // oxlint-disable-next-line no-control-regex -- these very characters are looked for
      expect(text).not.toMatch(/[\u0000-\u001F\u202E]/);
    }
  });
});

test('when a detail is cut to a brief, its sentence stays the same', () => {
  const applied = Array.from({ length: 40 }, (_, n) => `deployment-${n}`);
  const entry = anEntry('configuration-changed', {
    revision: 4,
    base: applied[0] ?? '',
    applied,
    desired: [{ patch: {} }],
  });
  expect(journalText({ ...entry, detail: briefDetail(entry.detail) })).toBe(journalText(entry));
});

test('when a detail is endless, its brief is not', () => {
  const names = Array.from({ length: 10_000 }, (_, n) => `device-${n}`);
  const detail = {
    evaluate: names,
    patch: Object.fromEntries(names.map((name) => [name, name])),
    text: 'x'.repeat(1e6),
  };
  expect(JSON.stringify(briefDetail(detail)).length).toBeLessThan(1_000);
});
