// What the console may ask: shapes and sizes are checked at the wire, and what passes reaches the hub as it was sent.
import { beforeEach, expect, test } from 'vitest';
import { consoleCaller } from '#test/support/console-caller.ts';
import { runningHubParts } from '#test/support/fresh-hub-parts.ts';
import { aBase, aNewDeployment, deviceId, deviceIdentity } from '#test/support/hub-parts.ts';

const parts = runningHubParts();

beforeEach(async () => {
  parts.registry.createDevice({ deviceId: deviceId('d1'), isEdge: true }, 'service');
  parts.deployments.create(aBase('base', { modules: ['m1'] }), 'service');
  await parts.controller.settled();
});

const creation = ({ id, priority, targetCondition, content }: ReturnType<typeof aNewDeployment>) => ({
  kind: 'create' as const,
  id,
  priority,
  targetCondition,
  content,
});

test('when a device is asked about, its view, revisions and their comparison are answered', async () => {
  parts.deployments.create(
    aNewDeployment('fast', { priority: 3, content: { $edgeAgent: {}, m1: { 'properties.desired.rate': 2 } } }),
    'service',
  );
  await parts.controller.settled();
  const api = consoleCaller(parts);
  const view = await api.effective({ deviceId: 'd1' });
  expect(view).toMatchObject({ deviceId: 'd1', base: 'base', applied: ['base', 'fast'], unmanaged: null });
  const { rows } = await api.revisions({ deviceId: 'd1', limit: 10 });
  expect(rows[0]).toMatchObject({ revision: view.revision, applied: ['base', 'fast'] });
  const to = view.revision ?? 0;
  const compared = await api.compareRevisions({ deviceId: 'd1', from: to - 1, to });
  expect(compared.changes).toMatchObject([{ moduleId: 'm1', path: ['rate'], kind: 'added', writtenAfter: 'fast' }]);
  await expect(api.effective({ deviceId: 'd1', revision: 99 })).rejects.toThrow("Device 'd1' has no revision 99");
});

test('when a change is previewed, its groups and their devices are answered, and the condition is told as it is typed', async () => {
  const api = consoleCaller(parts);
  const answer = await api.preview({ changes: [creation(aBase('next', { priority: 5, modules: ['m2'] }))] });
  if (!answer.ok) throw new Error('refused');
  expect(answer.groups).toMatchObject([{ devices: 1, after: { base: 'next' } }]);
  const page = await api.previewDevices({ previewId: answer.previewId, group: 0, after: null, limit: 200 });
  expect(page).toEqual({ deviceIds: ['d1'], next: null });
  expect(await api.matchesOf({ condition: "deviceId = 'd1'", limit: 5 })).toMatchObject({
    count: 1,
    deviceIds: ['d1'],
  });
  const leaving = consoleCaller(parts, AbortSignal.abort());
  await expect(leaving.preview({ changes: [{ kind: 'delete', id: 'base' }] })).rejects.toThrow(/cancelled/);
});

test('when deployments are listed, healthy is among their numbers, and a device names its failing module', async () => {
  const identity = { ...deviceIdentity('d1'), moduleId: '$edgeAgent' as never };
  const { version } = parts.twins.get(identity).desired;
  const report = (runtimeStatus: string) =>
    parts.twins.report(identity, {
      lastDesiredVersion: version,
      lastDesiredStatus: { code: 200 },
      modules: { m1: { runtimeStatus, exitCode: 3, settings: { image: 'm1:1' } } },
    });
  const api = consoleCaller(parts);
  await report('running');
  expect((await api.deployments({ after: null, limit: 10 })).rows).toMatchObject([
    { id: 'base', appliedCount: 1, reportedSuccessfulCount: 1, healthyCount: 1 },
  ]);
  await report('backoff');
  expect((await api.deployments({ after: null, limit: 10 })).rows).toMatchObject([
    { id: 'base', appliedCount: 1, reportedSuccessfulCount: 1, healthyCount: 0 },
  ]);
  expect((await api.device({ deviceId: 'd1' }))?.health).toEqual({
    isHealthy: false,
    outcome: 'success',
    troubles: [{ module: 'm1', kind: 'failing', reason: 'ended with code 3 and waits to be started again' }],
  });
});

test('when a tag patch or a content holds prototype keys, they are plain keys and pollute nothing', async () => {
  const patch = JSON.parse('{"__proto__": {"polluted": true}, "constructor": 1}') as Record<string, never>;
  const api = consoleCaller(parts);
  const answer = await api.preview({ changes: [{ kind: 'tag', deviceIds: ['d1'], patch }] });
  expect(answer).toMatchObject({ ok: true, counts: { unaffected: 1 } });
  const content = JSON.parse('{"$edgeAgent": {}, "__proto__": {"properties.desired": {"x": 1}}}') as Record<
    string,
    never
  >;
  const refusedContent = await api.preview({ changes: [creation(aNewDeployment('new', { priority: 2, content }))] });
  expect(refusedContent).toMatchObject({ ok: true });
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});

const change = { kind: 'delete', id: 'base' };
test.each<
  readonly [string, 'effective' | 'revisions' | 'compareRevisions' | 'preview' | 'previewDevices' | 'matchesOf', object]
>([
  ['a page too large', 'effective', { deviceId: 'd1', limit: 201 }],
  ['a page of nothing', 'revisions', { deviceId: 'd1', limit: 0 }],
  ['revision 0', 'effective', { deviceId: 'd1', revision: 0 }],
  ['a revision that is no number', 'compareRevisions', { deviceId: 'd1', from: 'first', to: 2 }],
  ['no device', 'effective', { deviceId: '' }],
  ['a key that is not known', 'effective', { deviceId: 'd1', at: 5 }],
  ['no change', 'preview', { changes: [] }],
  ['101 changes', 'preview', { changes: Array.from({ length: 101 }, () => change) }],
  ['a change of no kind', 'preview', { changes: [{ kind: 'rename', id: 'base' }] }],
  ['tags of nobody', 'preview', { changes: [{ kind: 'tag', deviceIds: [], patch: {} }] }],
  ['tags that are a list', 'preview', { changes: [{ kind: 'tag', deviceIds: ['d1'], patch: [] }] }],
  [
    'a deployment without content',
    'preview',
    { changes: [{ kind: 'create', id: 'x', priority: 1, targetCondition: '' }] },
  ],
  ['a preview before the first', 'previewDevices', { previewId: 0, group: 0, after: null, limit: 5 }],
  ['a condition of a megabyte', 'matchesOf', { condition: ' '.repeat(1_000_000), limit: 5 }],
])('when the console asks for %s, it is turned away at the door', async (_what, procedure, input) => {
  const ask = consoleCaller(parts)[procedure] as (input: object) => Promise<unknown>;
  await expect(ask(input)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
});

test('when twins are searched for, a query is answered page by page, and one that is none is refused', async () => {
  parts.registry.createDevice({ deviceId: deviceId('d2') }, 'service');
  const api = consoleCaller(parts);
  const query = 'SELECT deviceId FROM devices';
  const first = await api.query({ query, limit: 1 });
  expect(first).toEqual({ kind: 'raw', rows: [{ deviceId: 'd1' }], continuation: expect.any(String) });
  const { rows, continuation } = await api.query({ query, limit: 1, continuation: first.continuation });
  expect([rows, continuation]).toEqual([[{ deviceId: 'd2' }], null]);
  await expect(api.query({ query: 'SELECT', limit: 1 })).rejects.toMatchObject({ cause: { code: 'query.invalid' } });
});
