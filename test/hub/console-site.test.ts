// The site itself over the console's procedures: facts while somebody follows, settings without a secret, copies of the database,
// and diagnostics that a person can hand on.
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { SiteNews } from '#contract/console-site.ts';
import { openSiteCa } from '#hub/certificates/site-ca.ts';
import { openServerCertificate } from '#hub/certificates/server-certificate.ts';
import { eventually } from '#test/support/eventually.ts';
import { createFakeClock } from '#test/support/fake-clock.ts';
import { aServiceKey, aSiteDesk } from '#test/support/site-desk-double.ts';
import { aMemoryStore, aStoreIn, aTemporaryFolder, putDevice } from '#test/support/test-store.ts';

const follower = (signal?: AbortSignal) => ({ isLagging: () => false, signal });

async function aDesk(place: Parameters<typeof aSiteDesk>[1] = {}) {
  const dataDir = aTemporaryFolder();
  const clock = createFakeClock();
  const store = aStoreIn(dataDir, { clock });
  const desk = aSiteDesk({ store, clock }, { dataDir, ...place });
  desk.start();
  onTestFinished(() => desk.stop());
  return { desk, console: desk.console, store, clock, dataDir };
}

const kindsOf = (store: ReturnType<typeof aMemoryStore>) =>
  store.read.journal.list({ limit: 1000 }).map(({ kind }) => kind);

test('when facts are followed, they are told whole, measured, and again only when they changed', async () => {
  const { console, clock, dataDir } = await aDesk({ connections: () => 7 });
  const leaving = new AbortController();
  const told: SiteNews[] = [];
  const reading = (async () => {
    for await (const news of console.followSite(follower(leaving.signal))) told.push(news);
  })();
  await eventually(() => expect(told).toHaveLength(1));
  const [first] = told;
  expect(first).toMatchObject({ version: '1.2.3', connections: 7, clockJump: null, backup: null, imageBytes: 0 });
  expect(first?.databaseBytes).toBeGreaterThan(4096);
  expect(first?.disk?.totalBytes).toBeGreaterThan(first?.disk?.freeBytes ?? Infinity);

  // It has nothing to do with the disk's own moods: only what is told twice would be wrong.
  clock.advance(10_000);
  writeFileSync(join(dataDir, 'hub.db-wal'), Buffer.alloc(1_000_000));
  await eventually(() => {
    clock.advance(10_000);
    expect(told.at(-1)?.databaseBytes).toBeGreaterThan(1_000_000);
  });
  leaving.abort();
  await reading;
  for (const [index, news] of told.entries()) expect(news).not.toEqual(told[index + 1]);
});

test('when nobody follows, nothing is measured', async () => {
  let asked = 0;
  const { clock } = await aDesk({
    connections: () => {
      asked += 1;
      return 0;
    },
  });
  clock.advance(100_000);
  await Promise.resolve();
  expect(asked).toBe(0);
});

test('when the clock is set while the hub runs, it is journaled and told for a day; sleep of the machine is no jump', async () => {
  let up = 0;
  const { console, store, clock } = await aDesk({ upMs: () => up });
  const pass = (ms: number) => {
    for (let passed = 0; passed < ms; passed += 1_000) {
      up += 1_000;
      clock.advance(1_000);
    }
  };
  pass(60_000);
  // Asleep: the machine's time and the wall's go on alike.
  up += 3_600_000;
  clock.jumpTo(clock.nowMs() + 3_600_000);
  pass(10_000);
  expect(kindsOf(store)).toEqual([]);
  clock.jumpTo(clock.nowMs() - 7_200_000);
  pass(10_000);
  expect(store.read.journal.list({ limit: 9 })).toMatchObject([
    { kind: 'clock-jumped', actor: 'hub', detail: { byMs: -7_200_000 } },
  ]);
  const leaving = new AbortController();
  for await (const news of console.followSite(follower(leaving.signal))) {
    expect(news.clockJump).toMatchObject({ byMs: -7_200_000 });
    leaving.abort();
  }
  pass(10_000);
  expect(kindsOf(store)).toEqual(['clock-jumped']);
});

test('when the clock stands behind the last row of the journal at the start, that is told', async () => {
  const clock = createFakeClock(Date.UTC(2026, 5, 1));
  const store = aMemoryStore(clock);
  store.change((write) => write.journal.append({ kind: 'hub-stopped', actor: 'hub' }));
  clock.jumpTo(Date.UTC(2025, 5, 1));
  const desk = aSiteDesk({ store, clock }, { upMs: () => 0 });
  desk.start();
  desk.stop();
  expect(store.read.journal.list({ limit: 9 })).toMatchObject([
    { kind: 'hub-stopped' },
    { kind: 'clock-jumped', detail: { byMs: -365 * 24 * 3_600_000 } },
  ]);
});

