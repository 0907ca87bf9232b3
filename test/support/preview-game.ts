// Sites and changes of them, drawn at random, for previews to be held against what then happens: few devices, and few
// deployments of few kinds, so that most changes meet something.
import * as fc from 'fast-check';
import type { JsonObject } from '#base/json.ts';
import type { ModulesContent, TwinContent } from '#domain/records/deployment.ts';
import type { PreviewChange } from '#domain/layering/preview-change.ts';
import type { NewDeployment } from '#hub/hub-types.ts';
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
  type HubParts,
} from './hub-parts.ts';
import { large } from './preview-site.ts';

export const deviceIds = ['d1', 'd2', 'd3', 'd4'] as const;
const deploymentIds = ['a', 'b', 'c', 'd', 'e', 'f'] as const;
const conditions = [
  '*',
  '*',
  '',
  "tags.role = 'a'",
  "tags.role = 'b' OR deviceId = 'd1'",
  "properties.reported.kind = 'x'",
];
// Whoever is to get the base that has five values and the layer that has five others is refused.
const largeContent = (prefix: string): ModulesContent => ({ $edgeAgent: {}, m1: large(prefix) });
const contents: readonly ModulesContent[] = [
  { ...largeContent('p'), $edgeAgent: aBase('x', { modules: ['m1'] }).content.$edgeAgent as JsonObject },
  { ...largeContent('p'), $edgeAgent: aBase('x', { modules: ['m1', 'm2'] }).content.$edgeAgent as JsonObject },
  { $edgeAgent: aLayer('x', 'm3').content.$edgeAgent as JsonObject },
  { $edgeAgent: aLayer('x', 'm1').content.$edgeAgent as JsonObject, m1: { 'properties.desired.rate': 1 } },
  { $edgeAgent: {}, m1: { 'properties.desired': { whole: true } }, m4: { 'properties.desired.x.y': 2 } },
  {
    $edgeAgent: { 'properties.desired.modules.m1': null },
    $edgeHub: { 'properties.desired.routes.r': 'FROM /* INTO $upstream' },
  },
  largeContent('q'),
];
const configurations: readonly (readonly ['device' | 'module', TwinContent])[] = [
  ['device', { 'properties.desired.rate': 1 }],
  ['device', { 'properties.desired': { rate: 2, whole: true } }],
  ['module', large('q')],
  ['module', { 'properties.desired.rate': 5, 'properties.desired.x': null }],
];

const id = fc.constantFrom(...deploymentIds);
const priority = fc.integer({ min: 0, max: 3 });
const targetCondition = fc.constantFrom(...conditions);
// A base now and then: without one nothing applies.
const bases = [0, 1, 0, 1];
const largest = [contents.length - 1, contents.length - 1];
const automatic = configurations.map((_, at) => contents.length + at);
// By its number: a counterexample is read by people.
const content = fc.constantFrom(...bases, ...contents.keys(), ...largest, ...automatic, ...automatic);

/** A deployment as it is created, and as it is thought of: what its number stands for, aimed in the language of its kind. */
function drawnDeployment({ targetCondition, content, ...drawn }: Drawn) {
  const [deploymentKind, twinContent] = configurations[content - contents.length] ?? ['edge' as const, undefined];
  const isTest = targetCondition !== '*' && targetCondition !== '';
  const condition = `from devices.modules where ${isTest ? targetCondition : "moduleId = 'm1'"}`;
  return {
    ...drawn,
    deploymentKind,
    targetCondition: deploymentKind === 'module' ? condition : targetCondition,
    content: twinContent ?? contents[content] ?? {},
  };
}

interface Drawn {
  readonly id: string;
  readonly priority: number;
  readonly targetCondition: string;
  readonly content: number;
}

