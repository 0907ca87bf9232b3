// An obstacle is no failure: a device that waits for something is asked again, and goes on when somebody mended it.
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ConsoleRollouts } from '#contract/console-rollouts.ts';
import type { ImageSight } from '#domain/rollouts/preflight.ts';
import type { RolloutEvent } from '#domain/rollouts/rollout-event.ts';
import type { RolloutPolicy } from '#domain/rollouts/rollout-policy.ts';
import { preflightRequest, type PreflightRequest } from '#domain/rollouts/preflight-request.ts';
import type { MethodOperations } from '#hub/hub-types.ts';
import { createPreflight } from '#hub/rollouts/preflight.ts';
import { RolloutController } from '#hub/rollouts/rollout-controller.ts';
import { createRolloutOperations } from '#hub/rollouts/rollout-operations.ts';
import { runningHubParts } from '#test/support/fresh-hub-parts.ts';
import { aBase, deviceId, moduleIdentity } from '#test/support/hub-parts.ts';
import { foldedRollout } from '#test/support/journal-fold.ts';
import { newPolicy } from '#test/support/rollout-fleet.ts';
import { settled } from '#test/support/rollout-site.ts';

const parts = runningHubParts();
let images: ImageSight[];
let asked: PreflightRequest[];
let controller: RolloutController;
let operations: Pick<ConsoleRollouts, 'createRollout' | 'rolloutDevices'>;

beforeEach(async () => {
  images = [];
  asked = [];
  const methods: MethodOperations = {
    invoke(_identity, { payload }) {
      asked.push(payload as unknown as PreflightRequest);
      const sight = { platform: 'linux/amd64', freeBytes: null, images, takenPorts: [] };
      return Promise.resolve({ status: 200, payload: sight });
    },
  };
  const catalog = () => parts.controller.catalog;
  const preflight = createPreflight({ read: parts.store.read, log: parts.log, catalog, methods });
  controller = new RolloutController({ ...parts, preflight });
  operations = createRolloutOperations({ ...parts, controller });
  controller.start();
  await appear('d1');
});
afterEach(() => controller.stop());

async function appear(id: string): Promise<void> {
  parts.registry.createDevice({ deviceId: deviceId(id), isEdge: true }, 'service');
  const agent = moduleIdentity(id, '$edgeAgent');
  parts.store.change((write) => write.devices.setPresence(agent, 'Connected', 1));
  await parts.twins.report(agent, { version: { version: '1' }, lanyard: { agent: '1', preflight: 1 } });
}

async function pass(ms: number): Promise<void> {
  parts.clock.advance(ms);
  await settled(parts);
}
/** What devices answered, as the journal keeps it. */
const answers = () =>
  parts
    .journal('rollout-advanced')
    .flatMap(({ detail }) => detail['events'] as unknown as readonly RolloutEvent[])
    .filter(({ kind }) => kind === 'preflight-answered');
const row = () => operations.rolloutDevices({ deploymentId: 'v2', after: null, limit: 1 }).rows[0];

async function rollOut(policy: Partial<RolloutPolicy> = {}): Promise<void> {
  const { id, priority, targetCondition, content } = aBase('v2', { modules: ['web'] });
  await operations.createRollout({ deployment: { id, priority, targetCondition, content }, policy: newPolicy(policy) });
  await pass(0);
}

test('when an image cannot be had, the device waits without an attempt, and begins when somebody brought it', async () => {
  images = [{ image: 'web:1', state: 'unobtainable', reason: 'no route to host.' }];
  await rollOut();
  expect(asked).toHaveLength(1);
  expect(row()).toMatchObject({ standing: 'pending', attempt: 0 });
  expect(row()?.explanation).toBe(
    "It waits for its turn: Image 'web:1' of module 'web' is not on the device and cannot be pulled: no route to host. " +
      'Bring it to the device (docker load), or into a registry that the device reaches.',
  );
  await pass(25_000);
  expect(asked).toHaveLength(1);
  images = [{ image: 'web:1', state: 'present', platforms: ['linux/amd64'] }];
  await pass(6_000);
  expect(asked).toHaveLength(2);
  expect(row()).toMatchObject({ attempt: 1 });
});

