// What needs a person of the site itself: a real disk that fills, real certificates that end, images that were seen damaged, and
// configurations that cannot be sent.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { type AppError, broken, refused } from '#base/errors.ts';
import type { JsonObject } from '#base/json.ts';
import type { Digest } from '#domain/manifests/image-digest.ts';
import type { JournalKind } from '#domain/records/journal-event.ts';
import { openSiteCa } from '#hub/certificates/site-ca.ts';
import { createAttentionMachine } from '#hub/console/attention-machine.ts';
import type { Store } from '#store/store-types.ts';
import { anAttentionWatch, mattersOf } from '#test/support/attention-watch.ts';
import { createFakeClock } from '#test/support/fake-clock.ts';
import { aSmallDisk, fillUp } from '#test/support/small-disk.ts';
import { aTemporaryFolder } from '#test/support/test-store.ts';

const dayMs = 24 * 3_600_000;
const madeAtMs = Date.UTC(2026, 0, 1);
const yearMs = 365.25 * dayMs;

test('when the data folder is gone, nothing is told of a disk, and the rest is', async () => {
  const failures = new Map([['pump', refused('twin.too-large', 'It is too large.')]]);
  const watch = anAttentionWatch({ failures, dataDir: join(aTemporaryFolder(), 'gone') });
  watch.putDevice({ id: 'pump' });
  watch.follow();
  await watch.until((items) => expect(mattersOf(items)).toMatchObject([{ kind: 'configuration-refused' }]));
});

test('when the disk fills, it is urgent since then, and it goes when there is room', async (context) => {
  const dataDir = aSmallDisk();
  if (dataDir === null) return context.skip('mounting a small disk needs root');
  const watch = anAttentionWatch({ dataDir });
  watch.follow();
  await watch.until((items) => expect(items).toEqual([]));
  fillUp(dataDir);
  let sinceMs: number | null = null;
  await watch.until((items) => {
    expect(items).toMatchObject([
      { level: 'urgent', matter: { kind: 'disk-low', freeBytes: 0, totalBytes: 2 * 1024 * 1024 } },
    ]);
    sinceMs = items[0]?.sinceMs ?? null;
  });
  expect(sinceMs).toBeGreaterThan(madeAtMs);
  // It is the same matter however often it is looked at.
  watch.clock.advance(60_000);
  await watch.until((items) => expect(items).toMatchObject([{ key: 'disk-low', sinceMs }]));
  rmSync(join(dataDir, 'other-program'));
  await watch.until((items) => expect(items).toEqual([]));
});

test('when a look at the machine takes longer than the next is due, there is one, and the next comes after it', async () => {
  const machine = createAttentionMachine({
    dataDir: aTemporaryFolder(),
    clock: createFakeClock(),
    log: pino({ level: 'silent' }),
  });
  const first = machine.measure();
  expect(machine.measure()).toBe(first);
  await first;
  expect(machine.measure()).not.toBe(first);
});

test('when files of the site are there and cannot be read, each is told until it can', async () => {
  const dataDir = aTemporaryFolder();
  const [backups, server] = [join(dataDir, 'backups'), join(dataDir, 'server.pem')];
  writeFileSync(backups, 'no folder');
  writeFileSync(server, 'no certificate');
  const watch = anAttentionWatch({ dataDir });
  watch.follow();
  await watch.until((items) =>
    expect(items).toMatchObject([
      { level: 'warning', sinceMs: expect.any(Number), matter: { kind: 'file-unread', what: 'server', path: server } },
      { level: 'warning', matter: { kind: 'file-unread', what: 'backups', path: backups } },
    ]),
  );
  for (const path of [backups, server]) rmSync(path);
  await watch.until((items) => expect(items).toEqual([]));
});

describe('certificates', () => {
  /** A folder with those of a site that was begun at `madeAtMs`. */
  async function aSiteFolder(): Promise<string> {
    const dir = aTemporaryFolder();
    const ca = await openSiteCa({ dir, clock: createFakeClock(madeAtMs) });
    const { certificatePem, privateKeyPem } = await ca.issueServerCertificate(['127.0.0.1']);
    writeFileSync(join(dir, 'server.pem'), privateKeyPem + certificatePem);
    return dir;
  }

  async function toldAt(dataDir: string, startMs: number) {
    const watch = anAttentionWatch({ dataDir, startMs });
    watch.follow();
    let told: readonly string[] = [];
    await watch.until((items) => {
      const ending = items.filter(({ matter }) => matter.kind !== 'file-unread');
      told = ending.map(({ level, sinceMs, matter }) => {
        if (matter.kind !== 'certificate-ending' || sinceMs === null) throw new Error(`${matter.kind} was told`);
        return `${level}: ${matter.purpose}, told ${(matter.endsAtMs - sinceMs) / dayMs} days before`;
      });
    });
    return told;
  }

  const serverEndsAtMs = madeAtMs + 2 * yearMs;
  const authorityEndsAtMs = madeAtMs + 25 * yearMs;
  const renewed = ['urgent: server, told 30 days before'];

  test.each<[string, number, readonly string[]]>([
    ['31 days before that of the hub ends', serverEndsAtMs - 31 * dayMs, []],
    ['29 days before that of the hub ends', serverEndsAtMs - 29 * dayMs, ['warning: server, told 30 days before']],
    ['a day after that of the hub ended', serverEndsAtMs + dayMs, renewed],
    ['366 days before the authority ends', authorityEndsAtMs - 366 * dayMs, renewed],
    [
      '364 days before the authority ends',
      authorityEndsAtMs - 364 * dayMs,
      [...renewed, 'warning: site-ca, told 365 days before'],
    ],
    [
      'a day after the authority ended',
      authorityEndsAtMs + dayMs,
      ['urgent: site-ca, told 365 days before', ...renewed],
    ],
  ])('when it is %s, what ends is told as bad as it is', async (_, nowMs, told) => {
    expect(await toldAt(await aSiteFolder(), nowMs)).toEqual(told);
  });

  test.each(['', 'no certificate at all', '-----BEGIN CERTIFICATE-----\nhalf of o'])(
    'when the file of one holds %j, no end is told of it, and that of the other still is',
    async (text) => {
      const dir = await aSiteFolder();
      writeFileSync(join(dir, 'server.pem'), text);
      expect(await toldAt(dir, authorityEndsAtMs - dayMs)).toEqual(['warning: site-ca, told 365 days before']);
    },
  );
});

