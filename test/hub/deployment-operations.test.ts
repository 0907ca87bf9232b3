// Deployments from the service side: created once, aimed anew under an etag, and a manifest set on one device.
import { describe, expect, it } from 'vitest';
import { testQueries } from '#hub/operations/deployment-checks.ts';
import { createDeploymentOperations } from '#hub/operations/deployment-operations.ts';
import {
  aBase,
  aLayer,
  aModule,
  aNewConfiguration,
  aNewDeployment,
  agentSection,
  createHubParts,
  deploymentId,
  deviceId,
  moduleIdentity,
} from '#test/support/hub-parts.ts';

const ofModules = 'from devices.modules where tags.a = 1';

describe('create', () => {
  it('when a deployment is created, it is kept as given with version 1 and a journal entry', () => {
    const { deployments, journal } = createHubParts();
    const created = deployments.create(
      aBase('base', { labels: { by: 'me' }, metricQueries: { q: 'SELECT deviceId FROM devices' } }),
      'service',
    );
    expect(created).toMatchObject({
      id: 'base',
      version: 1,
      labels: { by: 'me' },
      metricQueries: { q: 'SELECT deviceId FROM devices' },
    });
    expect(deployments.get(deploymentId('base'))).toEqual(created);
    expect(journal()).toMatchObject([
      { kind: 'deployment-created', actor: 'service', deploymentId: 'base', detail: { type: 'base' } },
    ]);
  });

  it.each([
    ['an id with upper case', aNewDeployment('Base'), 'request.invalid'],
    ['a negative priority', aNewDeployment('d', { priority: -1 }), 'request.invalid'],
    ['a fractional priority', aNewDeployment('d', { priority: 1.5 }), 'request.invalid'],
    ['an unquoted text', aNewDeployment('d', { targetCondition: 'deviceId = edge1' }), 'deployment.condition'],
    ['no $edgeAgent', aNewDeployment('d', { content: { m: {} } }), 'deployment.content'],
    ['device settings that write tags', aNewConfiguration('d', { content: { 'tags.a': 1 } }), 'deployment.content'],
    [
      'a condition of modules, and is for devices',
      aNewConfiguration('d', { targetCondition: ofModules }),
      'deployment.condition',
    ],
    ['a condition of devices, and is for modules', aNewConfiguration('d', { kind: 'module' }), 'deployment.condition'],
    ['a label as long as a book', aNewDeployment('d', { labels: { ['x'.repeat(32_768)]: 'y' } }), 'request.invalid'],
    [
      'labels that are long together',
      aNewDeployment('d', { labels: { a: 'x'.repeat(16_384), b: 'x'.repeat(16_383) } }),
      'request.invalid',
    ],
    [
      'a metric with an endless name',
      aNewConfiguration('d', { metricQueries: { ['x'.repeat(1025)]: 'select *' } }),
      'deployment.metrics',
    ],
    [
      'a metric that is too long',
      aNewDeployment('d', { metricQueries: { m: ' '.repeat(8193) + '.' } }),
      'deployment.metrics',
    ],
    ['a metric that is no query', aNewConfiguration('d', { metricQueries: { m: 'select' } }), 'deployment.metrics'],
  ])('when it has %s, it is refused and nothing is written', (_what, wanted, code) => {
    const { deployments, journal } = createHubParts();
    expect(() => deployments.create(wanted, 'service')).toThrow(expect.objectContaining({ code }));
    expect(journal()).toEqual([]);
  });

  it('when the condition is wrong, the refusal carries the offset', () => {
    const { deployments } = createHubParts();
    const wanted = aNewDeployment('d', { targetCondition: 'deviceId = edge1' });
    expect(() => deployments.create(wanted, 'service')).toThrow(/at 11: .*'edge1'/);
  });

  it('when the id is taken, it is refused', () => {
    const { deployments } = createHubParts();
    deployments.create(aBase('base'), 'service');
    expect(() => deployments.create(aBase('base'), 'service')).toThrow(
      expect.objectContaining({ code: 'deployment.exists' }),
    );
  });
});

