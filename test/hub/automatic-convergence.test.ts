// Automatic configurations and deployments together, whatever happens in whatever order: the twins end where a calculation
// from nothing says, in one evaluation, and stay there; and every revision tells for ever what was so when it was made.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DeviceId, ModuleId } from '#base/ids.ts';
import type { Json, JsonObject } from '#base/json.ts';
import { automaticConfiguration, type AutomaticResult } from '#domain/automatic-configuration.ts';
import { standingInBook, type AutomaticRecord } from '#domain/automatic-record.ts';
import { parseModuleCondition } from '#domain/condition-module.ts';
import { matches, parseCondition } from '#domain/condition.ts';
import { isEdgeDeployment, type AutomaticConfiguration, type Deployment } from '#domain/deployment.ts';
import { statusesOf } from '#domain/deployment-status.ts';
import type { EffectiveConfiguration } from '#domain/effective-configuration.ts';
import { layer } from '#domain/layering.ts';
import { withValue } from '#domain/path-writes.ts';
import { createEffectiveOperations } from '#hub/effective-view.ts';
import { freshHubParts } from '#test/support/fresh-hub-parts.ts';
import {
  aBase,
  aNewConfiguration,
  deploymentId,
  deviceId,
  deviceIdentity,
  moduleId,
  moduleIdentity,
} from '#test/support/hub-parts.ts';

const devices = ['edge', 'plain'];
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
const twin = fc.record({ device: fc.constantFrom(...devices), module: fc.constantFrom(null, ...modules) });
const id = fc.constantFrom('a', 'b', 'c');
const rule = fc.constantFrom('leave' as const, 'remove' as const);
const step = fc.oneof(
  fc.record({
    kind: fc.constant('configure' as const),
    id,
    priority: fc.nat(2),
    at: fc.nat(4),
    isForModules: fc.boolean(),
    writes,
    rule,
  }),
  fc.record({
    kind: fc.constant('configure' as const),
    id,
    priority: fc.nat(2),
    at: fc.nat(4),
    isForModules: fc.boolean(),
    writes,
    rule,
  }),
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
    device: fc.constantFrom(...devices),
    module: fc.constantFrom(...modules),
  }),
  fc.record({
    kind: fc.constant('add-module' as const),
    device: fc.constantFrom(...devices),
    module: fc.constantFrom(...modules),
  }),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

const parts = freshHubParts(async ({ registry, controller }) => {
  registry.createDevice({ deviceId: deviceId('edge'), isEdge: true }, 'service');
  registry.createDevice({ deviceId: deviceId('plain') }, 'service');
  registry.createModule(moduleIdentity('plain', 'cam'), null, undefined, 'service');
  controller.start();
  await controller.settled();
});

const identityOf = ({ device, module }: { readonly device: string; readonly module: string | null }) =>
  module === null ? deviceIdentity(device) : moduleIdentity(device, module);

