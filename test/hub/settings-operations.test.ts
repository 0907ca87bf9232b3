// The limits of deployments as a site sets them: kept, journaled, told with what is in use, and of force until they are set anew.
import { expect, onTestFinished, test } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import { usualDeploymentLimits, type DeploymentLimits } from '#domain/deployments/deployment-limits.ts';
import { createSettingsOperations, limitsInForce } from '#hub/operations/settings-operations.ts';
import { openStore } from '#store/open-store.ts';
import { aBase, aNewConfiguration, createHubParts } from '#test/support/hub-parts.ts';
import { aTemporaryFolder } from '#test/support/test-store.ts';

function aSite(limits: Partial<DeploymentLimits> = {}) {
  const parts = createHubParts();
  onTestFinished(() => parts.store.close());
  const settings = createSettingsOperations({ ...parts, limits });
  const rows = async () =>
    Object.fromEntries((await settings.deploymentLimits()).map(({ name, ...row }) => [name, row]));
  return { ...parts, settings, rows };
}

const usual = (name: keyof DeploymentLimits) => usualDeploymentLimits[name];

test('when nothing was set, every limit is told with what is usual and what is in use', async () => {
  const { deployments, settings, rows } = aSite();
  deployments.create(aBase('base', { modules: ['a', 'b', 'c'], labels: { site: 'north' } }), 'service');
  deployments.create(aNewConfiguration('c', { targetCondition: "tags.a = 'b'", labels: { a: '', b: '' } }), 'service');
  expect((await settings.deploymentLimits()).map(({ name }) => name)).toEqual(Object.keys(usualDeploymentLimits));
  const asUsual = { setting: null, forThisRun: null };
  expect(await rows()).toMatchObject({
    deployments: { ...asUsual, value: usual('deployments'), usual: usual('deployments'), most: 50_000, inUse: 2 },
    modulesPerDeployment: { ...asUsual, value: 200, usual: 200, most: 1000, inUse: 3, counts: 'modules' },
    customMetrics: { ...asUsual, value: 5, inUse: 0 },
    labels: { ...asUsual, inUse: 2 },
    labelCharacters: { ...asUsual, inUse: 9 },
    metricNameCharacters: { ...asUsual, inUse: 0 },
    conditionCharacters: { ...asUsual, value: 8192, most: 8192, inUse: 12 },
  });
});

test('when limits are set, they hold, are told and journaled; those not named stay', async () => {
  const { store, settings, rows, journal } = aSite();
  await settings.setDeploymentLimits({ limits: { labels: 7, customMetrics: 9 } });
  await settings.setDeploymentLimits({ limits: { labels: 8 } });
  expect(limitsInForce(store.read)).toEqual({ ...usualDeploymentLimits, labels: 8, customMetrics: 9 });
  expect(await rows()).toMatchObject({ labels: { value: 8, setting: 8, usual: 100 }, customMetrics: { setting: 9 } });
  expect(journal('deployment-limits-changed')).toMatchObject([
    { actor: 'console', detail: { limits: { labels: 7, customMetrics: 9 } } },
    { actor: 'console', detail: { limits: { labels: 8 } } },
  ]);
});

test('when a limit is taken back, the usual one holds again', async () => {
  const { store, settings, rows, journal } = aSite();
  await settings.setDeploymentLimits({ limits: { labels: 7, customMetrics: 9 } });
  await settings.setDeploymentLimits({ limits: { labels: null } });
  expect(limitsInForce(store.read)).toEqual({ ...usualDeploymentLimits, customMetrics: 9 });
  expect(await rows()).toMatchObject({ labels: { value: 100, setting: null } });
  expect(journal('deployment-limits-changed').at(-1)?.detail).toEqual({ limits: { labels: null } });
});

test('when what is set is so already, nothing is journaled', async () => {
  const { settings, journal } = aSite();
  await settings.setDeploymentLimits({ limits: { labels: null } });
  await settings.setDeploymentLimits({ limits: { labels: 7 } });
  await settings.setDeploymentLimits({ limits: { labels: 7 } });
  await settings.setDeploymentLimits({ limits: {} });
  expect(journal('deployment-limits-changed')).toHaveLength(1);
});

test.each<[JsonObject, RegExp]>([
  [
    { labels: 7, customMetrics: 0 },
    /^The limits stay as they are: customMetrics: it takes a whole number from 1 to 50, not 0\.$/,
  ],
  [
    { labels: 7, lables: 5, deployments: 1.5 },
    /lables: there is no such limit: choose one of .* deployments: it takes/,
  ],
])('when %j is set, all of it is refused in words', async (limits, message) => {
  const { store, settings, journal } = aSite();
  await expect(settings.setDeploymentLimits({ limits })).rejects.toThrow(
    expect.objectContaining({ code: 'request.invalid', message: expect.stringMatching(message) }),
  );
  expect(limitsInForce(store.read)).toEqual(usualDeploymentLimits);
  expect(journal('deployment-limits-changed')).toEqual([]);
});

test('when a run has limits of its own, they go before the settings, which are kept beside them', async () => {
  const { store, settings, rows } = aSite({ labels: 3 });
  await settings.setDeploymentLimits({ limits: { labels: 7, customMetrics: 9 } });
  expect(await rows()).toMatchObject({
    labels: { value: 3, setting: 7, forThisRun: 3 },
    customMetrics: { value: 9, setting: 9, forThisRun: null },
  });
  expect(limitsInForce(store.read)).toMatchObject({ labels: 7 });
  expect(limitsInForce(store.read, { labels: 3 })).toMatchObject({ labels: 3, customMetrics: 9 });
});

test('when the hub starts again, the limits are as they were set', async () => {
  const dir = aTemporaryFolder();
  const { clock, log } = aSite();
  const first = openStore({ dir, clock, log });
  await createSettingsOperations({ store: first, clock }).setDeploymentLimits({
    limits: { modulesPerDeployment: 500 },
  });
  first.close();
  const second = openStore({ dir, clock, log });
  onTestFinished(() => second.close());
  expect(limitsInForce(second.read)).toEqual({ ...usualDeploymentLimits, modulesPerDeployment: 500 });
});