const digestOf = (n: number) => `sha256:${String(n).padStart(64, '0')}` as Digest;
const append = (store: Store, kind: JournalKind, detail: JsonObject) =>
  store.change((write) => write.journal.append({ kind, actor: 'hub', detail }));

describe('images', () => {
  const putBlob = (store: Store, n: number) =>
    store.change((write) =>
      write.images.putBlob({ digest: digestOf(n), bytes: 4, sums: Buffer.alloc(4), addedAtMs: 1 }),
    );
  const damage = (store: Store, n: number, atMs: number) =>
    store.change((write) => {
      write.images.damageBlob(digestOf(n), atMs);
      write.journal.append({ kind: 'image-damaged', actor: 'hub', detail: { digest: digestOf(n) } });
    });

  test.each<[string, JsonObject]>([
    ['names a blob that is sound', { digest: digestOf(1) }],
    ['names a blob that is not there', { digest: digestOf(9) }],
    ['names no blob', {}],
    ['names what is no digest', { digest: '../../etc/passwd' }],
    ['holds something else', { digest: 7 }],
  ])('when a row %s, no damage is told of it, and the damage beside it is', async (_, detail) => {
    const watch = anAttentionWatch();
    for (const n of [1, 2]) putBlob(watch.store, n);
    append(watch.store, 'image-damaged', detail);
    damage(watch.store, 2, watch.clock.nowMs());
    watch.follow();
    await watch.until((items) => expect(mattersOf(items)).toMatchObject([{ digests: [digestOf(2)], images: 1 }]));
  });

  test('when pieces are damaged, before or while somebody looks, they are one matter until each came again', async () => {
    const watch = anAttentionWatch();
    const { store, clock } = watch;
    for (let n = 1; n <= 7; n += 1) putBlob(store, n);
    const sinceMs = clock.nowMs();
    damage(store, 1, sinceMs);
    clock.advance(60_000);
    watch.follow();
    const matterOf = (...seen: number[]) => ({
      kind: 'images-damaged',
      digests: seen.map(digestOf),
      images: seen.length,
    });
    await watch.until((items) => expect(items).toMatchObject([{ level: 'urgent', sinceMs, matter: matterOf(1) }]));
    damage(store, 2, clock.nowMs());
    await watch.until((items) => expect(items).toMatchObject([{ sinceMs, matter: matterOf(1, 2) }]));
    // Told again, it is no other piece.
    append(store, 'image-damaged', { digest: digestOf(2) });
    putBlob(store, 1);
    append(store, 'image-healed', { digest: digestOf(1) });
    await watch.until((items) => expect(mattersOf(items)).toEqual([matterOf(2)]));
    // Five are named, and all are counted.
    for (let n = 3; n <= 7; n += 1) damage(store, n, clock.nowMs());
    await watch.until((items) => expect(mattersOf(items)).toEqual([{ ...matterOf(2, 3, 4, 5, 6), images: 6 }]));
    for (let n = 2; n <= 7; n += 1) putBlob(store, n);
    await watch.until((items) => expect(items).toEqual([]));
  });
});

describe('configurations that cannot be sent', () => {
  const tooLarge = refused('twin.too-large', 'It is 40 KB: 32 KB fit.');

  test('when the hub itself fails on a device, its words stay in the log', async () => {
    const failures = new Map([['pump', broken('SELECT secret FROM keys failed')]]);
    const watch = anAttentionWatch({ failures });
    watch.putDevice({ id: 'pump' });
    watch.follow();
    await watch.until((items) =>
      expect(items).toMatchObject([
        { level: 'urgent', matter: { reason: 'The hub failed on it; its log says why.', deviceIds: ['pump'] } },
      ]),
    );
  });

  test('when many wait for the same reason, they are one matter; another reason is another', async () => {
    const ids = ['g', 'f', 'e', 'd', 'c', 'b', 'a'];
    const failures = new Map<string, AppError>(ids.map((id) => [id, tooLarge]));
    failures.set('other', refused('twin.too-large', 'x'.repeat(10_000)));
    const watch = anAttentionWatch({ failures });
    for (const id of failures.keys()) watch.putDevice({ id });
    watch.follow();
    await watch.until((items) =>
      expect(mattersOf(items)).toMatchObject([
        { kind: 'configuration-refused', reason: tooLarge.message, deviceIds: ids.toSorted(), devices: 7 },
        { kind: 'configuration-refused', reason: `${'x'.repeat(500)}…`, deviceIds: ['other'], devices: 1 },
      ]),
    );
  });

  test('when what was refused is taken back and the device has it all already, the matter goes', async () => {
    const failures = new Map<string, AppError>([['pump', tooLarge]]);
    const watch = anAttentionWatch({ failures });
    watch.putDevice({ id: 'pump' });
    watch.follow();
    await watch.until((items) => expect(items).toHaveLength(1));
    // Nothing is written for the device, so that no row tells of it.
    failures.delete('pump');
    watch.removeDeployment('base');
    await watch.until((items) => expect(items).toEqual([]));
  });
});
