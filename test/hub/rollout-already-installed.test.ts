// Devices that have what a rollout brings: those that run it well are done, and nothing is sent to them; those that fail with it
// open no gate, and prove themselves as any other.
import { beforeEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import type { RolloutPolicy } from '#domain/rollouts/rollout-policy.ts';
import { deviceId } from '#test/support/hub-parts.ts';
import { rollbackSite } from '#test/support/rollback-site.ts';
import { newWave } from '#test/support/rollout-fleet.ts';

const { site, folded } = rollbackSite();

const web = (runtimeStatus: string, more: JsonObject = {}): JsonObject => ({
  web: { runtimeStatus, restartCount: 0, settings: { image: 'web:1' }, ...more },
});
const crashing = web('running', { restartCount: 7 });

/** The newest version was carried out, and this is what came of it. */
const reportOf = (id: string, modules: JsonObject, code = 200): JsonObject => ({
  lastDesiredVersion: site.agentOf(id).desired.version,
  lastDesiredStatus: { code, description: code === 200 ? '' : 'No image.' },
  modules,
});
const report = (id: string, modules: JsonObject, code = 200): Promise<void> =>
  site.report(id, reportOf(id, modules, code));

const inTwo = [newWave({ name: 'first', members: { kind: 'count', count: 1 } }), newWave({ name: 'rest' })];
/** What `v1` gives them already. */
const rollOutSame = (policy: Partial<RolloutPolicy> = {}, id = 'v2'): Promise<void> =>
  site.rollOut({ waves: inTwo, ...policy }, id, []);

const device = () => site.state().devices.get(deviceId('d1'));

beforeEach(async () => {
  await site.devices('d1', 'd2');
  await report('d2', web('running'));
});

test('when a device has what it would get and runs it well, nothing is sent to it, and the next wave opens', async () => {
  await report('d1', web('running'));
  const { version } = site.agentOf('d1').desired;
  await rollOutSame();
  expect(site.standings()).toEqual({ d1: 'already-installed', d2: 'already-installed' });
  expect(site.state().devices.get(deviceId('d1'))).toMatchObject({ reason: 'It had all of it already and ran well.' });
  expect(site.state()).toMatchObject({ status: 'finished', currentWave: 1 });
  expect(site.agentOf('d1').desired.version).toBe(version);
  expect(site.bases()).toEqual({ d1: 'v2', d2: 'v2' });
  expect(folded('v2')).toEqual(site.state());
});

test.each([
  ['d1', 'd2'],
  ['d2', 'd1'],
])(
  'when %s fails with it and %s, evaluated beside it, runs it well, each is taken for itself',
  async (failing, well) => {
    await report(failing, crashing);
    await report(well, web('running'));
    await rollOutSame({ waves: [newWave({ name: 'all' })] });
    expect(site.standings()).toEqual({ [failing]: 'pending', [well]: 'already-installed' });
    expect(site.termsOf(failing)).toMatchObject({ attempt: 1 });
    expect(site.termsOf(well)).toBeNull();
  },
);

describe('a device that has it and fails', () => {
  test.each<[string, () => Promise<void>]>([
    ['has reported nothing', () => Promise.resolve()],
    ['failed to carry it out', () => report('d1', web('running'), 500)],
    ['waits to start its module again', () => report('d1', web('backoff', { exitCode: 1 }))],
    ['ended for good', () => report('d1', web('failed', { exitCode: 1 }))],
    ['fails its health check', () => report('d1', web('unhealthy'))],
    ['keeps ending and being restarted', () => report('d1', crashing)],
    ['does not report its module', () => report('d1', {})],
    ['runs another image', () => report('d1', web('running', { settings: { image: 'web:0' } }))],
    ['told of an older version', () => site.report('d1', { ...reportOf('d1', web('running')), lastDesiredVersion: 1 })],
  ])('when it %s, it is begun as any other, and the next wave stays shut', async (_, told) => {
    await told();
    const { version } = site.agentOf('d1').desired;
    await rollOutSame();
    expect(site.standings()).toEqual({ d1: 'pending', d2: 'pending' });
    expect(site.state()).toMatchObject({ status: 'in-progress', currentWave: 0 });
    expect(site.termsOf('d1')).toMatchObject({ attempt: 1 });
    expect(site.agentOf('d1').desired.version).toBe(version + 1);
    await site.end('d1', 'failed-rolled-back');
    expect(site.standings()).toEqual({ d1: 'failure', d2: 'pending' });
    expect(site.state()).toMatchObject({ status: 'paused', currentWave: 0 });
    expect(folded('v2')).toEqual(site.state());
  });

  test('when it is switched off, it waits and opens nothing, and begins when it wakes', async () => {
    await report('d1', crashing);
    site.connect('d1', 'Disconnected');
    await site.settle();
    await rollOutSame();
    expect(site.standings()).toEqual({ d1: 'pending', d2: 'pending' });
    expect(site.state()).toMatchObject({ currentWave: 0 });
    expect(site.termsOf('d1')).toBeNull();
    site.connect('d1');
    await site.settle();
    expect(site.termsOf('d1')).toMatchObject({ attempt: 1 });
  });

  test('when an earlier rollout sent it the same terms, a version of its own keeps the earlier end apart', async () => {
    await report('d1', crashing);
    await rollOutSame({}, 'v2');
    await site.end('d1');
    await report('d1', web('running'));
    await site.pass(1000);
    expect(site.standings('v2')).toMatchObject({ d1: 'success' });
    await report('d1', web('failed', { exitCode: 1 }));
    const before = site.agentOf('d1').desired;
    await rollOutSame({}, 'v3');
    const { version, value } = site.agentOf('d1').desired;
    expect(value).toEqual(before.value);
    expect(version).toBe(before.version + 1);
    expect(site.standings('v3')).toEqual({ d1: 'pending', d2: 'pending' });
    await site.end('d1', 'failed-left');
    expect(site.standings('v3')).toMatchObject({ d1: 'failure' });
  });
});

describe('an agent that had nothing to do, and says that it is done', () => {
  const policy = { settleMs: 30_000, stepLimitMs: 600_000 };

  beforeEach(async () => {
    await report('d1', crashing);
    await rollOutSame(policy);
    await report('d1', crashing);
    await site.end('d1');
  });

  test('when a module of it fails, it is no success: it verifies, says what fails, and fails in the end', async () => {
    const reason = 'Module web keeps ending and being restarted.';
    const told = device();
    expect(told).toMatchObject({ standing: 'verifying', reason });
    // Another restart is no news.
    await report('d1', web('running', { restartCount: 8 }));
    expect(device()).toEqual(told);
    expect(site.state()).toMatchObject({ currentWave: 0 });
    await site.pass(88_000);
    expect(device()).toEqual(told);
    await site.pass(2000);
    expect(device()).toMatchObject({
      standing: 'failure',
      verdict: 'failed-left',
      reason:
        "While verifying, module 'web' keeps ending and being restarted, and did not come right within 90 s. Read its last log lines, " +
        'mend the image or its settings, then deploy again.',
    });
    expect(site.state()).toMatchObject({ status: 'paused', currentWave: 0 });
    expect(folded('v2')).toEqual(site.state());
  });

  test('when it runs for moments in between, that is no coming right; while it is switched off, nothing is known of it', async () => {
    for (let turn = 0; turn < 3; turn += 1) {
      await report('d1', web('running'));
      await site.pass(20_000);
      await report('d1', web('failed', { exitCode: 1 }));
    }
    expect(device()).toMatchObject({ standing: 'verifying' });
    site.connect('d1', 'Disconnected');
    await site.settle();
    await site.pass(3_600_000);
    site.connect('d1');
    await site.settle();
    await site.pass(88_000);
    expect(device()).toMatchObject({ standing: 'verifying' });
    for (let turn = 0; turn < 4; turn += 1) {
      await report('d1', web('running'));
      await site.pass(20_000);
      await report('d1', web('failed', { exitCode: 1 }));
    }
    expect(device()).toMatchObject({ standing: 'failure', verdict: 'failed-left' });
    expect(folded('v2')).toEqual(site.state());
  });

  test('when it comes right, it has succeeded once it ran well for the settle time', async () => {
    await report('d1', web('running'));
    await site.pass(25_000);
    expect(device()).toMatchObject({ standing: 'verifying' });
    await report('d1', web('backoff', { exitCode: 1 }));
    await site.pass(6000);
    expect(device()).toMatchObject({ reason: 'Module web ended with code 1 and waits to be started again.' });
    await report('d1', web('running'));
    await site.pass(25_000);
    expect(device()).toMatchObject({ standing: 'verifying' });
    await site.pass(6000);
    expect(device()).toMatchObject({ standing: 'success', verdict: 'done', reason: null });
    expect(site.state().currentWave).toBe(1);
    expect(folded('v2')).toEqual(site.state());
  });
});
