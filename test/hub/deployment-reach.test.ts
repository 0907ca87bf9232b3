// A deployment's change looks at the devices it can mean, found by the narrowest value its condition names.
import { describe, expect, it } from 'vitest';
import { parseModuleCondition } from '#domain/conditions/condition-module.ts';
import { parseCondition, type Condition } from '#domain/conditions/condition.ts';
import type { Result } from '#base/result.ts';
import type { Aim } from '#hub/records/deployment-catalog.ts';
import { reachOf } from '#hub/evaluation/deployment-reach.ts';
import { freshHubParts } from '#test/support/fresh-hub-parts.ts';
import { aBase, aLayer, deploymentId, deviceId, deviceIdentity } from '#test/support/hub-parts.ts';

const parts = freshHubParts();

function createDevices(count: number): void {
  for (let number = 0; number < count; number += 1) {
    const id = `d${number}`;
    parts.registry.createDevice({ deviceId: deviceId(id), isEdge: true }, 'service');
    const tags = { site: 'north', role: `r${number % 5}`, at: { hall: number % 2 } };
    parts.twins.patch(deviceIdentity(id), { tags }, '*', 'service');
  }
}

function parsed<S>(condition: Result<Condition<S>>): Condition<S> {
  if (!condition.ok) throw new Error(condition.problems[0]?.message);
  return condition.value;
}

/** `all`, or what the devices are looked up by. */
function reachText(aim: Aim): string {
  const reach = reachOf(parts.store.read, aim);
  if (reach === 'all') return reach;
  return reach.map(({ path, value }) => `${[path.root, ...path.segments].join('.')}=${String(value)}`).join(' or ');
}

describe('reachOf', () => {
  it.each([
    ['', ''],
    ['*', 'all'],
    ["deviceId = 'd1'", 'deviceId=d1'],
    ["tags.site = 'north'", 'tags.site=north'],
    ["tags.site = 'north' AND tags.role = 'r1'", 'tags.role=r1'],
    ["tags.role IN ['r1', 'r2'] AND tags.site = 'north'", 'tags.role=r1 or tags.role=r2'],
    ["tags.site = 'north' AND deviceId = 'd1'", 'deviceId=d1'],
    ["tags.role = 'r1' OR deviceId = 'd7'", 'tags.role=r1 or deviceId=d7'],
    ["properties.reported.kind = 'x'", 'all'],
    ["properties.reported.kind = 'x' AND tags.at.hall = 1", 'tags.at.hall=1'],
    ["properties.reported.kind = 'x' OR tags.at.hall = 1", 'all'],
    ['tags.at.hall = 0.5', 'all'],
    ['tags.at.hall > 0', 'all'],
    ['false', ''],
  ])('when a condition is %s, it reaches: %s', (text, reach) => {
    createDevices(10);
    expect(reachText({ kind: 'edge', condition: parsed(parseCondition(text)) })).toBe(reach);
  });

  it.each([
    ["from devices.modules where tags.site = 'north'", 'all'],
    ["from devices.modules where moduleId = 'm'", 'all'],
    ["from devices.modules where tags.site = 'north' AND deviceId = 'd1'", 'deviceId=d1'],
  ])('when the condition is of modules: %s, it reaches: %s', (text, reach) => {
    createDevices(3);
    expect(reachText({ kind: 'module', condition: parsed(parseModuleCondition(text)) })).toBe(reach);
  });
});

/** The devices that the controller reads from now on, by their registry row or with others alike: it looks at them. */
function watchLooks(): ReadonlySet<string> {
  const looked = new Set<string>();
  const { devices, deviceLikenesses } = parts.store.read;
  const get = devices.get.bind(devices);
  const of = deviceLikenesses.of.bind(deviceLikenesses);
  Object.assign(deviceLikenesses, {
    of(ids: Parameters<typeof of>[0]) {
      for (const id of ids) looked.add(id);
      return of(ids);
    },
  });
  Object.assign(devices, {
    get(id: Parameters<typeof get>[0]) {
      looked.add(id);
      return get(id);
    },
  });
  return looked;
}

async function settle(): Promise<void> {
  parts.controller.start();
  await parts.controller.settled();
}

describe('what is looked at', () => {
  it('when a deployment for some is created, aimed anew and deleted, only those it meant and means are looked at', async () => {
    createDevices(20);
    parts.deployments.create(aBase('base'), 'service');
    await settle();
    const { deployments, controller } = parts;
    for (const [change, devices] of [
      [() => deployments.create(layerFor("tags.role = 'r1'"), 'service'), ['d1', 'd11', 'd16', 'd6']],
      [
        () => deployments.update(layerFor("tags.role = 'r2' AND tags.site = 'north'"), '*', 'service'),
        ['d1', 'd11', 'd12', 'd16', 'd17', 'd2', 'd6', 'd7'],
      ],
      [() => deployments.update(layerFor("deviceId = 'd3'"), '*', 'service'), ['d12', 'd17', 'd2', 'd3', 'd7']],
      [() => deployments.delete(deploymentId('layer'), '*', 'service'), ['d3']],
    ] as const) {
      const looked = watchLooks();
      change();
      await controller.settled();
      expect([...looked].toSorted()).toEqual(devices);
    }
  });

  it('when a tag changes that no condition reads, nothing is looked at', async () => {
    createDevices(3);
    parts.deployments.create(aBase('base'), 'service');
    parts.deployments.create(layerFor("tags.at.hall = 1 AND properties.reported.at.x = 'y'"), 'service');
    await settle();
    const looked = watchLooks();
    const { twins, controller } = parts;
    twins.patch(deviceIdentity('d1'), { tags: { role: 'other', at: { floor: 1 } } }, undefined, 'console');
    await twins.report(deviceIdentity('d1'), { hall: 1, at: { z: 1 } });
    await controller.settled();
    // The operations themselves read no registry row of a device that has a twin.
    expect([...looked]).toEqual([]);
    twins.patch(deviceIdentity('d1'), { tags: { at: null } }, undefined, 'console');
    await twins.report(deviceIdentity('d2'), { at: 1 });
    await controller.settled();
    expect([...looked].toSorted()).toEqual(['d1', 'd2']);
  });
});

function layerFor(targetCondition: string) {
  return aLayer('layer', 'm', { targetCondition });
}
