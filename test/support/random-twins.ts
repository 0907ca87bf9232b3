// Sites and queries at random: twins with the keys and values that trip up SQL, and questions that can tell them apart.
import * as fc from 'fast-check';
import type { DeploymentId, DeviceId, ModuleId } from '#base/ids.ts';
import type { JsonObject } from '#base/json.ts';
import { deviceTwinJson, moduleTwinJson } from '#contract/twin-json.ts';
import type { Expression, LiteralValue } from '#domain/conditions/expression-ast.ts';
import { pathText } from '#domain/conditions/expression-path.ts';
import { printExpression } from '#domain/conditions/expression-print.ts';
import { queryDialect } from '#domain/conditions/expression-query-dialect.ts';
import type { Authentication } from '#domain/records/registry.ts';
import type { TwinCollection } from '#domain/queries/twin-query-ast.ts';
import type { Store } from '#store/store-types.ts';
import { aStoredDeployment, aStoredDevice, aStoredModule, aStoredTwin } from './test-store.ts';

interface RandomTwin {
  readonly tags: JsonObject;
  readonly desired: JsonObject;
  readonly reported: JsonObject;
  readonly version: number;
  readonly desiredVersion: number;
  readonly atMs: number;
  readonly isConnected: boolean;
  readonly authentication: Authentication;
  readonly status: 'Applied' | 'Targeted' | null;
}

export interface RandomDevice {
  readonly twin: RandomTwin;
  readonly modules: readonly RandomTwin[];
  readonly isEdge: boolean;
  readonly statusReason: string | null;
}

// No backslash: V8 13.6 reads a key that begins with an escape (`"\n"`) as the key `\` once it has read an object with that one.
const oddKeys = ['"', "'", '.', '$', '[0]', '__proto__', 'é', '😀', '\ue000', 'a b', '0', '\u0001', "';--"] as const;
// Few keys and few values, so that questions meet answers.
const key = fc.oneof({ weight: 8, arbitrary: fc.constantFrom('a', 'b') }, fc.constantFrom(...oddKeys));
const plainTexts = ['', 'a', 'b', 'ab', 'north', '"', '\\', '\n', 'n"', '50', 'true', 'null', '[', '{}', '/', 'é'];
const highTexts = ['\ud7ff', '\ue000', '\uffff', '😀', 'a😀', 'a\ue000'];
const text = fc.constantFrom(...plainTexts, ...highTexts, 'enabled', 'Applied', 'device-2', '$edgeAgent');
// What a twin may hold and no query may say.
const unsayable = fc.constantFrom('\ud83d', '\ude00', 'a\ud83d', '\u0000', 'a\u0000b');
const number = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(0, -0, 1, 2, 3, 50, -1, 0.1, 1.5, 1e21, 5e-324, 2 ** 53, 200) },
  fc.double({ noDefaultInfinity: true, noNaN: true }),
);
const scalar: fc.Arbitrary<LiteralValue> = fc.oneof(text, number, fc.boolean(), fc.constant(null));
// A twin holds no nulls; a row that did would be read all the same.
const stored = fc.oneof(
  { weight: 8, arbitrary: text },
  { weight: 8, arbitrary: number },
  { weight: 4, arbitrary: fc.boolean() },
  unsayable,
  fc.constant(null),
);
const objectOf = <T>(value: fc.Arbitrary<T>, maxKeys: number): fc.Arbitrary<Record<string, T>> =>
  fc.uniqueArray(fc.tuple(key, value), { maxLength: maxKeys, selector: ([name]) => name }).map((entries) => {
    const object = Object.create(null) as Record<string, T>;
    for (const [name, each] of entries) object[name] = each;
    return object;
  });
const section: fc.Arbitrary<JsonObject> = objectOf(
  fc.oneof(stored, stored, objectOf(fc.oneof(stored, objectOf(stored, 2)), 3), fc.array(stored, { maxLength: 2 })),
  5,
);

const randomTwin: fc.Arbitrary<RandomTwin> = fc.record({
  tags: section,
  desired: section,
  reported: section,
  version: fc.constantFrom(1, 2, 63, 64, 65, 0x1e_dcba_9876_5432),
  desiredVersion: fc.constantFrom(1, 2, 3),
  atMs: fc.constantFrom(0, 1, 1_700_000_000_999, 1_763_696_723_004),
  isConnected: fc.boolean(),
  authentication: fc.constantFrom<Authentication[]>(
    { type: 'sas', primaryKey: 'a', secondaryKey: 'b' },
    { type: 'selfSigned', primaryThumbprint: 'AB', secondaryThumbprint: '' },
    { type: 'certificateAuthority' },
  ),
  status: fc.constantFrom('Applied', 'Targeted', null),
});

