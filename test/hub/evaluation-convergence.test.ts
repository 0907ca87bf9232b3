// Whatever happens, in whatever order: the devices end where a calculation from nothing says they should.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isJsonObject, type JsonObject } from '#base/json.ts';
import type { Result } from '#base/result.ts';
import { automaticConfiguration } from '#domain/layering/automatic-configuration.ts';
import { parseModuleCondition } from '#domain/conditions/condition-module.ts';
import { matches, parseCondition, type Condition } from '#domain/conditions/condition.ts';
import { isEdgeDeployment, type AutomaticConfiguration } from '#domain/records/deployment.ts';
import { statusesOf } from '#domain/layering/deployment-status.ts';
import { layer } from '#domain/layering/layering.ts';
import type { ConditionSubject } from '#domain/values/twin.ts';
import { requireTwin } from '#hub/records/twin-operations.ts';
import { freshHubParts } from '#test/support/fresh-hub-parts.ts';
import {
  aBase,
  aLayer,
  aNewConfiguration,
  aNewDeployment,
  deploymentId,
  deviceId,
  deviceIdentity,
  moduleId,
  moduleIdentity,
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
const moduleConditions = [
  "moduleId = 'm1'",
  "tags.role = 'a' AND deviceId IN ['d1', 'd2']",
  "NOT tags.role = 'a' OR moduleId = 'm3'",
  "properties.reported.kind = 'x'",
  'tags.at.hall > 0',
];
const configuration = fc
  .record({
    id: fc.constantFrom('k', 'l'),
    priority: fc.integer({ min: 0, max: 2 }),
    value: fc.integer({ min: 1, max: 3 }),
    aim: fc.oneof(
      fc.constantFrom(...conditions).map((targetCondition) => ({ kind: 'device' as const, targetCondition })),
      fc.constantFrom(...moduleConditions).map((condition) => {
        return { kind: 'module' as const, targetCondition: `from devices.modules where ${condition}` };
      }),
    ),
  })
  // Only what is taken away again leaves nothing behind that a calculation from nothing would not know of.
  .map(({ id, priority, value, aim }) =>
    aNewConfiguration(id, { ...aim, priority, content: { 'properties.desired.set': value }, onRemoval: 'remove' }),
  );
const module = fc.constantFrom('m1', 'm3');
const step = fc.oneof(
  fc.record({ kind: fc.constant('create-device' as const), device, isEdge: fc.boolean() }),
  fc.record({ kind: fc.constant('delete-device' as const), device }),
  fc.record({ kind: fc.constant('tag' as const), device, patch: fc.constantFrom(...patches) }),
  fc.record({ kind: fc.constant('tag' as const), device, patch: fc.constantFrom(...patches) }),
  fc.record({ kind: fc.constant('set-tags' as const), device, patch: fc.constantFrom(...patches) }),
  fc.record({ kind: fc.constant('report' as const), device, patch: fc.constantFrom(...patches) }),
  fc.record({ kind: fc.constant('delete-module' as const), device, module }),
  fc.record({ kind: fc.constant('tag-module' as const), device, module, patch: fc.constantFrom(...patches) }),
  fc.record({ kind: fc.constant('report-module' as const), device, module, patch: fc.constantFrom(...patches) }),
  fc.record({ kind: fc.constant('configure' as const), configuration }),
  fc.record({ kind: fc.constant('reconfigure' as const), configuration }),
  fc.record({ kind: fc.constant('deploy' as const), deployment }),
  fc.record({ kind: fc.constant('aim' as const), deployment }),
  fc.record({ kind: fc.constant('withdraw' as const), id: fc.constantFrom('a', 'b', 'c', 'd', 'k', 'l') }),
  fc.record({ kind: fc.constant('restart' as const) }),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** Two of three devices are there and have a base, so that most steps mean something. */
const parts = freshHubParts(async ({ registry, deployments, controller }) => {
  for (const id of deviceIds.slice(0, 2)) registry.createDevice({ deviceId: deviceId(id), isEdge: true }, 'service');
  deployments.create(aBase('base', { modules: ['m1'] }), 'service');
  controller.start();
  await controller.settled();
});

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
    case 'tag-module':
      twins.patch(moduleIdentity(step.device, step.module), { tags: step.patch }, '*', 'service');
      break;
    case 'report-module':
      await twins.report(moduleIdentity(step.device, step.module), step.patch);
      break;
    case 'configure':
      deployments.create(step.configuration, 'service');
      break;
    case 'reconfigure': {
      const { kind, content } = deployments.get(step.configuration.id);
      if (kind === step.configuration.kind) deployments.update({ ...step.configuration, content }, '*', 'service');
      break;
    }
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
  for (const device of store.read.devices.list({ limit: 100 })) {
    const twin = requireTwin(store.read, { deviceId: device.deviceId, moduleId: null });
    const matched = device.isEdge
      ? store.read.deployments
          .list()
          .filter(isEdgeDeployment)
          .filter(({ targetCondition }) => {
            return isTrue(parseCondition(targetCondition), { ...twin, reported: twin.reported.value });
          })
      : [];
    const effective = layer(matched);
    const { deviceId } = device;
    const automatic = automaticOn({ deviceId, tags: twin.tags, reported: twin.reported.value });
    const ids = new Set<string>(registry.listModules(deviceId).map(({ moduleId }) => moduleId));
    const statuses = Object.entries(statusesOf(effective, matched)).filter(([moduleId]) => ids.has(moduleId));
    const expected = Object.fromEntries(statuses);
    for (const [moduleId, { statuses: own }] of automatic) expected[moduleId] = { ...expected[moduleId], ...own };
    expect(store.read.deployments.statuses(deviceId)).toEqual(expected);
    expect(twin.desired.value).toEqual(automatic.get('')?.written ?? {});
    const revision = store.read.revisions.latest(deviceId)?.effective;
    expect(revision?.applied ?? []).toEqual(effective.applied);
    expect(revision?.notApplied ?? {}).toEqual(effective.notApplied);
    if (effective.base === null) continue;
    expect(revision?.modules).toEqual(effective.modules);
    for (const { moduleId } of registry.listModules(deviceId)) {
      const desired = parts.twins.get(moduleIdentity(deviceId, moduleId)).desired.value;
      expect(desired).toEqual({ ...effective.modules[moduleId], ...automatic.get(moduleId)?.written });
    }
    const agentModules = effective.modules['$edgeAgent']?.['modules'];
    const named = [...Object.keys(effective.modules), ...(isJsonObject(agentModules) ? Object.keys(agentModules) : [])];
    expect(registry.listModules(deviceId).map(({ moduleId }) => moduleId)).toEqual(expect.arrayContaining(named));
  }
}

/** Module id ('' for the device itself) → the configurations of its twin: their statuses, and what they write together. */
function automaticOn(subject: ConditionSubject) {
  const { deviceId } = subject;
  const all = parts.store.read.deployments.list().filter((each) => !isEdgeDeployment(each));
  const results = new Map<string, { readonly statuses: object; readonly written: object }>();
  const note = (moduleId: string, matched: readonly AutomaticConfiguration[]): void => {
    const { statuses, writes } = automaticConfiguration(matched);
    if (matched.length > 0) results.set(moduleId, { statuses, written: { set: writes[0]?.value } });
  };
  note(
    '',
    all.filter(({ kind, targetCondition }) => kind === 'device' && isTrue(parseCondition(targetCondition), subject)),
  );
  for (const { moduleId } of parts.registry.listModules(deviceId)) {
    if (moduleId.startsWith('$')) continue;
    const { tags, reported } = parts.twins.get({ deviceId, moduleId });
    const module = { deviceId, moduleId, tags, reported: reported.value };
    note(
      moduleId,
      all.filter(({ kind, targetCondition }) => {
        return kind === 'module' && isTrue(parseModuleCondition(targetCondition), module);
      }),
    );
  }
  return results;
}

function isTrue<S>(condition: Result<Condition<S>>, subject: S): boolean {
  return condition.ok && matches(condition.value, subject);
}

describe('evaluation', () => {
  it('when anything happens in any order, each device ends as a calculation from nothing says, and stays there', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(step, fc.boolean()), { minLength: 5, maxLength: 40 }), async (steps) => {
        await parts.renew();
        const { controller, store } = parts;
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
      }),
      { numRuns: 100, seed: 20261121 },
    );
  });
});
