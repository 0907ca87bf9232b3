// A preview is what then happens: random sites, random changes; the preview first, then the change itself, compared device by
// device. And a preview leaves no trace.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DeviceId } from '#base/ids.ts';
import type { JsonObject } from '#base/json.ts';
import { usualDeploymentLimits } from '#domain/deployment-limits.ts';
import { notAppliedOf } from '#domain/not-applied.ts';
import type { PreviewChange } from '#domain/preview-change.ts';
import type { ModulesContent, TwinContent } from '#domain/deployment.ts';
import { foreseeFleet } from '#hub/preview-fleet.ts';
import type { NewDeployment } from '#hub/hub-types.ts';
import type { Outcome } from '#hub/preview-outcome.ts';
import { createBreath } from '#hub/preview-slices.ts';
import { createPreviewOperations } from '#hub/preview.ts';
import { freshHubParts } from '#test/support/fresh-hub-parts.ts';
import {
  aBase,
  aLayer,
  aNewConfiguration,
  aNewDeployment,
  deploymentId,
  deviceId,
  deviceIdentity,
  moduleIdentity,
} from '#test/support/hub-parts.ts';

const deviceIds = ['d1', 'd2', 'd3', 'd4'] as const;
const deploymentIds = ['a', 'b', 'c', 'd', 'e', 'f'] as const;
const conditions = [
  '*',
  '*',
  '',
  "tags.role = 'a'",
  "tags.role = 'b' OR deviceId = 'd1'",
  "properties.reported.kind = 'x'",
];
// Five of them fit into a twin, ten do not: whoever is to get the base that has five and the layer that has others is refused.
const large = (prefix: string): ModulesContent => ({
  $edgeAgent: {},
  m1: Object.fromEntries(Array.from({ length: 5 }, (_, at) => [`properties.desired.${prefix}${at}`, 'x'.repeat(4000)])),
});
const contents: readonly ModulesContent[] = [
  { ...large('p'), $edgeAgent: aBase('x', { modules: ['m1'] }).content.$edgeAgent as JsonObject },
  { ...large('p'), $edgeAgent: aBase('x', { modules: ['m1', 'm2'] }).content.$edgeAgent as JsonObject },
  { $edgeAgent: aLayer('x', 'm3').content.$edgeAgent as JsonObject },
  { $edgeAgent: aLayer('x', 'm1').content.$edgeAgent as JsonObject, m1: { 'properties.desired.rate': 1 } },
  { $edgeAgent: {}, m1: { 'properties.desired': { whole: true } }, m4: { 'properties.desired.x.y': 2 } },
  {
    $edgeAgent: { 'properties.desired.modules.m1': null },
    $edgeHub: { 'properties.desired.routes.r': 'FROM /* INTO $upstream' },
  },
  large('q'),
];
const configurations: readonly (readonly ['device' | 'module', TwinContent])[] = [
  ['device', { 'properties.desired.rate': 1 }],
  ['device', { 'properties.desired': { rate: 2, whole: true } }],
  ['module', large('q')['m1'] ?? {}],
  ['module', { 'properties.desired.rate': 5, 'properties.desired.x': null }],
];