describe('limits', () => {
  const limits = { deployments: 2, modulesPerDeployment: 2, customMetrics: 1, labels: 1, conditionCharacters: 20 };
  const query = 'SELECT * FROM devices';
  const agent = { 'properties.desired': agentSection(['m1', 'm2']), 'properties.desired.modules.m3': null };
  const layered = {
    'properties.desired.modules': { m1: aModule('a:1'), m2: aModule('a:1') },
    'properties.desired.runtime': {},
  };

  it.each([
    [
      'modules',
      aNewDeployment('d', { content: { $edgeAgent: agent } }),
      'deployment.content',
      /3 modules, .* allows 2: split/,
    ],
    [
      'modules of a layer',
      aNewDeployment('d', { content: { $edgeAgent: layered, m3: {} } }),
      'deployment.content',
      /3 modules/,
    ],
    [
      'metrics',
      aNewDeployment('d', { metricQueries: { a: query, b: query } }),
      'deployment.metrics',
      /2 custom metrics.* 1: remove/,
    ],
    ['labels', aNewDeployment('d', { labels: { a: '1', b: '2' } }), 'request.invalid', /2 labels, .* 1: remove/],
    [
      'a condition',
      aNewDeployment('d', { targetCondition: "deviceId = 'a-long-name'" }),
      'deployment.condition',
      /24 characters .* 20: tag/,
    ],
  ])(
    'when there are too many, or too long, %s, the refusal names the limit and the mend',
    (_, wanted, code, message) => {
      const { store, clock } = createHubParts();
      const deployments = createDeploymentOperations({ store, clock, limits });
      expect(() => deployments.create(wanted, 'service')).toThrow(
        expect.objectContaining({ code, message: expect.stringMatching(message) }),
      );
    },
  );

  it('when there are as many deployments as may be, one more is refused and a change of them is not', () => {
    const { store, clock } = createHubParts();
    const deployments = createDeploymentOperations({ store, clock, limits });
    deployments.create(aNewDeployment('a'), 'service');
    deployments.create(aNewConfiguration('b'), 'service');
    expect(() => deployments.create(aNewDeployment('c'), 'service')).toThrow(
      expect.objectContaining({ code: 'deployment.limit', message: expect.stringMatching(/allows 2 .* delete one/) }),
    );
    expect(deployments.update(aNewDeployment('a', { priority: 1 }), '*', 'service').priority).toBe(1);
  });

  it('when nothing is said, a thousand deployments are no trouble', () => {
    const { deployments } = createHubParts();
    for (let at = 0; at < 1000; at += 1) deployments.create(aNewConfiguration(`c${at}`), 'service');
    expect(deployments.list()).toHaveLength(1000);
  });
});

describe('testQueries', () => {
  it.each([
    ['', null],
    ["tags.a = 'b'", null],
    [ofModules, null],
    ['*', /\* is every device/],
    ['tags.a = "b"', /at 9: .*single quotes/],
    ['from devices.modules where *', /at 27/],
  ])('when the condition is %j, it says %s', (condition, expected) => {
    const { targetConditionError } = testQueries(condition, {});
    if (expected === null) expect(targetConditionError).toBeNull();
    else expect(targetConditionError).toMatch(expected);
  });

  it('when metrics are wrong, each says why under its name, and the right ones say nothing', () => {
    const { metricQueryErrors } = testQueries('', { good: 'SELECT * FROM devices', bad: 'SELECT', __proto__x: 'no' });
    expect(Object.keys(metricQueryErrors)).toEqual(['bad', '__proto__x']);
  });
});