test('when settings are asked for, certificates are told with their end, and no secret is in them', async () => {
  const { console, dataDir, clock } = await aDesk();
  const ca = await openSiteCa({ dir: dataDir, clock });
  await openServerCertificate({ dir: dataDir, ca, clock, names: ['laptop', '10.0.0.7'] });
  const settings = await console.settings();
  expect(settings).toMatchObject({ dataDir, httpsPort: 8443, caPem: ca.certificatePem, version: '1.2.3' });
  expect(settings.certificates).toMatchObject([
    { purpose: 'site-ca', names: [], fingerprint: expect.stringMatching(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/) },
    { purpose: 'server', names: ['laptop', '10.0.0.7'] },
  ]);
  const [authority, server] = settings.certificates;
  expect(authority?.endsAtMs).toBeGreaterThan(server?.endsAtMs ?? Infinity);
  expect(server?.endsAtMs).toBeGreaterThan(clock.nowMs());
  const text = JSON.stringify(settings);
  expect(text).not.toContain(aServiceKey);
  expect(text).not.toContain('PRIVATE');
  expect(settings.retention.find(({ what }) => what === 'journal')).toMatchObject({ isPruned: false, rows: 0 });
});

test('when the connection string is shown, it is whole, and the journal tells that it was', async () => {
  const { console, store } = await aDesk();
  expect(console.reveal({ what: 'service-connection-string' }).text).toContain(`SharedAccessKey=${aServiceKey}`);
  expect(store.read.journal.list({ limit: 9 })).toMatchObject([{ kind: 'service-key-shown', actor: 'console' }]);
  expect(JSON.stringify(store.read.journal.list({ limit: 9 }))).not.toContain(aServiceKey);
});

test('when a copy is asked for, it is listed, journaled, and shown while it is made; a second one has to wait', async () => {
  const { console, store, dataDir } = await aDesk();
  putDevice(store);
  const leaving = new AbortController();
  const steps: unknown[] = [];
  const reading = (async () => {
    for await (const { backup } of console.followSite(follower(leaving.signal))) steps.push(backup?.step ?? null);
  })();
  await eventually(() => expect(steps).toEqual([null]));
  const first = console.backUp();
  await expect(console.backUp()).rejects.toMatchObject({ kind: 'unready', code: 'backup.busy' });
  const made = await first;
  expect(made).toMatchObject({ reason: 'asked', bytes: expect.any(Number) });
  const { rows, mostKept } = await console.backups();
  expect(rows).toEqual([made]);
  expect(mostKept).toBe(5);
  expect(readdirSync(join(dataDir, 'backups'))).toEqual([made.fileName]);
  expect(store.read.journal.list({ limit: 9 }).at(-1)).toMatchObject({
    kind: 'backup-made',
    detail: { fileName: made.fileName, bytes: made.bytes },
  });
  await eventually(() => expect(steps.at(-1)).toBeNull());
  leaving.abort();
  await reading;
});

test('when a copy is cancelled, there is none, and it is not journaled', async () => {
  const { console, store, dataDir } = await aDesk();
  const making = console.backUp();
  console.cancelBackup();
  await expect(making).rejects.toMatchObject({ code: 'backup.cancelled' });
  expect((await console.backups()).rows).toEqual([]);
  expect(readdirSync(join(dataDir, 'backups'))).toEqual([]);
  expect(kindsOf(store)).toEqual([]);
});

test('when other files lie beside the copies, they are not listed', async () => {
  const { console, dataDir } = await aDesk();
  mkdirSync(join(dataDir, 'backups', 'hub-v9-1.db'), { recursive: true });
  for (const name of ['hub-v7-1.db', 'hub-asked-x.db.part', 'notes.txt'])
    writeFileSync(join(dataDir, 'backups', name), 'x');
  expect((await console.backups()).rows).toMatchObject([
    { fileName: 'hub-v7-1.db', reason: 'before-migration', bytes: 1 },
  ]);
});

