// What the console may ask of automatic configurations: the rule for their values, and to take away what was left.
import { expect, test } from 'vitest';
import { createConsoleConfigurations } from '#hub/console/console-configurations.ts';
import { runningHubParts } from '#test/support/fresh-hub-parts.ts';
import { aBase, aNewConfiguration, deviceId, deviceIdentity } from '#test/support/hub-parts.ts';

const parts = runningHubParts();

test('when values were left, they are offered, taken away once, and then offered no more', async () => {
  const configurations = createConsoleConfigurations(parts.deployments);
  parts.registry.createDevice({ deviceId: deviceId('d1') }, 'service');
  const { id } = parts.deployments.create(aNewConfiguration('settings'), 'service');
  await parts.controller.settled();
  parts.deployments.delete(id, '*', 'service');
  await parts.controller.settled();
  expect(configurations.leftValues()).toEqual([{ configurationId: 'settings', twins: 1, isBeingRemoved: false }]);
  expect(configurations.removeLeftValues({ id })).toEqual({ devices: 1 });
  await parts.controller.settled();
  expect(parts.twins.get(deviceIdentity('d1')).desired.value).toEqual({});
  expect(configurations.leftValues()).toEqual([]);
  expect(parts.journal('configuration-cleared')).toMatchObject([
    { actor: 'console', deviceId: 'd1', deploymentId: id },
  ]);
});

test('when the rule is set, it is told back and its etag stays; what is no such configuration is refused', () => {
  const configurations = createConsoleConfigurations(parts.deployments);
  const { id } = parts.deployments.create(aNewConfiguration('settings'), 'service');
  parts.deployments.create(aBase('base'), 'service');
  expect(configurations.setOnRemoval({ id, onRemoval: 'remove' })).toEqual({ id, onRemoval: 'remove' });
  expect(parts.deployments.get(id)).toMatchObject({ onRemoval: 'remove', version: 1 });
  for (const [name, code] of [
    ['none', 'deployment.unknown'],
    ['No Id', 'deployment.unknown'],
    ['base', 'request.invalid'],
  ] as const)
    expect(() => configurations.setOnRemoval({ id: name, onRemoval: 'leave' })).toThrow(
      expect.objectContaining({ code }),
    );
});
