// Every row of the journal as a sentence: what it says, what it links to, and what a hostile text cannot do to it.
import { describe, expect, test } from 'vitest';
import { briefDetail } from '#contract/journal-brief.ts';
import { journalKinds } from '#renderer/words/journal-kinds.ts';
import type { ToldEntry } from '#renderer/words/journal-sentence.ts';
import { aToldRow } from '#test/support/told-row.ts';
import { journalText, journalWords } from '#renderer/words/journal-words.ts';

const agent = { moduleId: '$edgeAgent' };

const sentences: readonly (readonly [string, ToldEntry])[] = [
  ['Edge device pump-1 was added.', aToldRow('device-created', { isEdge: true })],
  ['Device pump-1 was added.', aToldRow('device-created', { isEdge: false })],
  [
    'Device pump-1 was changed: whether it may connect. It is disabled and may not connect.',
    aToldRow('device-updated', { status: 'disabled', changed: ['status'] }),
  ],
  [
    'Device pump-1 was changed: its keys or certificate.',
    aToldRow('device-updated', { status: 'enabled', changed: ['authentication'] }),
  ],
  ['Device pump-1 was deleted.', aToldRow('device-deleted')],
  ['Module web was added to pump-1.', aToldRow('module-created', {}, { moduleId: 'web' })],
  [
    'Module web of pump-1 was changed: its keys or certificate.',
    aToldRow('module-updated', { changed: ['authentication'] }, { moduleId: 'web' }),
  ],
  ['Module web of pump-1 was deleted.', aToldRow('module-deleted', {}, { moduleId: 'web' })],
  ['Group canary was made or given other members.', aToldRow('group-changed', { groupId: 'canary' })],
  ['Group canary was deleted.', aToldRow('group-changed', { groupId: 'canary', isDeleted: true })],
  [
    'The rings of rollouts were set, the first one first: canary and rest.',
    aToldRow('group-changed', { rings: ['canary', 'rest'] }),
  ],
  ['No group is a ring of rollouts any more.', aToldRow('group-changed', { rings: [] })],
  ['pump-1 connected from 10.0.0.7:4410.', aToldRow('device-connected', { address: '10.0.0.7:4410' })],
  ['Module web of pump-1 connected.', aToldRow('device-connected', {}, { moduleId: 'web' })],
  [
    'The agent of pump-1 disconnected: it fell silent.',
    aToldRow('device-disconnected', { reason: 'device-silent' }, agent),
  ],
  [
    'pump-1 came and went 40 times, and is not connected.',
    aToldRow('device-disconnected', { reason: 'flapping', count: 40 }),
  ],
  [
    '12 connections from many addresses were turned away: its key is wrong.',
    aToldRow('connection-refused', { address: 'many', reason: 'wrong-key', count: 12 }, { deviceId: null }),
  ],
  [
    "A connection from 10.0.0.7 for the agent of pump-1 was turned away: its token has expired. The device's clock may be wrong, or this laptop's.",
    aToldRow('connection-refused', { address: '10.0.0.7', reason: 'token-expired', count: 1 }, agent),
  ],
  [
    'Two clients connect as the agent of pump-1 and push one another out, 1 time so far, from 10.0.0.7 and 10.0.0.8.',
    aToldRow('identity-contested', { takeovers: 1, addresses: ['10.0.0.7', '10.0.0.8'] }, agent),
  ],
  [
    'Tags of pump-1 changed: site = a and floor removed.',
    aToldRow('tags-changed', { patch: { site: 'a', floor: null }, version: 3 }),
  ],
  [
    'Desired values of module web of pump-1 changed: mode = 1 (version 4).',
    aToldRow('desired-changed', { patch: { mode: 1 }, version: 4 }, { moduleId: 'web' }),
  ],
  ['pump-1 reported: heat = 20.', aToldRow('reported-changed', { patch: { heat: 20 }, version: 7 })],
  [
    'pump-1 was given revision 4, from base and 2 layers.',
    aToldRow('configuration-changed', { revision: 4, base: 'base', applied: ['base', 'l1', 'l2'] }),
  ],
  [
    'pump-1 was given revision 5, with no deployment: it keeps what it runs.',
    aToldRow('configuration-changed', { revision: 5, base: null, applied: [] }),
  ],
  ['The values that line left on pump-1 are to be taken away.', aToldRow('configuration-cleared')],
  [
    'pump-1 keeps what it has, for its new configuration cannot be given to it: It is too large.',
    aToldRow('configuration-refused', { reason: 'It is too large.' }),
  ],
  [
    'The modules of pump-1 were set by hand, past the deployments: web and db.',
    aToldRow('manifest-set', { modules: ['web', 'db'] }),
  ],
  [
    '1 route of pump-1 cannot be read and is skipped: up.',
    aToldRow('routes-skipped', { routes: { up: 'no FROM' }, count: 1 }),
  ],
  [
    'Method ping was called on the agent of pump-1; the answer was 200 · done.',
    aToldRow('method-called', { name: 'ping', status: 200 }, agent),
  ],
  ['A message to pump-1 was queued.', aToldRow('cloud-message-queued')],
  ['pump-1 took a message.', aToldRow('cloud-message-taken')],
  ['A message to pump-1 was taken back.', aToldRow('cloud-message-expired', { reason: 'purged' })],
  [
    'Messages between modules of pump-1 never arrived: 3 past their time.',
    aToldRow('module-messages-dropped', { expired: 3 }),
  ],
  [
    "Layered deployment line was created with priority 3, for tags.site='a'.",
    aToldRow('deployment-created', { type: 'layer', priority: 3, targetCondition: "tags.site='a'" }),
  ],
  [
    'Base deployment line was changed with priority 3, for no device.',
    aToldRow('deployment-updated', { type: 'base', priority: 3, targetCondition: '' }),
  ],
  ['Deployment line was deleted.', aToldRow('deployment-deleted')],
  [
    'Limits of deployments were set: max modules 5.',
    aToldRow('deployment-limits-changed', { limits: { maxModules: 5 } }),
  ],
  [
    'The import of site.json ended early: 3 of 9 items are in. Import it again to go on.',
    aToldRow('file-import-interrupted', { fileName: 'site.json', items: 9, done: 3 }),
  ],
  [
    'A rollout of line was started. A person made it.',
    aToldRow('rollout-created', { cause: { reason: 'A person made it.' } }),
  ],
  [
    "The rollback line was deployed. It takes 'v2' back. 2 of 2 devices failed.",
    aToldRow('rollout-created', {
      status: 'finished',
      takesBackNumber: 7,
      cause: { reason: "It takes 'v2' back. 2 of 2 devices failed." },
    }),
  ],
  ['Rollout of line: attempt 2 was sent to pump-1.', aToldRow('rollout-sent', { number: 1, attempt: 2, version: 9 })],
  [
    'Rollout of line: nothing had to be sent to pump-1 (attempt 1).',
    aToldRow('rollout-sent', { attempt: 1, version: null }),
  ],
  [
    'Rollout of line: 1 device may switch now, past all locks and hooks.',
    aToldRow('rollout-switch-released', { isForced: true, evaluate: ['pump-1'] }),
  ],
  [
    'The log of attempt 2 of line on pump-1 is here, 12 KB.',
    aToldRow('attempt-log-kept', { attempt: 2, totalBytes: 12_000, isWhole: true }),
  ],
  [
    'A part of an image is damaged or gone (sha256:0123456789ab): no device gets it. Bring the image again.',
    aToldRow('image-damaged', { digest: 'sha256:0123456789abcdef' }),
  ],
  [
    'The damaged part of an image came again and is whole (sha256:0123456789ab).',
    aToldRow('image-healed', { digest: 'sha256:0123456789abcdef' }),
  ],
  [
    'Image plant/web:1 was removed from this hub.',
    aToldRow('image-removed', { repository: 'plant/web', tag: '1', digest: 'sha256:0' }),
  ],
  [
    'Image plant/web@sha256:0123456789ab was stored on this hub.',
    aToldRow('image-stored', { repository: 'plant/web', tag: null, digest: 'sha256:0123456789abcdef' }),
  ],
  ['1 image came from a file: site.tar.', aToldRow('images-brought', { kind: 'file', from: 'site.tar', images: 1 })],
  [
    '2.0 GB of disk was freed: 1 image and 7 parts of images that nothing names any more were deleted.',
    aToldRow('images-collected', { manifests: 1, blobs: 7, freedBytes: 2e9 }),
  ],
  ['Images may take as much as the disk has.', aToldRow('image-quota-changed', { bytes: null })],
  ['Images may take 2.0 GB of the disk.', aToldRow('image-quota-changed', { bytes: 2e9 })],
  ['How devices fetch images was set: pulls at once 4.', aToldRow('image-shares-changed', { pullsAtOnce: 4 })],
  ['The hub started.', aToldRow('hub-started')],
  ['The hub stopped.', aToldRow('hub-stopped')],
  [
    'The journal was changed by other means than the hub: from row 7 on it proves nothing.',
    aToldRow('journal-broken', { seq: 7 }),
  ],
  [
    "The database's log was damaged, and 1 change that was saved is lost.",
    aToldRow('changes-lost', { page: 3, changes: 1 }),
  ],
  ['The service key was made anew: tools with the old one are turned away.', aToldRow('service-key-rotated')],
  ['The service connection string was shown, with its key.', aToldRow('service-key-shown')],
  [
    'From its next start the hub is to listen at 0.0.0.0, HTTPS at port 8443 and MQTT at port 8883.',
    aToldRow('listening-chosen', { host: '0.0.0.0', httpsPort: 8443, mqttPort: 8883 }),
  ],
  ['A copy of the database was made: hub-1.db, 12 MB.', aToldRow('backup-made', { fileName: 'hub-1.db', bytes: 12e6 })],
  [
    'The clock of this machine was set back by 3 h: times of rows before this one are off by as much.',
    aToldRow('clock-jumped', { byMs: -10_800_000 }),
  ],
  ['Rollout of line: time went by, and nothing came of it yet.', aToldRow('rollout-advanced')],
];