const id = fc.constantFrom(...deploymentIds);
const priority = fc.integer({ min: 0, max: 3 });
const targetCondition = fc.constantFrom(...conditions);
// By its number: a counterexample is read by people.
// A base now and then: without one nothing applies.
const bases = [0, 1, 0, 1];
const largest = [contents.length - 1, contents.length - 1];
const automatic = configurations.map((_, at) => contents.length + at);
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
const site = fc.record({
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

const careful = fc.constantFrom(true, true, true, true, false);

type Change = typeof change extends fc.Arbitrary<infer C> ? C : never;

function withContent(drawn: Change): PreviewChange {
  return drawn.kind === 'create' ? { kind: drawn.kind, ...drawnDeployment(drawn) } : drawn;
}

/** What names a deployment that is there, or creates one that is not. */
function withoutNonsense(drawn: readonly Change[], { deployments }: Site): readonly PreviewChange[] {
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

const parts = freshHubParts();

function wantedDeployment(drawn: ReturnType<typeof drawnDeployment>): NewDeployment {
  const { id, deploymentKind, priority, targetCondition, content } = drawn;
  const aim = { priority, targetCondition };
  return deploymentKind === 'edge'
    ? aNewDeployment(id, { ...aim, content: content as ModulesContent })
    : aNewConfiguration(id, { ...aim, kind: deploymentKind, content });
}

type Site = typeof site extends fc.Arbitrary<infer S> ? S : never;

async function settleSite({ devices, deployments, lateRoles, edits }: Site): Promise<void> {
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
    if (known.includes('m1' as never))
      twins.patch(moduleIdentity(name, 'm1'), { desired: { hand: 1 } }, '*', 'service');
  }
  await controller.settled();
}

function makeChange(made: PreviewChange): void {
  const { deployments, twins } = parts;
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

function stateOf(name: DeviceId) {
  const { read } = parts.store;
  return {
    effective: read.revisions.latest(name)?.effective,
    automatic: read.revisions.latest(name)?.automatic ?? {},
    statuses: read.deployments.statuses(name),
    desired: sectionsOf(name),
  };
}

/** '' is the device's own. */
function sectionsOf(name: DeviceId): Readonly<Record<string, JsonObject>> {
  const { twins } = parts.store.read;
  const own = twins.get({ deviceId: name, moduleId: null })?.desired.value ?? {};
  return { '': own, ...Object.fromEntries(twins.desiredOf(name)) };
}

type State = ReturnType<typeof stateOf>;
const nothingEffective = { base: null, applied: [], notApplied: {}, modules: {}, origins: {} };

function expectAsForeseen(name: DeviceId, before: State, outcome: Outcome | undefined): void {
  const after = stateOf(name);
  const isEdited = outcome?.isEditedByHand ?? isEditedNow(before);
  if (outcome === undefined || outcome.refusal !== null) {
    expect(after.effective).toEqual(before.effective);
    if (outcome === undefined) expect(after.statuses).toEqual(before.statuses);
    // What a hand wrote is undone by any evaluation of the device, and none is promised here.
    if (!isEdited) expect(after.desired).toEqual(before.desired);
    if (!isEdited) expect(after.automatic).toEqual(before.automatic);
    expect(parts.controller.failureOf(name) !== undefined || outcome === undefined).toBe(true);
    return;
  }
  expect(parts.controller.failureOf(name)).toBeUndefined();
  expect(outcome.before).toEqual(before.effective ?? nothingEffective);
  expect(after.effective ?? nothingEffective).toEqual(outcome.after);
  expect(after.automatic).toEqual(outcome.difference?.revision?.automatic ?? before.automatic);
  expect(notAppliedOf(after.effective ?? nothingEffective, after.automatic)).toEqual(outcome.notApplied.after);
  expect(after.statuses).toEqual(outcome.difference?.statuses ?? before.statuses);
  const { missingModules = [], twins = [] } = outcome.difference ?? {};
  const added = missingModules.map((moduleId) => [moduleId, {}] as const);
  const written = twins.flatMap(({ moduleId, section }) =>
    section === null ? [] : [[moduleId ?? '', section] as const],
  );
  expect(after.desired).toEqual({ ...before.desired, ...Object.fromEntries([...added, ...written]) });
}

function isEditedNow({ desired }: State): boolean {
  return desired['m1']?.['hand'] === 1;
}

test('when a change is previewed and then made, every device ends as was foreseen, and the preview left no trace', async () => {
  const seen = { outcomes: 0, automatic: 0, refusals: 0, wrong: 0 };
  await fc.assert(
    fc.asyncProperty(
      site,
      fc.array(change, { minLength: 1, maxLength: 3 }),
      careful,
      async (wanted, drawn, isCareful) => {
        const changes = isCareful ? withoutNonsense(drawn, wanted) : drawn.map(withContent);
        await parts.renew();
        await settleSite(wanted);
        const { store, controller, clock } = parts;
        const before = new Map(deviceIds.map((name) => [name, stateOf(deviceId(name))]));
        const asOf = store.read.journal.lastSeq();
        const outcomes = new Map<string, Outcome>();
        const snapshot = store.snapshot();
        const breathe = createBreath(clock, undefined);
        const asked = { read: snapshot.read, changes, clock, breathe, limits: usualDeploymentLimits };
        const result = await foreseeFleet(asked, (outcome) => {
          outcomes.set(outcome.deviceId, outcome);
        });
        snapshot.close();
        const answer = await createPreviewOperations({ store, clock }).preview(changes);
        expect(store.read.journal.lastSeq()).toBe(asOf);
        for (const [name, state] of before) expect(stateOf(deviceId(name))).toEqual(state);
        expect(answer.ok).toBe(result.ok);
        if (!answer.ok) {
          // A change that is wrong is refused when it is made, too.
          seen.wrong += 1;
          expect(() => store.change(() => changes.forEach(makeChange))).toThrow();
        } else {
          changes.forEach(makeChange);
          await controller.settled();
          for (const [name, state] of before) expectAsForeseen(deviceId(name), state, outcomes.get(name));
          const { counts } = answer;
          expect(answer.asOf).toBe(asOf);
          expect(counts.considered).toBe(counts.unaffected + counts.matchOnly + counts.changed + counts.refused);
          expect(counts.devices).toBe(counts.considered + counts.excluded);
          expect(answer.groups.flatMap((group) => group.deviceIds).toSorted()).toEqual([...outcomes.keys()].toSorted());
          seen.outcomes += outcomes.size;
          seen.automatic += [...outcomes.values()].filter(
            ({ automatic }) => Object.keys(automatic.after).length > 0,
          ).length;
          seen.refusals += counts.refused;
        }
      },
    ),
    { numRuns: 250, seed: 20261121 },
  );
  // The game reached what it is about.
  expect(seen.outcomes).toBeGreaterThan(150);
  expect(seen.automatic).toBeGreaterThan(15);
  expect(seen.refusals).toBeGreaterThan(10);
  expect(seen.wrong).toBeGreaterThan(5);
}, 60_000);
