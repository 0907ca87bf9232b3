// Devices that run any other agent know no holds: what they hear they do. Whoever sleeps finds what it had, until a window opens.
import { expect, test } from 'vitest';
import { deploymentId } from '#test/support/hub-parts.ts';
import { foldedRollout } from '#test/support/journal-fold.ts';
import { rolloutSite } from '#test/support/rollout-site.ts';

const site = rolloutSite();
// The clock of the site stands at the beginning of a Thursday.
const windows = [{ days: [4, 5], fromMinute: 0, toMinute: 60, timeZone: 'UTC' }];
const hourMs = 3_600_000;
const policy = { windows, stepLimitMs: hourMs / 6, settleMs: 10_000 };
const [nine, friday] = [Date.UTC(2026, 0, 1, 9), Date.UTC(2026, 0, 2)];

const modulesOf = (id: string): readonly string[] => Object.keys(site.agentOf(id).desired.value['modules'] ?? {});
const explanationOf = (id: string): string | undefined =>
  site.operations
    .rolloutDevices({ deploymentId: 'v2', after: null, limit: 10 })
    .rows.find(({ deviceId }) => deviceId === id)?.explanation;

async function passTo(atMs: number): Promise<void> {
  await site.pass(atMs - site.parts.clock.nowMs());
  await site.pass(2000);
}

async function sleep(id: string): Promise<void> {
  site.connect(id, 'Disconnected');
  await site.settle();
  await site.pass(2000);
}

async function wake(id: string): Promise<void> {
  site.connect(id);
  await site.settle();
  await site.pass(2000);
}

/** As IoT Edge's agent says that it carried out what it was sent. */
async function carriesOut(id: string): Promise<void> {
  const running = { status: 'running', runtimeStatus: 'running', type: 'docker' };
  const wanted = modulesOf(id).map((name) => [name, { ...running, settings: { image: `${name}:1` } }] as const);
  // Twins are merged: what is gone is taken out.
  const modules = { v2: null, ...Object.fromEntries(wanted) };
  const systemModules = { edgeAgent: { runtimeStatus: 'running' }, edgeHub: { runtimeStatus: 'running' } };
  const { version } = site.agentOf(id).desired;
  await site.report(id, { lastDesiredVersion: version, lastDesiredStatus: { code: 200 }, modules, systemModules });
  await site.pass(12_000);
  await site.pass(2000);
}

async function rollBack(): Promise<void> {
  await site.operations.orderRollout({ deploymentId: 'v2', order: 'rollBack' });
  await site.settle();
}

test('when one dropped off before it heard of its change, it finds what it had, is held, and gets it in the next window', async () => {
  await site.devices('d1');
  await site.rollOut(policy);
  expect(modulesOf('d1')).toEqual(['web', 'v2']);
  await sleep('d1');
  expect(modulesOf('d1')).toEqual(['web']);
  await passTo(nine);
  await wake('d1');
  await carriesOut('d1');
  expect(modulesOf('d1')).toEqual(['web']);
  expect(explanationOf('d1')).toBe(
    'It has all it needs for attempt 1 and holds its switch: its agent knows no maintenance windows, so that the hub sends it nothing ' +
      'before one opens. It goes on when the next window opens, or a person says now.',
  );
  await passTo(friday);
  expect(modulesOf('d1')).toEqual(['web', 'v2']);
  expect(site.standings()).toEqual({ d1: 'installing' });
  await carriesOut('d1');
  expect(site.standings()).toEqual({ d1: 'success' });
  expect(site.operations.rolloutAttempts({ deploymentId: 'v2', deviceId: 'd1' })).toHaveLength(1);
  expect(foldedRollout(site.parts.store.read, 'v2')).toEqual(site.state());
});

test('when it wakes while the window is open still, it is sent it at once', async () => {
  await site.devices('d1');
  await site.rollOut(policy);
  await sleep('d1');
  await wake('d1');
  expect(modulesOf('d1')).toEqual(['web', 'v2']);
  await carriesOut('d1');
  expect(site.standings()).toEqual({ d1: 'success' });
});

test('when one sleeps while all is rolled back, it keeps what it has until it is awake in a window', async () => {
  await site.devices('d1', 'd2');
  await site.rollOut(policy);
  await carriesOut('d1');
  await sleep('d1');
  const { version } = site.agentOf('d1').desired;
  await rollBack();
  expect(modulesOf('d1')).toEqual(['web', 'v2']);
  expect(modulesOf('d2')).toEqual(['web']);
  await carriesOut('d2');
  expect(site.state().status).toBe('rolled-back');
  await passTo(nine);
  await wake('d1');
  await site.pass(hourMs);
  expect(site.agentOf('d1').desired.version).toBe(version);
  expect(explanationOf('d1')).toContain('the hub sends it nothing before one opens');
  await passTo(friday);
  expect(modulesOf('d1')).toEqual(['web']);
  await carriesOut('d1');
  expect(site.standings()).toEqual({ d1: 'rolled-back', d2: 'rolled-back' });
  expect(foldedRollout(site.parts.store.read, 'v2')).toEqual(site.state());
});

test('when its way back brings an earlier content, it keeps what it has until then all the same', async () => {
  await site.devices('d1', 'd2');
  const action = { kind: 'roll-back-to', deploymentId: deploymentId('v1') } as const;
  await site.rollOut({ ...policy, stop: { atLeastFailed: 1, comparison: '≥', percent: 1, action } });
  await carriesOut('d1');
  await sleep('d1');
  await rollBack();
  expect(site.bases()).toMatchObject({ d1: 'v2', d2: 'v1-again-1' });
  await passTo(friday);
  await wake('d1');
  expect(site.bases()).toMatchObject({ d1: 'v1-again-1' });
});

test('when it was rolled back before it was given anything, there is nothing that it could keep', async () => {
  await site.devices('d1');
  await site.rollOut(policy);
  await sleep('d1');
  await rollBack();
  expect(modulesOf('d1')).toEqual(['web']);
  await passTo(nine);
  await wake('d1');
  expect(modulesOf('d1')).toEqual(['web']);
});

test('when it has answered, or is awake as the window shuts, nothing is taken from it', async () => {
  await site.devices('d1', 'd2');
  await site.rollOut({ ...policy, stepLimitMs: 2 * hourMs });
  const { version } = site.agentOf('d1').desired;
  await site.report('d1', { lastDesiredVersion: version, lastDesiredStatus: { code: 200 } });
  await sleep('d1');
  await site.pass(60 * 60_000);
  for (const id of ['d1', 'd2']) expect(modulesOf(id)).toEqual(['web', 'v2']);
});

test.each([
  ['is of another that took its place', { agent: '1.0' }, { version: '1.5' }, ['web']],
  ['is itself', { agent: '1.0' }, { version: '1.0' }, ['web', 'v2']],
  ['is of before, and does not say', { attempt: {} }, { version: '0.9' }, ['web', 'v2']],
])('when what an agent of Lanyard reported %s, that is known', async (_title, lanyard, version, modules) => {
  await site.devices('d1');
  await site.report('d1', { lanyard, version });
  await site.rollOut(policy);
  await sleep('d1');
  expect(modulesOf('d1')).toEqual(modules);
});

test('when a person says now, it is sent it whether a window is open or not', async () => {
  await site.devices('d1');
  await site.rollOut(policy);
  await sleep('d1');
  await passTo(nine);
  await wake('d1');
  site.operations.switchNow({ deploymentId: 'v2', deviceIds: null, isForced: false });
  await site.settle();
  expect(modulesOf('d1')).toEqual(['web', 'v2']);
});
