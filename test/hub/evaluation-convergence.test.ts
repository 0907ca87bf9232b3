// Whatever happens, in whatever order: the devices end where a calculation from nothing says they should.
import * as fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { isJsonObject, type JsonObject } from '#base/json.ts';
import { matches, parseCondition } from '#domain/condition.ts';
import { isEdgeDeployment } from '#domain/deployment.ts';
import { statusesOf } from '#domain/deployment-status.ts';
import { layer } from '#domain/layering.ts';
import {
  aBase,
  aLayer,
  aNewDeployment,
  createHubParts,
  deploymentId,
  deviceId,
  deviceIdentity,
  moduleId,
  moduleIdentity,
  type HubParts,
} from '#test/support/hub-parts.ts';

const deviceIds = ['d1', 'd2', 'd3'];
const conditions = [
  '*',
  '',
  "tags.role = 'a'",
  "tags.role = 'b' OR deviceId = 'd1'",
  "tags.role IN ['a', 'b'] AND tags.at.hall = 1",
  "NOT tags.role = 'a'",
  'tags.at.hall > 0',
  'IS_DEFINED(tags.at)',
  'tags.at.hall = 0.5 OR tags.role = null',
  "deviceId = 'd2' AND tags.at.hall != 1",
  "properties.reported.kind = 'x'",
  "properties.reported.kind = 'x' AND tags.role = 'a'",
  'properties.reported.at.hall = 1',
];
const patches: readonly JsonObject[] = [
  { role: 'a' },
  { role: 'b' },
  { role: null },
  { at: { hall: 1 } },
  { at: { hall: 0.5 } },
  { at: { hall: null } },
  { at: null },
  { at: 5 },
  { kind: 'x' },
  { kind: null },
];
const contents = [
  aBase('x', { modules: ['m1'] }).content,
  aBase('x', { modules: ['m1', 'm2'] }).content,
  aLayer('x', 'm3').content,
  { ...aLayer('x', 'm1').content, m1: { 'properties.desired.rate': 1 } },
  { $edgeAgent: {}, m1: { 'properties.desired': { whole: true } }, m4: { 'properties.desired.x.y': 2 } },
];

