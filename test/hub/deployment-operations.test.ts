// Deployments from the service side: created once, aimed anew under an etag, and a manifest set on one device.
import { describe, expect, it } from 'vitest';
import {
  aBase,
  aLayer,
  aNewDeployment,
  agentSection,
  createHubParts,
  deploymentId,
  deviceId,
  moduleIdentity,
} from '#test/support/hub-parts.ts';

describe('create', () => {
  it('when a deployment is created, it is kept as given with version 1 and a journal entry', () => {
    const { deployments, journal } = createHubParts();
    const created = deployments.create(
      aBase('base', { labels: { by: 'me' }, metricQueries: { q: 'select' } }),
      'service',
    );
    expect(created).toMatchObject({ id: 'base', version: 1, labels: { by: 'me' }, metricQueries: { q: 'select' } });
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

  it('when the content differs, it is refused with what to do instead', () => {
    const { deployments } = createHubParts();
    deployments.create(aLayer('layer', 'm'), 'service');
    expect(() => deployments.update(aLayer('layer', 'other'), '*', 'service')).toThrow(
      expect.objectContaining({ code: 'deployment.immutable', message: expect.stringContaining('new deployment') }),
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
    deployments.applyContent(deviceId('d1'), content, 'service');
    expect(twins.get(moduleIdentity('d1', '$edgeAgent')).desired.value).toEqual(agentSection(['m1']));
    expect(twins.get(moduleIdentity('d1', 'kept')).desired.value).toEqual({ a: 1, b: { c: 1, d: 2 } });
    expect(registry.listModules(deviceId('d1')).map(({ moduleId }) => moduleId)).toContain('m1');
    const before = journal('desired-changed').length;
    deployments.applyContent(deviceId('d1'), content, 'service');
    expect(journal('desired-changed')).toHaveLength(before);
  });

  it('when the device is no edge device, it is refused', () => {
    const { deployments, registry } = createHubParts();
    registry.createDevice({ deviceId: deviceId('d1') }, 'service');
    expect(() => deployments.applyContent(deviceId('d1'), { $edgeAgent: {} }, 'service')).toThrow(
      expect.objectContaining({ code: 'device.invalid' }),
    );
  });
});
