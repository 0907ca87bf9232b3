// The catalog answers for a twin as its deployments stand now, from a list or followed one by one.
import { describe, expect, it } from 'vitest';
import type { ModuleId } from '#base/ids.ts';
import type { AutomaticConfiguration, Deployment } from '#domain/records/deployment.ts';
import type { ConditionSubject } from '#domain/values/twin.ts';
import { createDeploymentCatalog } from '#hub/records/deployment-catalog.ts';
import { aBase, aDeployment } from '#test/support/build-deployment.ts';
import { deploymentId, deviceId } from '#test/support/hub-parts.ts';

const aSubject = (parts: Partial<ConditionSubject> = {}): ConditionSubject => ({
  deviceId: deviceId('d1'),
  tags: {},
  reported: {},
  ...parts,
});

function aConfiguration(kind: 'device' | 'module', id: string, targetCondition: string): AutomaticConfiguration {
  const content = { 'properties.desired.rate': 1 };
  return { ...aDeployment({ id, targetCondition }), kind, content, onRemoval: 'leave' };
}

const appliedOn = (deployments: readonly Deployment[], subject: ConditionSubject) =>
  createDeploymentCatalog({ deployments }).match(subject).effective.applied;

describe('createDeploymentCatalog', () => {
  it('when it is made from a list, edge devices match the edge deployments of it, whatever their order', () => {
    const base = aBase({ targetCondition: '*' });
    const layer = aDeployment({ id: 'l', targetCondition: "tags.a = 'x'" });
    for (const deployments of [
      [base, layer],
      [layer, base],
    ]) {
      expect(appliedOn(deployments, aSubject({ tags: { a: 'x' } }))).toEqual(['base', 'l']);
      expect(appliedOn(deployments, aSubject())).toEqual(['base']);
    }
  });

  it('when two devices match the same set, they get the very same result', () => {
    const catalog = createDeploymentCatalog({ deployments: [aBase({ targetCondition: '*' })] });
    expect(catalog.match(aSubject())).toBe(catalog.match(aSubject({ tags: { any: 1 } })));
  });

  it('when a deployment changes without its condition, the result is made anew', () => {
    const low = aBase({ id: 'low', targetCondition: '*', priority: 1 });
    const high = aBase({ id: 'high', targetCondition: '*', priority: 2 });
    const catalog = createDeploymentCatalog({ deployments: [low, high] });
    expect(catalog.match(aSubject()).effective.base).toBe('high');
    catalog.follow(low.id, { ...low, priority: 3 });
    expect(catalog.match(aSubject()).effective.base).toBe('low');
    catalog.follow(low.id, undefined);
    expect(catalog.match(aSubject()).effective.base).toBe('high');
  });

  it('when configurations are automatic, each kind of twin matches its own', () => {
    const ofModule = aConfiguration('module', 'm', "from devices.modules where moduleId = 'm1'");
    const catalog = createDeploymentCatalog({
      deployments: [aBase({ targetCondition: '*' }), aConfiguration('device', 'd', "tags.a = 'x'"), ofModule],
    });
    const subject = aSubject({ tags: { a: 'x' } });
    expect(catalog.match(subject).effective.applied).toEqual(['base']);
    expect(catalog.matchDevice(subject).statuses).toEqual({ d: 'Applied' });
    const onModule = catalog.matchModule({ ...subject, moduleId: 'm1' as ModuleId });
    expect(onModule.statuses).toEqual({ m: 'Applied' });
    expect(catalog.matchModule({ ...subject, moduleId: 'm1' as ModuleId })).toBe(onModule);
    expect(catalog.hasModuleConfigurations()).toBe(true);
    catalog.follow(ofModule.id, undefined);
    expect(catalog.hasModuleConfigurations()).toBe(false);
  });

  it('when an id comes back as another kind, what it was aimed at before is told too, and gone', () => {
    const catalog = createDeploymentCatalog({
      deployments: [aDeployment({ id: 'x', targetCondition: "tags.a = '1'" })],
    });
    const aims = catalog.follow(deploymentId('x'), aConfiguration('device', 'x', "tags.b = '2'"));
    expect(aims.map(({ kind, condition }) => [kind, condition.expression])).toMatchObject([
      ['edge', { left: { path: { segments: ['a'] } } }],
      ['device', { left: { path: { segments: ['b'] } } }],
    ]);
    expect(catalog.isRead('device', 'tags', { a: 1 })).toBe(false);
    expect(catalog.isRead('device', 'tags', { b: 1 })).toBe(true);
  });

  it('when a twin changes, only conditions of its kind of twin count as readers', () => {
    const catalog = createDeploymentCatalog({
      deployments: [
        aDeployment({ id: 'e', targetCondition: 'tags.e > 1' }),
        aConfiguration('device', 'd', 'properties.reported.d > 1'),
        aConfiguration('module', 'm', 'from devices.modules where tags.m > 1'),
      ],
    });
    const isRead = (of: 'device' | 'module', root: 'tags' | 'reported') =>
      ['e', 'd', 'm'].filter((key) => catalog.isRead(of, root, { [key]: 1 }));
    expect(isRead('device', 'tags')).toEqual(['e']);
    expect(isRead('device', 'reported')).toEqual(['d']);
    expect(isRead('module', 'tags')).toEqual(['m']);
    expect(isRead('module', 'reported')).toEqual([]);
  });

  it('when a condition cannot be read, its deployment is named with the reason', () => {
    const catalog = createDeploymentCatalog({
      deployments: [aDeployment({ id: 'odd', targetCondition: 'FUTURE' }), aConfiguration('module', 'm', '*')],
    });
    expect([...catalog.unreadable().keys()]).toEqual(['odd', 'm']);
  });
});