export const randomSite: fc.Arbitrary<readonly RandomDevice[]> = fc.array(
  fc.record({
    twin: randomTwin,
    modules: fc.array(randomTwin, { maxLength: 3 }),
    isEdge: fc.boolean(),
    statusReason: fc.option(text.filter((reason) => reason.isWellFormed() && !reason.includes('\u0000'))),
  }),
  { maxLength: 9 },
);

const moduleIds = ['$edgeAgent', '$edgeHub', 'm-1'];
const deployment = 'base-1' as DeploymentId;

export function fillStore(store: Store, site: readonly RandomDevice[]): void {
  store.change((write) => {
    write.deployments.insert(aStoredDeployment({ id: deployment }));
    for (const [index, { twin, modules, isEdge, statusReason }] of site.entries()) {
      const deviceId = `device-${index + 1}` as DeviceId;
      write.devices.insert(aStoredDevice({ deviceId, isEdge, statusReason, ...identityOf(twin) }));
      write.twins.insert(twinOf(twin, deviceId, null));
      const statuses: Record<string, Record<string, 'Applied' | 'Targeted'>> = {};
      if (twin.status !== null) statuses[''] = { [deployment]: twin.status };
      for (const [place, module] of modules.entries()) {
        const moduleId = moduleIds[place] as ModuleId;
        write.modules.insert(aStoredModule({ deviceId, moduleId, ...identityOf(module) }));
        write.twins.insert(twinOf(module, deviceId, moduleId));
        if (module.status !== null) statuses[moduleId] = { [deployment]: module.status };
      }
      write.deployments.replaceStatuses(deviceId, statuses);
      if (index % 3 === 0) write.cloudMessages.enqueue(aMessage(deviceId));
    }
  });
}

/** IoT Hub's documents of a collection, in the order of their ids. */
export function documentsOf({ read }: Store, from: TwinCollection): readonly JsonObject[] {
  return read.devices.list({ limit: 1000 }).flatMap((device) => {
    const { deviceId } = device;
    const statuses = read.deployments.statuses(deviceId);
    if (from === 'devices') {
      const twin = read.twins.get({ deviceId, moduleId: null });
      return twin ? [deviceTwinJson(device, twin, read.cloudMessages.countWaiting(deviceId), statuses[''] ?? {})] : [];
    }
    return read.modules.ofDevice(deviceId).flatMap((module) => {
      const twin = read.twins.get(module);
      return twin ? [moduleTwinJson(device, module, twin, statuses[module.moduleId] ?? {})] : [];
    });
  });
}

function identityOf({ version, atMs, isConnected, authentication }: RandomTwin) {
  return {
    version,
    authentication,
    statusChangedAtMs: atMs,
    connectionState: isConnected ? ('Connected' as const) : ('Disconnected' as const),
    connectionChangedAtMs: atMs,
    lastActivityAtMs: atMs,
  };
}

function twinOf(twin: RandomTwin, deviceId: DeviceId, moduleId: ModuleId | null) {
  const metadata = { $lastUpdated: '2026-01-01T00:00:00.000Z' };
  return aStoredTwin({
    deviceId,
    moduleId,
    version: twin.version,
    tags: twin.tags,
    desired: { value: twin.desired, metadata, version: twin.desiredVersion },
    reported: { value: twin.reported, metadata, version: 1 },
  });
}

function aMessage(deviceId: DeviceId) {
  const message = { deviceId, messageId: 'm', body: new Uint8Array(), properties: {} };
  return { ...message, enqueuedAtMs: 1, expiresAtMs: null };
}

const fields = ['deviceId', 'moduleId', 'etag', 'version', 'deviceEtag', 'status', 'statusReason', 'statusUpdateTime'];
const moreFields = ['connectionState', 'connectionStateUpdatedTime', 'lastActivityTime', 'cloudToDeviceMessageCount'];
const lastFields = ['authenticationType', 'modelId', 'deviceScope', 'parentScopes'];

// Keys that no brackets can hold cannot be asked for.
const askedKey = key.filter((name) => !name.includes(']]'));
const below = fc
  .tuple(fc.constantFrom('tags', 'reported', 'desired'), fc.array(askedKey, { minLength: 1, maxLength: 2 }))
  .map(([root, segments]) => ({ root, segments }));