test('when the same stands in its way for an hour, it is asked again and again, and written once', async () => {
  images = [{ image: 'web:1', state: 'unobtainable', reason: 'no route to host.' }];
  await rollOut();
  const rows = parts.journal('rollout-advanced').length;
  for (let minute = 0; minute < 60; minute += 1) await pass(60_000);
  expect(asked.length).toBeGreaterThan(55);
  // One more: after ten minutes it is told that nothing of the rollout moves.
  expect(answers()).toHaveLength(1);
  expect(parts.journal('rollout-advanced')).toHaveLength(rows + 1);
  images = [{ image: 'web:1', state: 'unobtainable', reason: 'denied.' }];
  await pass(60_000);
  expect(row()?.explanation).toContain('denied.');
  expect(answers()).toHaveLength(2);
  expect(parts.journal('rollout-advanced')).toHaveLength(rows + 2);
  expect(foldedRollout(parts.store.read, 'v2')).toEqual(controller.open()[0]?.state);
  images = [];
  await pass(60_000);
  expect(row()).toMatchObject({ attempt: 1 });
});

test('when its turn comes long after nothing stood in its way, it is asked again before it begins', async () => {
  await appear('d2');
  await rollOut({ concurrency: 1, stepLimitMs: 3 * 3_600_000, settleMs: 0 });
  expect(asked).toHaveLength(2);
  await pass(7_200_000);
  images = [{ image: 'web:1', state: 'unobtainable', reason: 'no route to host.' }];
  const agent = moduleIdentity('d1', '$edgeAgent');
  const { version } = parts.twins.get(agent).desired;
  const ended = { version, attempt: 1, number: 1, step: 'ended', verdict: 'done' };
  await parts.twins.report(agent, { lanyard: { attempt: ended } });
  await pass(1000);
  expect(asked).toHaveLength(3);
  const { rows } = operations.rolloutDevices({ deploymentId: 'v2', after: null, limit: 2 });
  expect(rows).toMatchObject([{ standing: 'success' }, { standing: 'pending', attempt: 0 }]);
  expect(rows[1]?.explanation).toContain('no route to host.');
});

test('when the image is for other machines, the device is left out for good, and says why', async () => {
  images = [{ image: 'web:1', state: 'offered', platforms: ['linux/arm64'], sizeBytes: null }];
  await rollOut();
  expect(row()).toMatchObject({
    standing: 'not-applicable',
    explanation:
      "It is not applicable, and no share counts it. Image 'web:1' of module 'web' is for linux/arm64, and the device is linux/amd64: deploy one for it.",
  });
});

test('when registries need passwords, those go to the device, and stay out of the journal', async () => {
  const password = 'correct horse';
  const content = {
    $edgeAgent: {
      'properties.desired': {
        schemaVersion: '1.1',
        runtime: { settings: { registryCredentials: { site: { address: 'cr.site', username: 'u', password } } } },
        modules: { web: { settings: { image: 'cr.site/web:1' } } },
      },
    },
  };
  const deployment = { id: 'v2', priority: 1, targetCondition: '*', content };
  images = [{ image: 'cr.site/web:1', state: 'unobtainable', reason: 'x' }];
  await operations.createRollout({ deployment, policy: newPolicy() });
  await pass(0);
  expect(asked[0]?.registryCredentials).toEqual([{ address: 'cr.site', username: 'u', password }]);
  expect(JSON.stringify(parts.journal('rollout-advanced', 'method-called'))).not.toContain(password);
});

test('when a deployment holds as much as a twin can, one call carries all that is asked of it', async () => {
  const modules = Object.fromEntries(
    Array.from({ length: 1000 }, (_, at) => [`m${at}`, { settings: { image: 'a' } }] as const),
  );
  const createOptions = JSON.stringify({
    HostConfig: { PortBindings: { '1': Array.from({ length: 64 }, (_, at) => ({ HostPort: String(at + 10_000) })) } },
  });
  const wide = Object.fromEntries(
    Array.from({ length: 15 }, (_, at) => [`m${at}`, { settings: { image: 'a', createOptions } }] as const),
  );
  for (const held of [modules, wide]) {
    const request = preflightRequest({ modules: held });
    expect(request.modules).toHaveLength(Object.keys(held).length);
    expect(JSON.stringify(request).length).toBeLessThan(128 * 1024);
    expect(JSON.stringify(held).length).toBeGreaterThan(25_000);
  }
});
