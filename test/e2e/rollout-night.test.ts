// A technician's night: a rollout in two waves over the console's API to real agents that must not go on past its first wave, and
// a hub that is killed while it takes one back.
import { afterEach, expect, test } from 'vitest';
import type { RolloutPolicy } from '#domain/rollouts/rollout-policy.ts';
import { aManifest, aModuleEntry } from '#test/support/build-manifest.ts';
import { eventually } from '#test/support/eventually.ts';
import { newPolicy, newWave } from '#test/support/rollout-fleet.ts';
import { quickImage, rolloutNight } from '#test/support/rollout-night.ts';
import { whyNotPort443 } from '#test/support/service-registry.ts';

const host = '127.0.0.76';
const missing = await whyNotPort443(host);
const devices = ['d1', 'd2', 'd3', 'd4', 'd5'];
const patienceMs = 60_000;
const waves = [newWave({ name: 'canary', members: { kind: 'percent', percent: 20 } }), newWave({ name: 'rest' })];
const stop: RolloutPolicy['stop'] = { atLeastFailed: 1, comparison: '≥', percent: 50, action: { kind: 'roll-back' } };

const contentOf = (image: string) => {
  const modules = { web: aModuleEntry({}, { image, createOptions: '{}' }) };
  return aManifest({ agent: { modules }, hub: { routes: {} } });
};
type Request = Parameters<Awaited<ReturnType<typeof rolloutNight>>['client']['createRollout']['mutate']>[0];

const aRequest = (id: string, image: string, policy: Partial<RolloutPolicy>): Request => ({
  deployment: { id, priority: 5, targetCondition: "tags.site = 'a'", content: contentOf(image) },
  policy: newPolicy({ waves, settleMs: 1000, ...policy }) as Request['policy'],
});

let night: Awaited<ReturnType<typeof rolloutNight>>;
afterEach(() => night.end());

async function begin(): Promise<void> {
  night = await rolloutNight(host, { web: quickImage, 'web-crashing': { ...quickImage, runsForMs: 300, exitCode: 3 } });
  await night.addDevices(devices, { site: 'a' });
  const content = { modulesContent: contentOf('web:1') };
  const v1 = { id: 'v1', priority: 1, targetCondition: "tags.site = 'a'", schemaVersion: '1.0', content };
  await night.registry().addConfiguration(v1);
  await everyoneRuns('web:1');
}

const everyoneRuns = (image: string) =>
  eventually(async () => {
    for (const id of devices) expect(await night.running(id)).toEqual([`web ${image}`]);
  }, patienceMs);
const rolloutOf = (deploymentId: string) => night.client.rollout.query({ deploymentId });
/** Fetched by whichever hub was there when it could be. */
const logOf = (deploymentId: string, deviceId: string, attempt: number) =>
  eventually(async () => {
    const log = await night.client.attemptLog.query({ deploymentId, deviceId, attempt });
    return log.text === null ? expect.fail(log.explanation ?? '') : { ...log, text: log.text };
  }, patienceMs);
const becomes = (deploymentId: string, expected: object) =>
  eventually(async () => expect(await rolloutOf(deploymentId)).toMatchObject(expected), patienceMs);

test.skipIf(missing !== null)(
  'when the first wave fails, nobody else gets it, and every device runs what it ran before',
  async () => {
    await begin();
    const request = aRequest('v2', 'web-crashing:1', { stop });
    const plan = await night.client.planRollout.query(request);
    expect(plan.waves.map(({ deviceIds }) => deviceIds)).toEqual([['d1'], ['d2', 'd3', 'd4', 'd5']]);
    await night.client.createRollout.mutate(request);
    await becomes('v2', { status: 'rolled-back', cause: { reason: '1 of 1 device was rolled back.' } });
    await everyoneRuns('web:1');
    const { rows } = await night.client.rolloutDevices.query({ deploymentId: 'v2', after: null, limit: 10 });
    expect(rows.map(({ standing, attempt }) => `${standing} ${attempt}`)).toEqual([
      'rolled-back 2',
      ...devices.slice(1).map(() => 'aborted 0'),
    ]);
    const [back, first] = await night.client.rolloutAttempts.query({ deploymentId: 'v2', deviceId: 'd1' });
    expect(back).toMatchObject({ purpose: 'roll-back', verdict: 'done' });
    // The image came whole.
    expect(first).toMatchObject({ verdict: 'failed-rolled-back', bytes: { done: 1e6, total: 1e6 } });
    expect(first?.reason).toBe(
      "While verifying, module 'web' ended again and again, last with code 3. " +
        'Read its last log lines, mend the image or its settings, then deploy again.',
    );
    const failed = await logOf('v2', 'd1', 1);
    expect(failed.text).toContain(`pull web-crashing:1: is here (1.0 MB in`);
    expect(failed.text).toContain(first?.reason);
    expect(failed.text).toMatch(/endTrial failed-rolled-back, after \d+\.\d s\n$/);
    expect(failed).toMatchObject({ module: 'web', code: 'restart-loop', isWhole: true });
    expect(failed.slice.at(-1)).toMatch(/^\S+ stdout: ended: code 3$/);
    expect(await logOf('v2', 'd1', 2)).toMatchObject({ module: null, slice: [] });
  },
);

test.skipIf(missing !== null)(
  'when the hub is killed while it takes a rollout back, never more change at once than may, and the counts are exact',
  async () => {
    await begin();
    await night.client.createRollout.mutate(aRequest('v2', 'web:2', { concurrency: 1, waves: [newWave()] }));
    await becomes('v2', { totals: { successes: 4 } });
    await night.client.orderRollout.mutate({ deploymentId: 'v2', order: 'rollBack' });
    await night.killHub();
    expect(await rolloutOf('v2')).toMatchObject({ status: 'rolling-back' });
    await night.killHub();
    await becomes('v2', { status: 'rolled-back', cause: { reason: '5 of 5 devices were rolled back.' } });
    await everyoneRuns('web:1');
    const attempts = await Promise.all(
      devices.map((deviceId) => night.client.rolloutAttempts.query({ deploymentId: 'v2', deviceId })),
    );
    const backs = attempts.map(([back]) => ({ fromMs: back?.startedAtMs ?? 0, toMs: back?.endedAtMs ?? 0 }));
    backs.sort((left, right) => left.fromMs - right.fromMs);
    expect(backs.filter(({ toMs }, index) => toMs > (backs[index + 1]?.fromMs ?? Infinity))).toEqual([]);
    expect(attempts.flat().every(({ endedAtMs }) => endedAtMs !== null)).toBe(true);
    for (const deviceId of devices)
      for (const attempt of [1, 2])
        expect((await logOf('v2', deviceId, attempt)).text).toMatch(/endTrial (done|given up)/);
  },
);