const role = fc.constantFrom('a', 'b', null);
const aDevice = fc.record({
  isEdge: fc.constantFrom(true, true, true, false),
  role,
  kind: fc.constantFrom('x', null),
});
export const drawnSite = fc.record({
  devices: fc.array(aDevice, { minLength: 4, maxLength: 4 }),
  deployments: fc.uniqueArray(fc.record({ id, priority, targetCondition, content }), {
    selector: (made) => made.id,
    minLength: 2,
    maxLength: 4,
  }),
  lateRoles: fc.array(role, { maxLength: 4 }),
  edits: fc.subarray([...deviceIds]),
});
const change = fc.oneof(
  fc.record({ kind: fc.constant('create' as const), id, priority, targetCondition, content }),
  fc.record({
    kind: fc.constant('update' as const),
    id,
    priority: fc.option(priority, { nil: undefined }),
    targetCondition: fc.option(targetCondition, { nil: undefined }),
  }),
  fc.record({ kind: fc.constant('delete' as const), id }),
  fc.record({
    kind: fc.constant('tag' as const),
    deviceIds: fc.subarray([...deviceIds], { minLength: 1 }),
    patch: fc.record({ role }),
  }),
);

export const drawnChanges = fc.array(change, { minLength: 1, maxLength: 3 });

type Site = typeof drawnSite extends fc.Arbitrary<infer S> ? S : never;
type Change = typeof change extends fc.Arbitrary<infer C> ? C : never;

/** A drawn change as it is asked for. */
export function withContent(drawn: Change): PreviewChange {
  return drawn.kind === 'create' ? { kind: drawn.kind, ...drawnDeployment(drawn) } : drawn;
}

/** Of drawn changes those that name a deployment that is there, or create one that is not. */
export function withoutNonsense(drawn: readonly Change[], { deployments }: Site): readonly PreviewChange[] {
  const known = new Set<string>(deployments.map((made) => made.id));
  const isSound = (made: Change): boolean => {
    if (made.kind === 'tag') return true;
    const isKnown = known.has(made.id);
    if (made.kind === 'create') known.add(made.id);
    if (made.kind === 'delete') known.delete(made.id);
    return isKnown === (made.kind !== 'create');
  };
  return drawn.filter(isSound).map(withContent);
}

function wantedDeployment(drawn: ReturnType<typeof drawnDeployment>): NewDeployment {
  const { id, deploymentKind, priority, targetCondition, content } = drawn;
  const aim = { priority, targetCondition };
  return deploymentKind === 'edge'
    ? aNewDeployment(id, { ...aim, content: content as ModulesContent })
    : aNewConfiguration(id, { ...aim, kind: deploymentKind, content });
}

/** Makes a drawn site, evaluated to its end. */
export async function settleSite(parts: HubParts, { devices, deployments, lateRoles, edits }: Site): Promise<void> {
  const { registry, twins, controller } = parts;
  for (const [at, { isEdge, role, kind }] of devices.entries()) {
    const name = deviceIds[at] ?? 'd1';
    registry.createDevice({ deviceId: deviceId(name), isEdge }, 'service');
    twins.patch(deviceIdentity(name), { tags: { role } }, '*', 'service');
    await twins.report(deviceIdentity(name), { kind });
  }
  controller.start();
  for (const made of deployments) parts.deployments.create(wantedDeployment(drawnDeployment(made)), 'service');
  await controller.settled();
  // A device that was managed and no longer is keeps what it ran.
  for (const [at, role] of lateRoles.entries())
    twins.patch(deviceIdentity(deviceIds[at] ?? 'd1'), { tags: { role } }, '*', 'service');
  await controller.settled();
  for (const name of edits) {
    const known = parts.store.read.modules.idsOf(deviceId(name));
    if (known.includes(moduleId('m1')))
      twins.patch(moduleIdentity(name, 'm1'), { desired: { hand: 1 } }, '*', 'service');
  }
  await controller.settled();
}

/** Makes in truth what was previewed. */
export function makeChange({ deployments, twins }: HubParts, made: PreviewChange): void {
  switch (made.kind) {
    case 'create':
      deployments.create(wantedDeployment(made as ReturnType<typeof drawnDeployment>), 'service');
      break;
    case 'update': {
      const current = deployments.get(deploymentId(made.id));
      const { priority = current.priority, targetCondition = current.targetCondition } = made;
      deployments.update({ ...current, priority, targetCondition }, '*', 'service');
      break;
    }
    case 'delete':
      deployments.delete(deploymentId(made.id), '*', 'service');
      break;
    case 'tag':
      for (const name of made.deviceIds) twins.patch(deviceIdentity(name), { tags: made.patch }, '*', 'service');
  }
}