test.each(sentences)('when it is told, it reads "%s"', (text, entry) => {
  expect(journalText(entry)).toBe(text);
});

test('when all kinds are read aloud, none was left out', () => {
  const told = new Set(sentences.map(([, { kind }]) => kind));
  expect(journalKinds.filter((kind) => !told.has(kind))).toEqual([]);
});

test('when a sentence names things, it says what to link to', () => {
  expect(
    journalWords(aToldRow('rollout-sent', { attempt: 1, version: 2 })).filter((part) => typeof part !== 'string'),
  ).toEqual([
    { to: 'rollout', id: 'line' },
    { to: 'device', id: 'pump-1' },
  ]);
});

describe.each(journalKinds)('when a row is %s', (kind) => {
  test('with no detail at all, it is still one sentence without holes', () => {
    const text = journalText(aToldRow(kind, {}, { deviceId: null, deploymentId: null }));
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
      'images',
      'rings',
      'takeovers',
      'evaluate',
      'wayBack',
      'status',
      'digest',
    ];
    for (const value of [evil, [evil, { kind: evil }], { [evil]: evil }, 7, true, null]) {
      const detail = Object.fromEntries(keys.map((key) => [key, value]));
      const text = journalText(aToldRow(kind, detail, { deviceId: evil, moduleId: evil, deploymentId: evil }));
      // oxlint-disable-next-line no-control-regex -- these very characters are looked for
      expect(text).not.toMatch(/[\u0000-\u001F\u202E]/);
    }
  });
});

test('when a detail is cut to a brief, its sentence stays the same', () => {
  const applied = Array.from({ length: 40 }, (_, n) => `deployment-${n}`);
  const entry = aToldRow('configuration-changed', {
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
