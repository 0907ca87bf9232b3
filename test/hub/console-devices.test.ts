// Many devices at once through the console's API: each is done or told why not, with the journal of any other door.
import { expect, test } from 'vitest';
import type { DeviceId } from '#base/ids.ts';
import { parseConnectionString } from '#contract/connection-string.ts';
import { consoleCaller } from '#test/support/console-caller.ts';
import { freshHubParts } from '#test/support/fresh-hub-parts.ts';

const sas = { type: 'sas' } as const;

const parts = freshHubParts();

function setUp(signal?: AbortSignal) {
  const api = consoleCaller(parts, signal);
  const device = (id: string) => parts.store.read.devices.get(id as DeviceId);
  const make = (...deviceIds: string[]) =>
    api.createDevices({ deviceIds, isEdge: false, authentication: sas, tags: null });
  return { ...parts, api, device, make, tagsOf: (id: string) => parts.store.read.twins.subject(id as DeviceId)?.tags };
}

test('when devices are made, each has keys of its own, its tags, and a connection string that its agent can use', async () => {
  const { api, device, tagsOf, store } = setUp();
  const made = await api.createDevices({
    deviceIds: ['pump-1', 'pump-2'],
    isEdge: true,
    authentication: sas,
    tags: { site: 'north', ['__proto__']: 'kept' },
  });
  expect(made.map(({ deviceId, problem }) => [deviceId, problem])).toEqual([
    ['pump-1', null],
    ['pump-2', null],
  ]);
  const [first, second] = made.map(({ connectionString }) => parseConnectionString(connectionString ?? ''));
  expect(first).toMatchObject({ ok: true, value: { hostName: '127.0.0.1:8883', deviceId: 'pump-1' } });
  expect(first?.ok === true && first.value.sharedAccessKey).not.toBe(
    second?.ok === true && second.value.sharedAccessKey,
  );
  expect(device('pump-1')).toMatchObject({ isEdge: true, authentication: { type: 'sas' } });
  expect(Object.entries(tagsOf('pump-2') ?? {})).toEqual([
    ['site', 'north'],
    ['__proto__', 'kept'],
  ]);
  const [created] = store.read.journal.ofDevice('pump-1' as DeviceId, 10, ['device-created']);
  expect(created).toMatchObject({ actor: 'console', detail: { isEdge: true } });
  // The keys are in no journal.
  expect(JSON.stringify(store.read.journal.list({ limit: 100 }))).not.toContain('SharedAccessKey');
});

test('when one of them cannot be made, it says why and the others are made', async () => {
  const { make, device } = setUp();
  await make('there');
  const made = await make('there', 'a b', 'new');
  expect(made.map(({ deviceId, connectionString }) => [deviceId, connectionString !== null])).toEqual([
    ['there', false],
    ['a b', false],
    ['new', true],
  ]);
  expect(made[0]?.problem).toContain("'there' is already registered");
  expect(made[1]?.problem).toContain('1 to 128 letters, digits');
  expect(device('new')).toBeDefined();
});

test('when a device proves itself with a certificate, a thumbprint is asked for and no connection string is told', async () => {
  const { api, device } = setUp();
  const base = { isEdge: false, tags: null };
  const thumbprint = 'ab'.repeat(20);
  const own = { type: 'selfSigned' as const, primaryThumbprint: thumbprint, secondaryThumbprint: '' };
  expect(await api.createDevices({ ...base, deviceIds: ['own'], authentication: own })).toEqual([
    { deviceId: 'own', problem: null, connectionString: null },
  ]);
  expect(device('own')?.authentication).toMatchObject({ primaryThumbprint: thumbprint.toUpperCase() });
  const [without] = await api.createDevices({
    ...base,
    deviceIds: ['without'],
    authentication: { ...own, primaryThumbprint: '' },
  });
  expect(without?.problem).toContain('at least one thumbprint');
  const authentication = { type: 'certificateAuthority' } as const;
  await api.createDevices({ ...base, deviceIds: ['signed'], authentication });
  expect(device('signed')?.authentication).toEqual(authentication);
});

