// Whatever a deployment, a device or a JSON document holds: written and read again it is the same.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DeploymentId, DeviceId, ModuleId } from '#base/ids.ts';
import type { Json, JsonObject } from '#base/json.ts';
import { exportedDeployment } from '#domain/deployments/deployment-file-export.ts';
import { parseJson } from '#domain/values/deployment-file-json.ts';
import { readDeploymentFile } from '#domain/deployments/deployment-file.ts';
import type { Deployment } from '#domain/records/deployment.ts';
import { deviceInState } from '#domain/deployments/hub-state-export.ts';
import { checkManifest } from '#domain/manifests/manifest-check.ts';
import type { Authentication } from '#domain/records/registry.ts';
import { newTwin } from '#domain/values/twin-change.ts';
import { aManifest, aModuleEntry } from '#test/support/build-manifest.ts';
import { checkedDeployment, wantedAgain } from '#test/support/deployment-in-file.ts';

const runs = { numRuns: 300, seed: 42 };
const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_-]{0,12}$/);
const words = fc.string({ unit: 'grapheme', maxLength: 20 });
const scalar = fc.oneof(
  words,
  fc.integer({ min: -1e9, max: 1e9 }),
  fc.boolean(),
  fc.double({ noNaN: true, min: -1e6, max: 1e6 }),
);
const value: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    scalar,
    fc.array(scalar, { maxLength: 3 }),
    fc.dictionary(name, tie('value'), { maxKeys: 3 }),
  ),
})).value;
const section = fc.dictionary(name, value, { maxKeys: 4 });
const module = fc
  .record({ env: fc.dictionary(name, fc.record({ value: words }), { maxKeys: 3 }), startupOrder: fc.nat() })
  .map((parts) => aModuleEntry(parts));
const edgeContent = fc
  .record({ modules: fc.dictionary(name, module, { maxKeys: 4 }), settings: section, isBase: fc.boolean() })
  .map(({ modules, settings, isBase }): JsonObject => {
    const own = { m: { 'properties.desired': settings } };
    if (isBase) return { ...aManifest({ agent: { modules } }), ...own };
    const writes = Object.entries(modules).map(([id, entry]) => [`properties.desired.modules.${id}`, entry] as const);
    return { $edgeAgent: Object.fromEntries(writes), ...own };
  });