const special = fc.constantFrom(
  { root: 'desired', segments: ['$version'] },
  { root: 'reported', segments: ['$metadata', '$lastUpdated'] },
  { root: 'configurations', segments: ['base-1', 'status'] },
  { root: 'capabilities', segments: ['iotEdge'] },
  { root: 'tags', segments: [] },
  { root: 'reported', segments: [] },
);
const field = fc.constantFrom(...fields, ...moreFields, ...lastFields).map((root) => ({ root, segments: [] }));
const path = fc.oneof({ arbitrary: below, weight: 5 }, field, special);

const asked = fc.oneof(
  scalar,
  fc.constantFrom<LiteralValue[]>(
    'AAAAAAAAAAE=',
    '2023-11-14T22:13:20.999Z',
    '0001-01-01T00:00:00Z',
    'Connected',
    'sas',
  ),
);
const comparison = fc.constantFrom('=', '!=', '<', '<=', '>', '>=');
const pathOf = path.map((each): Expression => ({ kind: 'path', path: each }));
const literal = asked.map((value): Expression => ({ kind: 'literal', value }));
const leaf: fc.Arbitrary<Expression> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('compare'), comparison, left: pathOf, right: literal }) },
  fc.record({ kind: fc.constant('compare'), comparison, left: literal, right: pathOf }),
  fc.record({ kind: fc.constant('compare'), comparison, left: pathOf, right: pathOf }),
  fc.record({
    kind: fc.constant('in'),
    negated: fc.boolean(),
    subject: pathOf,
    values: fc.array(asked, { minLength: 1, maxLength: 4 }),
  }),
  fc.record({ kind: fc.constant('is-defined'), path }),
  fc.record({
    kind: fc.constant('text-test'),
    test: fc.constantFrom('STARTSWITH', 'ENDSWITH', 'CONTAINS'),
    subject: pathOf,
    text,
  }),
  fc.record({ kind: fc.constant('array-contains'), path, value: asked }),
  pathOf,
  literal,
  fc.constant({ kind: 'undefined' }),
);

const { expression } = fc.letrec<{ expression: Expression }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    leaf,
    fc.record({ kind: fc.constant('not'), operand: tie('expression') }),
    fc.record({
      kind: fc.constantFrom('and', 'or'),
      operands: fc.array(tie('expression'), { minLength: 2, maxLength: 4 }),
    }),
    fc.record({ kind: fc.constant('compare'), comparison, left: tie('expression'), right: tie('expression') }),
    fc.record({
      kind: fc.constant('compare'),
      comparison,
      left: fc.record({
        kind: fc.constant('arithmetic'),
        operator: fc.constantFrom('+', '-', '*', '/', '%'),
        left: pathOf,
        right: literal,
      }),
      right: literal,
    }),
  ),
}));

const where = fc.option(
  expression.map((each) => ` WHERE ${printExpression(each, queryDialect)}`),
  { nil: '' },
);
const top = fc.option(
  fc.nat(4).map((most) => `TOP ${most + 1} `),
  { nil: '' },
);
const from = fc.constantFrom<TwinCollection[]>('devices', 'devices.modules');
const aggregate = fc.oneof(
  fc.constantFrom('COUNT()', 'COUNT(*)'),
  fc
    .tuple(fc.constantFrom('COUNT', 'SUM', 'AVG', 'MIN', 'MAX'), path)
    .map(([name, each]) => `${name}(${pathText(each)})`),
);
const columns = fc
  .array(path.map(pathText), { minLength: 1, maxLength: 3 })
  .map((all) => all.map((each, index) => `${each} AS c${index}`));

const twinsAsked = fc
  .tuple(
    top,
    fc.oneof(
      fc.constant('*'),
      columns.map((all) => all.join(', ')),
    ),
    from,
    where,
  )
  .map(([most, select, collection, condition]) => `SELECT ${most}${select} FROM ${collection}${condition}`);
const groupsAsked = fc
  .tuple(
    top,
    fc.array(path.map(pathText), { maxLength: 2 }),
    fc.array(aggregate, { minLength: 1, maxLength: 3 }),
    from,
    where,
  )
  .map(([most, paths, aggregates, collection, condition]) => {
    const names = paths.map((each, index) => `${each} AS c${index}`);
    const groupBy = paths.length === 0 ? '' : ` GROUP BY ${paths.join(', ')}`;
    return `SELECT ${most}${[...names, ...aggregates].join(', ')} FROM ${collection}${condition}${groupBy}`;
  });

/** As a script would send it. */
export const randomQuery = fc.oneof({ weight: 3, arbitrary: twinsAsked }, groupsAsked);
