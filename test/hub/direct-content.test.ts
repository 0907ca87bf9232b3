// What a manifest that is set on one device does to the identities of its modules.
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import { agentSection, createHubParts, deviceId, moduleIdentity } from '#test/support/hub-parts.ts';

const manifest = (modules: string[], sections: JsonObject = {}) => ({
  modulesContent: { $edgeAgent: { 'properties.desired': agentSection(modules) }, ...sections } as Record<
    string,
    JsonObject
  >,
});

function anEdgeDevice() {
  const parts = createHubParts();
  const edge = deviceId('edge');
  parts.registry.createDevice({ deviceId: edge, isEdge: true }, 'service');
  const set = (content: ReturnType<typeof manifest>) => parts.deployments.applyContent(edge, content, 'service');
  const names = () => parts.registry.listModules(edge).map(({ moduleId }) => moduleId);
  return { ...parts, set, names };
}

describe('the modules of a manifest set on one device', () => {
  it('when it is set, those it runs or writes to get identities that IoT Edge manages', () => {
    const { set, names, registry } = anEdgeDevice();
    set(manifest(['m1'], { settings: { 'properties.desired': { a: 1 } } }));
    expect(names().toSorted()).toEqual(['$edgeAgent', '$edgeHub', 'm1', 'settings']);
    expect(registry.listModules(deviceId('edge')).map(({ managedBy }) => managedBy)).toEqual(
      Array.from({ length: 4 }, () => 'iotEdge'),
    );
  });

  it('when the next one leaves them out, they go, and what was created by hand stays', () => {
    const { set, names, registry, journal } = anEdgeDevice();
    set(manifest(['m1', 'm2'], { settings: { 'properties.desired': { a: 1 } } }));
    registry.createModule(moduleIdentity('edge', 'by-hand'), null, undefined, 'service');
    registry.createModule(moduleIdentity('edge', 'by-agent'), 'IotEdge', undefined, 'service');
    set(manifest(['m2', 'm3']));
    expect(names().toSorted()).toEqual(['$edgeAgent', '$edgeHub', 'by-hand', 'm2', 'm3']);
    expect(journal('module-deleted').map(({ moduleId }) => moduleId)).toEqual(
      expect.arrayContaining(['by-agent', 'm1', 'settings']),
    );
  });

  it('when only paths of it are set, no module goes', () => {
    const { set, names } = anEdgeDevice();
    set(manifest(['m1']));
    set({ modulesContent: { $edgeAgent: {}, m2: { 'properties.desired.rate': 5 } } });
    expect(names()).toEqual(expect.arrayContaining(['m1', 'm2']));
  });
});