async function take(each: Step): Promise<void> {
  const { registry, twins, deployments } = parts;
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

/** What matches a twin, by reading every condition anew. */
function matchedBy(device: DeviceId, module: ModuleId | null): readonly Deployment[] {
  const { tags, reported } = parts.twins.get({ deviceId: device, moduleId: module });
  const subject = { deviceId: device, tags, reported: reported.value };
  return parts.store.read.deployments.list().filter(({ kind, targetCondition }) => {
    if (module === null) {
      const condition = parseCondition(targetCondition);
      return kind !== 'module' && condition.ok && matches(condition.value, subject);
    }
    const condition = parseModuleCondition(targetCondition);
    return kind === 'module' && condition.ok && matches(condition.value, { ...subject, moduleId: module });
  });
}

function automaticOf(device: DeviceId, module: ModuleId | null): AutomaticResult {
  if (module?.startsWith('$') === true) return { writes: [], statuses: {} };
  const matched = matchedBy(device, module);
  return automaticConfiguration(matched.filter((each): each is AutomaticConfiguration => !isEdgeDeployment(each)));
}

function written(section: JsonObject, { writes: all }: AutomaticResult): JsonObject {
  return all.reduce<JsonObject>((rest, { path, value }) => withValue(rest, path, value), section);
}

interface Seen {
  readonly device: DeviceId;
  readonly module: ModuleId | null;
  readonly effective: EffectiveConfiguration;
  readonly automatic: AutomaticResult;
  readonly desired: JsonObject;
}

/** Checks every status, and `check`s the desired section of every twin. */
function expectAllRight(check: (seen: Seen) => void): void {
  for (const device of devices.map(deviceId)) {
    const edge = parts.registry.getDevice(device).isEdge ? matchedBy(device, null).filter(isEdgeDeployment) : [];
    const effective = layer(edge);
    const standing = statusesOf(effective, edge);
    const expected: Record<string, unknown> = {};
    for (const module of [null, ...parts.store.read.modules.idsOf(device)]) {
      const automatic = automaticOf(device, module);
      const statuses = { ...(module === null ? {} : standing[module]), ...automatic.statuses };
      if (Object.keys(statuses).length > 0) expected[module ?? ''] = statuses;
      check({
        device,
        module,
        effective,
        automatic,
        desired: parts.twins.get({ deviceId: device, moduleId: module }).desired.value,
      });
    }
    expect(parts.deployments.statuses(device)).toEqual(expected);
  }
}

async function evaluateAllAgain(): Promise<void> {
  await parts.controller.stop();
  parts.controller.start();
  await parts.controller.settled();
}

/** A step that is refused (no such module, id taken) is part of the game. */
async function takeAll(
  steps: readonly (readonly [Step, boolean])[],
  watch: () => void = () => undefined,
): Promise<void> {
  for (const [each, isSettled] of steps) {
    await take(each).catch((error: unknown) => expect(error).toMatchObject({ kind: 'refused' }));
    if (!isSettled) continue;
    await parts.controller.settled();
    watch();
  }
  await parts.controller.settled();
  watch();
}

/** What the newest revision of a device has to say of the twins that are there, calculated from nothing. */
function writesNow(device: DeviceId): Record<string, unknown> {
  const writes: Record<string, unknown> = {};
  for (const module of [null, ...parts.store.read.modules.idsOf(device)]) {
    const automatic = automaticOf(device, module);
    if (automatic.writes.length > 0)
      writes[module ?? ''] = automatic.writes.map(({ onRemoval: _rule, ...write }) => write);
  }
  return writes;
}

function writesIn(record: AutomaticRecord): Record<string, unknown> {
  const written = Object.entries(record).filter(([, { writes: all }]) => all.length > 0);
  return Object.fromEntries(written.map(([module, { writes: all }]) => [module, all]));
}

/** Of a revision, what must not depend on when it is asked for: who wrote what, whom that hid, and every reason. */
function toldOf(device: DeviceId, revision: number) {
  const told = createEffectiveOperations(parts.store.read).effective({
    deviceId: device,
    revision,
    after: 0,
    limit: 500,
  });
  const values = told.values
    .filter(({ kind }) => kind === 'set' || kind === 'taken-away')
    .map(({ differs: _differs, actual: _actual, hidden, ...value }) => {
      return { ...value, hidden: hidden.map(({ deploymentId: hiddenId }) => hiddenId) };
    });
  const { applied, notApplied, outranked, notKnown } = told;
  return { values, applied, notApplied, outranked, notKnown };
}

async function endAtRest(): Promise<void> {
  expect([...parts.controller.failures()]).toEqual([]);
  const seq = parts.store.read.journal.lastSeq();
  await evaluateAllAgain();
  expect(parts.store.read.journal.lastSeq()).toBe(seq);
}

/** Remembers what each revision told when it was new. */
function createHistory() {
  const told = new Map<string, ReturnType<typeof toldOf>>();
  const reasons = { count: 0 };
  return {
    reasons,
    note(): void {
      for (const device of devices.map(deviceId)) {
        const latest = parts.store.read.revisions.latest(device);
        expect(writesIn(latest?.automatic ?? {})).toEqual(writesNow(device));
        if (latest === undefined || told.has(`${device} ${latest.revision}`)) continue;
        const seen = toldOf(device, latest.revision);
        reasons.count += seen.notApplied.filter(({ moduleId: module }) => module !== null).length;
        told.set(`${device} ${latest.revision}`, seen);
      }
    },
    expectTheSame(): void {
      for (const [key, seen] of told) {
        const [device = '', revision] = key.split(' ');
        expect(toldOf(deviceId(device), Number(revision))).toEqual(seen);
      }
    },
  };
}

const someSteps = fc.array(fc.tuple(step, fc.boolean()), { minLength: 5, maxLength: 30 });

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
const quarrelsomeSteps = fc.array(fc.tuple(fc.oneof(quarrel, quarrel, step), fc.boolean()), {
  minLength: 10,
  maxLength: 30,
});

describe('evaluation with automatic configurations', () => {
  it('when anything happens, each revision tells what is so, and later still what was so', async () => {
    let reasons = 0;
    await fc.assert(
      fc.asyncProperty(quarrelsomeSteps, async (steps) => {
        await parts.renew();
        const history = createHistory();
        await takeAll(steps, () => history.note());
        await evaluateAllAgain();
        history.expectTheSame();
        reasons += history.reasons.count;
        for (const device of devices.map(deviceId)) {
          const { read } = parts.store;
          const record = read.revisions.latest(device)?.automatic ?? {};
          for (const [module, stored] of read.configurationWrites.ofDevice(device)) {
            const { desired } = parts.twins.get({ deviceId: device, moduleId: module });
            expect(record[module ?? '']?.left ?? []).toEqual(standingInBook(stored, desired.value).left);
          }
        }
        await endAtRest();
      }),
      { numRuns: 120, seed: 20261121 },
    );
    // The game reached what it is about.
    expect(reasons).toBeGreaterThan(30);
  });

  it('when anything happens, hands included, what configurations write stands on every twin once it is evaluated', async () => {
    await fc.assert(
      fc.asyncProperty(someSteps, async (steps) => {
        await parts.renew();
        await takeAll(steps);
        await evaluateAllAgain();
        expectAllRight(({ module, effective, automatic, desired }) => {
          expect(desired).toEqual(written(desired, automatic));
          const whole = effective.base === null || module === null ? undefined : effective.modules[module];
          if (whole !== undefined) expect(desired).toEqual(written(whole, automatic));
        });
        await endAtRest();
      }),
      { numRuns: 120, seed: 20261121 },
    );
  });

  it('when all values go with their configuration and no hand comes between, twins are as if nothing had been before', async () => {
    const orderly = someSteps.map((steps) =>
      steps
        .filter(([{ kind }]) => kind !== 'edit' && kind !== 'set-rule' && kind !== 'clear')
        .map(
          ([each, isSettled]) =>
            [each.kind === 'configure' ? { ...each, rule: 'remove' as const } : each, isSettled] as const,
        ),
    );
    await fc.assert(
      fc.asyncProperty(orderly, async (steps) => {
        await parts.renew();
        await takeAll(steps);
        expectAllRight(({ module, effective, automatic, desired }) => {
          // Without a base, modules that one wrote keep what they run.
          if (module !== null && module !== 'cam' && effective.base === null) return;
          expect(desired).toEqual(written((module === null ? undefined : effective.modules[module]) ?? {}, automatic));
        });
        expect(parts.deployments.leftValues()).toEqual([]);
        await endAtRest();
      }),
      { numRuns: 120, seed: 20261121 },
    );
  });
});