describe('what cannot be read is told, and never taken for nothing', () => {
  test('when the folder of the copies cannot be read, the list says so; before the first copy it is empty', async () => {
    const { console, dataDir } = await aDesk();
    expect(await console.backups()).toEqual({ rows: [], mostKept: 5, unread: [] });
    const path = join(dataDir, 'backups');
    writeFileSync(path, 'no folder');
    expect(await console.backups()).toMatchObject({ rows: [], unread: [{ what: 'backups', path, isMissing: false }] });
  });

  test('when one copy cannot be looked at, it is told by its path beside those that can', async () => {
    const { console, dataDir } = await aDesk();
    const dir = join(dataDir, 'backups');
    mkdirSync(dir);
    writeFileSync(join(dir, 'hub-v7-1.db'), 'x');
    symlinkSync('hub-asked-2.db', join(dir, 'hub-asked-2.db'));
    const { rows, unread } = await console.backups();
    expect(rows).toMatchObject([{ fileName: 'hub-v7-1.db' }]);
    expect(unread).toEqual([
      {
        what: 'backup',
        path: join(dir, 'hub-asked-2.db'),
        reason: 'it is a link that leads to itself',
        isMissing: false,
      },
    ]);
  });

  test('when certificates are gone, damaged or no files, the settings name each once, with why', async () => {
    const { console, dataDir } = await aDesk();
    const [ca, server] = [join(dataDir, 'site-ca.pem'), join(dataDir, 'server.pem')];
    writeFileSync(server, 'nothing of a certificate');
    expect(await console.settings()).toMatchObject({
      caPem: null,
      certificates: [],
      unread: [
        { what: 'site-ca', path: ca, reason: 'it is not there', isMissing: true },
        { what: 'server', path: server, reason: 'what is in it is damaged', isMissing: false },
      ],
    });
    mkdirSync(ca);
    const { unread } = await console.settings();
    expect(unread.map(({ path, reason }) => `${path}: ${reason}`)).toContain(`${ca}: it is a folder`);
    expect(unread).toHaveLength(2);
  });

  test('when the database cannot be looked at, its size is not known rather than none', async () => {
    const { desk, store, dataDir } = await aDesk();
    const other = aSiteDesk({ store, clock: createFakeClock() }, { dataDir: join(dataDir, 'gone') });
    onTestFinished(() => other.stop());
    const diagnosed = JSON.parse((await other.console.diagnostics()).text) as { readonly kept: object };
    expect(diagnosed.kept).toMatchObject({ databaseBytes: null });
    expect(JSON.parse((await desk.console.diagnostics()).text)).toMatchObject({
      kept: { databaseBytes: expect.any(Number) },
      unread: [{ what: 'site-ca' }, { what: 'server' }],
    });
  });
});

const pem = '-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMG\n-----END PRIVATE KEY-----';
const otherKey = Buffer.alloc(32, 9).toString('base64');
const secrets = [
  `HostName=h;SharedAccessKey=${otherKey}`,
  'SharedAccessSignature sr=h&sig=QUJDREVG%3D&se=1',
  'http://127.0.0.1:8080/#token=abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
  'password=hunter2 secret = swordfish',
  'Authorization: Bearer eyJhbGciOi',
  pem,
  aServiceKey,
];

test('when diagnostics are written, they tell much, and no key, token or password is in them', async () => {
  const lines = [
    ...secrets.map((text) => JSON.stringify({ level: 30, msg: text })),
    JSON.stringify({ msg: 'nested', auth: { primaryKey: otherKey, password: 'hunter2' }, cookie: 'lanyard=xyzzy' }),
    'a line that is no JSON, sig=QUJDREVG%3D',
  ];
  const { console, store } = await aDesk({ recentLog: () => lines });
  putDevice(store);
  const { fileName, text } = await console.diagnostics();
  expect(fileName).toMatch(/^lanyard-diagnostics-[\d-]+\.json$/);
  const content = JSON.parse(text) as { log: unknown[] };
  expect(content).toMatchObject({
    product: 'Lanyard',
    hub: { version: '1.2.3', https: 'https://127.0.0.1:8443' },
    counts: { devices: 1, deployments: 0, rollouts: 0 },
    kept: { databaseBytes: expect.any(Number), backups: [] },
  });
  expect(content.log).toHaveLength(lines.length);
  const openers = [
    aServiceKey,
    otherKey,
    'QUJDREVG',
    'abcdefghijklmnop',
    'hunter2',
    'swordfish',
    'eyJhbGciOi',
    'xyzzy',
    'MIGHAgEA',
  ];
  for (const opener of openers) expect(text).not.toContain(opener);
  expect(text).not.toContain('cHJpbWFyeQ==');
  expect(existsSync(fileName)).toBe(false);
});