const device = fc.constantFrom(...deviceIds);
const deployment = fc.record({
  id: fc.constantFrom('a', 'b', 'c', 'd'),
  condition: fc.constantFrom(...conditions),
  priority: fc.integer({ min: 0, max: 3 }),
  content: fc.constantFrom(...contents),
});
const step = fc.oneof(
  fc.record({ kind: fc.constant('create-device' as const), device, isEdge: fc.boolean() }),
  fc.record({ kind: fc.constant('delete-device' as const), device }),
  fc.record({ kind: fc.constant('tag' as const), device, patch: fc.constantFrom(...patches) }),
  fc.record({ kind: fc.constant('tag' as const), device, patch: fc.constantFrom(...patches) }),
  fc.record({ kind: fc.constant('set-tags' as const), device, patch: fc.constantFrom(...patches) }),
  fc.record({ kind: fc.constant('report' as const), device, patch: fc.constantFrom(...patches) }),
  fc.record({ kind: fc.constant('delete-module' as const), device, module: fc.constantFrom('m1', 'm3') }),
  fc.record({ kind: fc.constant('deploy' as const), deployment }),
  fc.record({ kind: fc.constant('aim' as const), deployment }),
  fc.record({ kind: fc.constant('withdraw' as const), id: fc.constantFrom('a', 'b', 'c', 'd') }),
  fc.record({ kind: fc.constant('restart' as const) }),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

let parts: HubParts;
afterEach(async () => {
  await parts.controller.stop();
  parts.store.close();
});

/** Two of three devices are there and have a base, so that most steps mean something. */
async function beginWithDevices(): Promise<void> {
  const { registry, deployments, controller } = parts;
  for (const id of deviceIds.slice(0, 2)) registry.createDevice({ deviceId: deviceId(id), isEdge: true }, 'service');
  deployments.create(aBase('base', { modules: ['m1'] }), 'service');
  controller.start();
  await controller.settled();
}

async function take(step: Step): Promise<void> {
  const { registry, twins, deployments, controller } = parts;
  switch (step.kind) {
    case 'create-device':
      registry.createDevice({ deviceId: deviceId(step.device), isEdge: step.isEdge }, 'service');
      break;
    case 'delete-device':
      registry.deleteDevice(deviceId(step.device), '*', 'service');
      break;
    case 'tag':
      twins.patch(deviceIdentity(step.device), { tags: step.patch }, '*', 'service');
      break;
    case 'set-tags':
      twins.replace(deviceIdentity(step.device), { tags: step.patch }, '*', 'service');
      break;
    case 'report':
      await twins.report(deviceIdentity(step.device), step.patch);
      break;
    case 'delete-module':
      registry.deleteModule(deviceId(step.device), moduleId(step.module), '*', 'service');
      break;
    case 'deploy':
      deployments.create(wanted(step.deployment), 'service');
      break;
    case 'aim': {
      const current = deployments.get(deploymentId(step.deployment.id));
      if (isEdgeDeployment(current))
        deployments.update({ ...wanted(step.deployment), content: current.content }, '*', 'service');
      break;
    }
    case 'withdraw':
      deployments.delete(deploymentId(step.id), '*', 'service');
      break;
    case 'restart':
      await controller.stop();
      controller.start();
  }
}

function wanted({ id, condition, priority, content }: Extract<Step, { kind: 'deploy' }>['deployment']) {
  return aNewDeployment(id, { targetCondition: condition, priority, content });
}

/** Every device against a calculation that knows nothing of what happened before. */
function expectAllRight(): void {
  const { store, registry } = parts;
  for (const { device, twin } of store.read.twins.list({ limit: 100 })) {
    const matched = device.isEdge
      ? store.read.deployments
          .list()
          .filter(isEdgeDeployment)
          .filter(({ targetCondition }) => {
            const condition = parseCondition(targetCondition);
            return condition.ok && matches(condition.value, { ...twin, reported: twin.reported.value });
          })
      : [];
    const effective = layer(matched);
    const { deviceId } = device;
    const ids = new Set<string>(registry.listModules(deviceId).map(({ moduleId }) => moduleId));
    const statuses = Object.entries(statusesOf(effective, matched)).filter(([moduleId]) => ids.has(moduleId));
    expect(store.read.deployments.statuses(deviceId)).toEqual(Object.fromEntries(statuses));
    const revision = store.read.revisions.latest(deviceId)?.effective;
    expect(revision?.applied ?? []).toEqual(effective.applied);
    expect(revision?.notApplied ?? {}).toEqual(effective.notApplied);
    if (effective.base === null) continue;
    expect(revision?.modules).toEqual(effective.modules);
    for (const { moduleId } of registry.listModules(deviceId)) {
      const desired = parts.twins.get(moduleIdentity(deviceId, moduleId)).desired.value;
      expect(desired).toEqual(effective.modules[moduleId] ?? {});
    }
    const agentModules = effective.modules['$edgeAgent']?.['modules'];
    const named = [...Object.keys(effective.modules), ...(isJsonObject(agentModules) ? Object.keys(agentModules) : [])];
    expect(registry.listModules(deviceId).map(({ moduleId }) => moduleId)).toEqual(expect.arrayContaining(named));
  }
}

describe('evaluation', () => {
  it('when anything happens in any order, each device ends as a calculation from nothing says, and stays there', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(step, fc.boolean()), { minLength: 5, maxLength: 40 }), async (steps) => {
        parts = createHubParts();
        const { controller, store } = parts;
        await beginWithDevices();
        for (const [each, isSettled] of steps) {
          // A step that is refused (no such device, id taken) is part of the game.
          await take(each).catch((error: unknown) => expect(error).toMatchObject({ kind: 'refused' }));
          if (!isSettled) continue;
          await controller.settled();
          expectAllRight();
        }
        await controller.settled();
        expectAllRight();
        expect([...controller.failures()]).toEqual([]);
        const lastSeq = store.read.journal.lastSeq();
        await controller.stop();
        controller.start();
        await controller.settled();
        expect(store.read.journal.lastSeq()).toBe(lastSeq);
        await controller.stop();
        store.close();
      }),
      { numRuns: 250, seed: 20261121 },
    );
  });
});
