// A game of everything that happens around automatic configurations: steps drawn at random, and how each is taken. What is
// written, aimed at and removed is so little that the steps meet each other all the time.
import * as fc from 'fast-check';
import { expect } from 'vitest';
import type { Json, JsonObject } from '#base/json.ts';
import { freshHubParts } from './fresh-hub-parts.ts';
import {
  aBase,
  aNewConfiguration,
  deploymentId,
  deviceId,
  deviceIdentity,
  moduleId,
  moduleIdentity,
  type HubParts,
} from './hub-parts.ts';

/** An edge device and one that is none. */
export const gameDevices = ['edge', 'plain'] as const;
const modules = ['m1', 'cam'];
const ofDevices = ['*', '', "tags.role = 'a'", "deviceId = 'plain'", 'properties.reported.ready = true'];
const ofModules = [
  '',
  "tags.role = 'a'",
  "moduleId = 'm1'",
  "deviceId = 'edge' AND NOT tags.role = 'a'",
  'properties.reported.ready = true',
].map((condition) => (condition === '' ? '' : `from devices.modules where ${condition}`));
const manifests = [
  { modules: ['m1'], section: { rate: 5, keep: { x: 1 } } },
  { modules: ['m1'], section: undefined },
  { modules: [], section: undefined },
];

const writes = fc.dictionary(
  fc.constantFrom('rate', 'keep', 'keep.x', 'keep.y.z', 'other'),
  fc.constantFrom<Json>(1, 'text', null, { x: 2 }, { y: { z: 3 }, n: null }),
  { minKeys: 1, maxKeys: 3 },
);
const twin = fc.record({ device: fc.constantFrom(...gameDevices), module: fc.constantFrom(null, ...modules) });
const id = fc.constantFrom('a', 'b', 'c');
const rule = fc.constantFrom('leave' as const, 'remove' as const);
const configure = fc.record({
  kind: fc.constant('configure' as const),
  id,
  priority: fc.nat(2),
  at: fc.nat(4),
  isForModules: fc.boolean(),
  writes,
  rule,
});
const step = fc.oneof(
  configure,
  configure,
  fc.record({ kind: fc.constant('aim' as const), id, priority: fc.nat(2), at: fc.nat(4) }),
  fc.record({ kind: fc.constant('withdraw' as const), id: fc.oneof(id, fc.constant('base')) }),
  fc.record({ kind: fc.constant('set-rule' as const), id, rule }),
  fc.record({ kind: fc.constant('clear' as const), id }),
  fc.record({ kind: fc.constant('deploy' as const), manifest: fc.constantFrom(...manifests) }),
  fc.record({ kind: fc.constant('tag' as const), twin, role: fc.constantFrom('a', 'b', null) }),
  fc.record({ kind: fc.constant('report' as const), twin, ready: fc.constantFrom(true, false, null) }),
  fc.record({
    kind: fc.constant('edit' as const),
    twin,
    desired: fc.constantFrom<JsonObject>({ rate: 9 }, { keep: null }, { keep: { x: 2, own: 1 } }),
  }),
  fc.record({
    kind: fc.constant('delete-module' as const),
    device: fc.constantFrom(...gameDevices),
    module: fc.constantFrom(...modules),
  }),
  fc.record({
    kind: fc.constant('add-module' as const),
    device: fc.constantFrom(...gameDevices),
    module: fc.constantFrom(...modules),
  }),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** Each with whether all that follows from it is waited for. */
export const someSteps = fc.array(fc.tuple(step, fc.boolean()), { minLength: 5, maxLength: 30 });

/** Configurations for the same twins and few paths: they write over each other. */
const quarrel = fc.record({
  kind: fc.constant('configure' as const),
  id,
  priority: fc.nat(2),
  at: fc.constantFrom(0, 2),
  isForModules: fc.boolean(),
  writes: fc.dictionary(fc.constantFrom('rate', 'keep', 'keep.x'), fc.constantFrom<Json>(1, { x: 2 }), { minKeys: 1 }),
  rule,
});
export const quarrelsomeSteps = fc.array(fc.tuple(fc.oneof(quarrel, quarrel, step), fc.boolean()), {
  minLength: 10,
  maxLength: 30,
});

/** Hub parts with the devices of the game, before each play and after each `renew`. */
export function gameParts() {
  return freshHubParts(async ({ registry, controller }) => {
    registry.createDevice({ deviceId: deviceId('edge'), isEdge: true }, 'service');
    registry.createDevice({ deviceId: deviceId('plain') }, 'service');
    registry.createModule(moduleIdentity('plain', 'cam'), null, undefined, 'service');
    controller.start();
    await controller.settled();
  });
}

const identityOf = ({ device, module }: { readonly device: string; readonly module: string | null }) =>
  module === null ? deviceIdentity(device) : moduleIdentity(device, module);

async function take({ registry, twins, deployments }: HubParts, each: Step): Promise<void> {
  switch (each.kind) {
    case 'configure': {
      const content = Object.fromEntries(
        Object.entries(each.writes).map(([path, value]) => [`properties.desired.${path}`, value]),
      );
      const { priority, rule: onRemoval } = each;
      const aim = each.isForModules
        ? ({ kind: 'module', targetCondition: ofModules[each.at] ?? '' } as const)
        : ({ kind: 'device', targetCondition: ofDevices[each.at] ?? '' } as const);
      deployments.create(aNewConfiguration(each.id, { ...aim, content, priority, onRemoval }), 'service');
      break;
    }
    case 'aim': {
      const { version: _version, ...current } = deployments.get(deploymentId(each.id));
      const targetCondition = (current.kind === 'module' ? ofModules : ofDevices)[each.at] ?? '';
      deployments.update({ ...current, targetCondition, priority: each.priority }, '*', 'service');
      break;
    }
    case 'withdraw':
      deployments.delete(deploymentId(each.id), '*', 'service');
      break;
    case 'set-rule':
      deployments.setOnRemoval(deploymentId(each.id), each.rule, 'console');
      break;
    case 'clear':
      deployments.removeLeftValues(deploymentId(each.id), 'console');
      break;
    case 'deploy': {
      const base = aBase('base', { modules: each.manifest.modules });
      const m1 = each.manifest.section && { m1: { 'properties.desired': each.manifest.section } };
      deployments.create({ ...base, content: { ...base.content, ...m1 } }, 'service');
      break;
    }
    case 'tag':
      twins.patch(identityOf(each.twin), { tags: { role: each.role } }, '*', 'service');
      break;
    case 'report':
      await twins.report(identityOf(each.twin), { ready: each.ready });
      break;
    case 'edit':
      twins.patch(identityOf(each.twin), { desired: each.desired }, '*', 'service');
      break;
    case 'delete-module':
      registry.deleteModule(deviceId(each.device), moduleId(each.module), '*', 'service');
      break;
    case 'add-module':
      registry.createModule(moduleIdentity(each.device, each.module), null, undefined, 'service');
  }
}

/** A step that is refused (no such module, id taken) is part of the game. */
export async function takeAll(
  parts: HubParts,
  steps: readonly (readonly [Step, boolean])[],
  watch: () => void = () => undefined,
): Promise<void> {
  for (const [each, isSettled] of steps) {
    await take(parts, each).catch((error: unknown) => expect(error).toMatchObject({ kind: 'refused' }));
    if (!isSettled) continue;
    await parts.controller.settled();
    watch();
  }
  await parts.controller.settled();
  watch();
}