const head = fc.record({
  id: fc.stringMatching(/^[a-z0-9\-+%_*!']{1,40}$/).map((id) => id as DeploymentId),
  priority: fc.nat(),
  createdAtMs: fc.constant(1),
  updatedAtMs: fc.constant(1),
  targetCondition: fc.constantFrom(
    '',
    '*',
    "tags.site = 'it''s'",
    'tags.a.b != 5 AND NOT IS_DEFINED(tags.c)',
    "tags.x IN ['a', 'b']",
  ),
  labels: fc.option(fc.dictionary(name, words, { maxKeys: 3 })),
  metricQueries: fc.dictionary(
    name,
    fc.constantFrom('SELECT * FROM devices', "SELECT COUNT() AS n FROM devices WHERE tags.a = 'x'"),
    {
      maxKeys: 3,
    },
  ),
  schemaVersion: fc.constantFrom('1.0', '2.0'),
  version: fc.constant(1),
});
const deployment: fc.Arbitrary<Deployment> = fc.oneof(
  fc
    .record({ head, content: edgeContent })
    .map((parts) => ({ ...parts.head, kind: 'edge' as const, content: parts.content as Record<string, JsonObject> })),
  fc.record({ head, section }).map((parts) => ({
    ...parts.head,
    kind: 'device' as const,
    content: { 'properties.desired.a': parts.section },
    onRemoval: 'leave' as const,
  })),
);

describe('round trips', () => {
  test('when JSON is written and read, it is the same', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 2, '\t'), (document, space) => {
        const text = JSON.stringify(document, null, space);
        fc.pre(text.isWellFormed() && !/\\ud[89a-f]/i.test(text));
        // A whole number past 2^53 is refused, however it came to be.
        const result = parseJson(text);
        fc.pre(result.ok || !String(result.problems[0]?.message).includes('exactly'));
        expect(result).toEqual({ ok: true, value: JSON.parse(text) });
      }),
      runs,
    );
  });

  test('when any text is read, it is JSON exactly where JSON.parse says so, except for what is refused on purpose', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...Array.from('{}[]",:0123456789.eE+-\\ntruefalsn u\n')), maxLength: 24 }),
        (text) => {
          const result = parseJson(text);
          const onPurpose = !result.ok && /twice|exactly|half of a character/.test(String(result.problems[0]?.message));
          fc.pre(!onPurpose);
          const parse = (): unknown => JSON.parse(text);
          if (result.ok) expect(result.value).toEqual(parse());
          else expect(parse).toThrow();
        },
      ),
      { ...runs, numRuns: 3000 },
    );
  });

  test('when a deployment is exported and imported, it is the same', () => {
    fc.assert(
      fc.property(deployment, (given) => {
        const file = exportedDeployment(given, { reader: 'lanyard', timeText: String });
        if (!file.ok) throw new Error('not exported');
        const document = JSON.parse(JSON.stringify(file.value.configuration)) as Json;
        const { wanted, problems } = checkedDeployment(document, { noValidation: true });
        expect(problems).toEqual([]);
        expect(wanted).toEqual(JSON.parse(JSON.stringify(wantedAgain(given))));
      }),
      runs,
    );
  });

  test('when a device is exported and imported, it is the same', () => {
    const keys = fc.base64String({ minLength: 24, maxLength: 44 });
    const authentication: fc.Arbitrary<Authentication> = fc.oneof(
      fc.record({ type: fc.constant('sas' as const), primaryKey: keys, secondaryKey: keys }),
      fc.constant({ type: 'certificateAuthority' as const }),
      fc.constant({ type: 'none' as const }),
    );
    const device = fc.record({
      authentication,
      isEdge: fc.boolean(),
      tags: section,
      desired: section,
      modules: fc.uniqueArray(name),
    });
    fc.assert(
      fc.property(device, ({ authentication: proof, isEdge, tags, desired, modules }) => {
        const deviceId = 'd' as DeviceId;
        const presence = { connectionState: 'Disconnected', connectionChangedAtMs: 0, lastActivityAtMs: 0 } as const;
        const row = { ...presence, deviceId, generationId: '1', authentication: proof, version: 1, createdAtMs: 0 };
        const twin = newTwin({ deviceId, moduleId: null }, 'now');
        const filled = { ...twin, tags, desired: { ...twin.desired, value: desired } };
        const state = deviceInState({
          device: { ...row, isEdge, status: 'enabled', statusReason: null, statusChangedAtMs: 0 },
          twin: filled,
          modules: modules.map((id) => ({
            module: { ...row, moduleId: id as ModuleId, managedBy: null },
            twin: filled,
          })),
        });
        const read = readDeploymentFile(JSON.parse(JSON.stringify({ devices: { d: state } })) as Json);
        const [file] = read.ok ? read.value.devices : [];
        const plain = JSON.parse(JSON.stringify({ tags, desired })) as JsonObject;
        expect(file).toMatchObject({ deviceId, isEdge, authentication: proof, problems: [], ...plain });
        expect(file?.modules).toEqual(
          modules.map((moduleId) => ({ moduleId, managedBy: null, authentication: proof, ...plain })),
        );
      }),
      runs,
    );
  });

  test('when a manifest is anything at all, the check ends and does not throw', () => {
    const anyContent = fc.dictionary(
      fc.constantFrom('$edgeAgent', '$edgeHub', 'm', 'a b', '__proto__'),
      fc.dictionary(
        fc.constantFrom(
          'properties.desired',
          'properties.desired.modules.a',
          'properties.desired.routes.r',
          'properties.desired.runtime',
          'x',
        ),
        fc.oneof(fc.jsonValue() as fc.Arbitrary<Json>, edgeContent),
      ),
    );
    fc.assert(
      fc.property(anyContent, (content) => {
        const strict = checkManifest(content, { schema: true });
        const lenient = checkManifest(content, { schema: false });
        expect(strict.problems.length + strict.warnings.length).toBe(lenient.problems.length + lenient.warnings.length);
        expect(strict.problems).toEqual(expect.arrayContaining([...lenient.problems]));
      }),
      runs,
    );
  });
});