test('when devices are tagged, tags not named stay and null takes one away; one that is gone is told', async () => {
  const { api, make, tagsOf } = setUp();
  await make('a', 'b');
  const tag = (patch: Record<string, string | null>) =>
    api.changeDevices({ deviceIds: ['a', 'gone', 'b'], change: { kind: 'tag', patch } });
  await tag({ site: 'north', ring: 'one' });
  const outcomes = await tag({ site: null });
  expect(tagsOf('a')).toEqual({ ring: 'one' });
  expect(tagsOf('b')).toEqual({ ring: 'one' });
  expect(outcomes.map(({ problem }) => problem === null)).toEqual([true, false, true]);
  expect(outcomes[1]?.problem).toContain("'gone'");
});

test('when devices are disabled, enabled or deleted, their keys stay as they are and nothing is written twice', async () => {
  const { api, make, device, store } = setUp();
  await make('a', 'b');
  const before = device('a')?.authentication;
  const deviceIds = ['a', 'b'];
  await api.changeDevices({ deviceIds, change: { kind: 'disable' } });
  await api.changeDevices({ deviceIds, change: { kind: 'disable' } });
  expect(device('a')).toMatchObject({ status: 'disabled', version: 2, authentication: before });
  await api.changeDevices({ deviceIds: ['a'], change: { kind: 'enable' } });
  expect(device('a')?.status).toBe('enabled');
  await api.changeDevices({ deviceIds, change: { kind: 'delete' } });
  expect(store.read.devices.count()).toBe(0);
  const kinds = store.read.journal.ofDevice('b' as DeviceId, 10).map(({ kind, actor }) => `${kind} by ${actor}`);
  expect(kinds).toEqual(['device-deleted by console', 'device-updated by console', 'device-created by console']);
});

test('when a condition is asked, all that it means come page by page, edge devices or not; a mistake is told with its place', async () => {
  const { api, make } = setUp();
  await make('a', 'b', 'c', 'd');
  await api.createDevices({ deviceIds: ['e'], isEdge: true, authentication: sas, tags: null });
  await api.changeDevices({ deviceIds: ['a', 'c', 'e'], change: { kind: 'tag', patch: { site: 'north' } } });
  const condition = "tags.site = 'north'";
  const first = await api.deviceMatches({ condition, limit: 2 });
  expect(first).toEqual({ ok: true, deviceIds: ['a', 'c'], next: 'c' });
  expect(await api.deviceMatches({ condition, after: 'c', limit: 2 })).toEqual({
    ok: true,
    deviceIds: ['e'],
    next: null,
  });
  expect(await api.deviceMatches({ condition: '', limit: 2 })).toEqual({ ok: true, deviceIds: [], next: null });
  const wrong = await api.deviceMatches({ condition: 'tags.site == 1', limit: 2 });
  expect(wrong).toMatchObject({ ok: false, problems: [{ message: expect.any(String) }] });
});

test('when whoever asked a condition leaves, it is answered no more', async () => {
  const left = new AbortController();
  const { api, make } = setUp(left.signal);
  await make(...Array.from({ length: 50 }, (_, at) => `d${at}`));
  left.abort();
  await expect(api.deviceMatches({ condition: '*', limit: 1_000 })).rejects.toThrow();
});

test.each([
  ['too many', Array.from({ length: 51 }, (_, at) => `d${at}`)],
  ['none', []],
])('when %s devices are named in one call, it is refused whole', async (_words, deviceIds) => {
  const { api, store } = setUp();
  await expect(api.createDevices({ deviceIds, isEdge: false, authentication: sas, tags: null })).rejects.toThrow(
    'deviceIds',
  );
  expect(store.read.devices.count()).toBe(0);
});