describe('update', () => {
  it('when it is aimed and ranked anew, content and age stay', () => {
    const { deployments, clock } = createHubParts();
    const created = deployments.create(aLayer('layer', 'm'), 'service');
    clock.advance(1000);
    const updated = deployments.update(aLayer('layer', 'm', { priority: 99, targetCondition: '' }), 1, 'console');
    expect(updated).toEqual({
      ...created,
      priority: 99,
      targetCondition: '',
      version: 2,
      updatedAtMs: created.updatedAtMs + 1000,
    });
  });

  it('when a configuration is changed without a word of its removal, its rule stays', () => {
    const { deployments, journal } = createHubParts();
    deployments.create(aNewConfiguration('c', { onRemoval: 'remove' }), 'service');
    expect(deployments.update(aNewConfiguration('c', { priority: 2 }), 1, 'service')).toMatchObject({
      onRemoval: 'remove',
      priority: 2,
      version: 2,
    });
    const changed = deployments.update(aNewConfiguration('c', { onRemoval: 'leave' }), 2, 'service');
    expect(changed).toEqual(deployments.get(deploymentId('c')));
    expect(changed).toMatchObject({ onRemoval: 'leave', version: 3 });
    expect(journal('deployment-updated').at(-1)?.detail).toMatchObject({ type: 'device', onRemoval: 'leave' });
  });

  it('when the kind differs, it is refused as other content is', () => {
    const { deployments } = createHubParts();
    const content = { 'properties.desired.rate': 1 };
    deployments.create(aNewConfiguration('c', { targetCondition: '', content }), 'service');
    expect(() =>
      deployments.update(aNewConfiguration('c', { kind: 'module', targetCondition: '', content }), '*', 'service'),
    ).toThrow(expect.objectContaining({ code: 'deployment.immutable' }));
  });

  it('when the content differs, it is refused with what to do instead', () => {
    const { deployments } = createHubParts();
    deployments.create(aLayer('layer', 'm'), 'service');
    expect(() => deployments.update(aLayer('layer', 'other'), '*', 'service')).toThrow(
      expect.objectContaining({
        code: 'deployment.immutable',
        message: expect.stringContaining('Create a new configuration'),
      }),
    );
  });

  it('when it has changed since, update and delete are refused', () => {
    const { deployments } = createHubParts();
    deployments.create(aLayer('layer', 'm'), 'service');
    deployments.update(aLayer('layer', 'm', { priority: 11 }), 1, 'service');
    const mismatch = expect.objectContaining({ code: 'etag.mismatch' });
    expect(() => deployments.update(aLayer('layer', 'm'), 1, 'service')).toThrow(mismatch);
    expect(() => deployments.delete(deploymentId('layer'), 1, 'service')).toThrow(mismatch);
    deployments.delete(deploymentId('layer'), 2, 'service');
    expect(() => deployments.get(deploymentId('layer'))).toThrow(
      expect.objectContaining({ code: 'deployment.unknown' }),
    );
  });
});

describe('applyContent', () => {
  it('when a manifest is set, sections and paths are written and named modules get identities', () => {
    const { deployments, registry, twins, journal } = createHubParts();
    registry.createDevice({ deviceId: deviceId('d1'), isEdge: true }, 'service');
    registry.createModule(moduleIdentity('d1', 'kept'), null, undefined, 'service');
    twins.patch(moduleIdentity('d1', 'kept'), { desired: { a: 1, b: { c: 1 } } }, '*', 'service');
    const content = {
      $edgeAgent: { 'properties.desired': agentSection(['m1']) },
      kept: { 'properties.desired.b.d': 2 },
    };
    deployments.applyContent(deviceId('d1'), { modulesContent: content }, 'service');
    expect(twins.get(moduleIdentity('d1', '$edgeAgent')).desired.value).toEqual(agentSection(['m1']));
    expect(twins.get(moduleIdentity('d1', 'kept')).desired.value).toEqual({ a: 1, b: { c: 1, d: 2 } });
    expect(registry.listModules(deviceId('d1')).map(({ moduleId }) => moduleId)).toContain('m1');
    const before = journal('desired-changed').length;
    deployments.applyContent(deviceId('d1'), { modulesContent: content }, 'service');
    expect(journal('desired-changed')).toHaveLength(before);
  });

  it('when the device is no edge device, it is refused', () => {
    const { deployments, registry } = createHubParts();
    registry.createDevice({ deviceId: deviceId('d1') }, 'service');
    expect(() => deployments.applyContent(deviceId('d1'), { modulesContent: { $edgeAgent: {} } }, 'service')).toThrow(
      expect.objectContaining({ code: 'device.invalid' }),
    );
  });
});
