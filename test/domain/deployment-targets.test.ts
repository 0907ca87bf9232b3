// Deployments found for a twin through the index: the same as by trying each, after any changes of them.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DeploymentId, DeviceId, ModuleId } from '#base/ids.ts';
import { success } from '#base/result.ts';
import { parseModuleCondition, type ModuleSubject } from '#domain/conditions/condition-module.ts';
import { parseCondition } from '#domain/conditions/condition.ts';
import { createDeploymentTargets } from '#domain/deployments/deployment-targets.ts';
import type { EdgeDeployment } from '#domain/records/deployment.ts';
import { targetsFor } from '#domain/deployments/targeting.ts';
import type { ConditionSubject } from '#domain/values/twin.ts';
import { aDeployment } from '#test/support/build-deployment.ts';

const aSubject = (parts: Partial<ConditionSubject> = {}): ConditionSubject => ({
  deviceId: 'd1' as DeviceId,
  tags: {},
  reported: {},
  ...parts,
});

const aTarget = (id: string, targetCondition: string): EdgeDeployment => aDeployment({ id, targetCondition });
const ofDevices = () => createDeploymentTargets<ConditionSubject, EdgeDeployment>(parseCondition);
const idsOf = ({ deployments }: { readonly deployments: readonly EdgeDeployment[] }) => deployments.map(({ id }) => id);
const texts = (conditions: readonly { readonly text: string }[]) => conditions.map(({ text }) => text);
const gone = (id: string) => id as DeploymentId;

describe('createDeploymentTargets', () => {
  it('when deployments are set, a twin is matched with those whose condition is true of it, oldest set first', () => {
    const targets = ofDevices();
    expect(targets.isEmpty()).toBe(true);
    for (const [id, condition] of [
      ['c', '*'],
      ['b', "tags.site = 'n'"],
      ['a', "tags.site = 's'"],
      ['n', ''],
      ['r', 'properties.reported.x > 1'],
      ['o', "deviceId = 'd1' AND tags.site != 'n'"],
    ] as const)
      targets.set(aTarget(id, condition));
    expect(idsOf(targets.matched(aSubject({ tags: { site: 'n' }, reported: { x: 2 } })))).toEqual(['c', 'b', 'r']);
    expect(targets.isEmpty()).toBe(false);
  });

  it('when the same deployments match, the key is the same; when one of them was set again, it is another', () => {
    const targets = ofDevices();
    targets.set(aTarget('a', '*'));
    targets.set(aTarget('b', "tags.site = 'n'"));
    const north = targets.matched(aSubject({ tags: { site: 'n' } })).key;
    expect(targets.matched(aSubject({ tags: { site: 'n', other: 1 } })).key).toBe(north);
    expect(targets.matched(aSubject()).key).not.toBe(north);
    targets.set({ ...aTarget('b', "tags.site = 'n'"), priority: 3 });
    expect(targets.matched(aSubject({ tags: { site: 'n' } })).key).not.toBe(north);
  });

  it('when a deployment changes or goes, the conditions before and after are told', () => {
    const targets = ofDevices();
    expect(texts(targets.set(aTarget('a', "tags.a = '1'")))).toEqual(["tags.a = '1'"]);
    expect(texts(targets.set(aTarget('a', "tags.a = '2'")))).toEqual(["tags.a = '1'", "tags.a = '2'"]);
    expect(texts(targets.delete(gone('a')))).toEqual(["tags.a = '2'"]);
    expect(targets.delete(gone('a'))).toEqual([]);
    expect(targets.isReadBelow('tags', { a: 1 })).toBe(false);
  });

  it('when a condition cannot be read, the deployment matches nothing and the reason is known until it changes', () => {
    const targets = ofDevices();
    targets.set(aTarget('a', '*'));
    expect(targets.set(aTarget('a', 'FUTURE SYNTAX')).map(({ text }) => text)).toEqual(['*']);
    expect(targets.unreadable().get(gone('a'))).toMatch(/FUTURE/);
    expect(idsOf(targets.matched(aSubject()))).toEqual([]);
    targets.set(aTarget('a', '*'));
    expect(targets.unreadable().size).toBe(0);
    targets.set(aTarget('a', 'FUTURE SYNTAX'));
    targets.delete(gone('a'));
    expect(targets.unreadable().size).toBe(0);
  });

  it('when subjects are modules, their ids are read like tags', () => {
    const targets = createDeploymentTargets<ModuleSubject, EdgeDeployment>(parseModuleCondition);
    targets.set(aTarget('a', "from devices.modules where moduleId = 'm1'"));
    targets.set(aTarget('b', "from devices.modules where moduleId = 'm2' AND tags.x = 1"));
    targets.set(aTarget('c', "from devices.modules where moduleId = 'm2' AND properties.reported.y = 1"));
    const subject = { ...aSubject({ tags: { x: 1 } }), moduleId: 'm2' as ModuleId };
    expect(idsOf(targets.matched(subject))).toEqual(['b']);
    expect(targets.isReadBelow('reported', { y: 2 })).toBe(true);
  });

  it('when a condition needs what no twin shows to conditions, it matches none', () => {
    const path = { root: 'status', segments: [] };
    const parse = (text: string) => {
      const everybody = parseCondition('*');
      if (!everybody.ok) throw new Error(text);
      return success({ ...everybody.value, expression: { kind: 'path', path } as const, paths: [path] });
    };
    const targets = createDeploymentTargets<ConditionSubject, EdgeDeployment>(parse);
    targets.set(aTarget('a', 'status'));
    expect(idsOf(targets.matched(aSubject()))).toEqual([]);
  });

  it('when anything was set and deleted, the index finds what trying each finds', () => {
    const condition = fc.constantFrom(
      '*',
      '',
      "tags.a = 'x'",
      "tags.a = 'x' OR tags.b = 1",
      "NOT tags.a = 'x'",
      "deviceId = 'd1' AND tags.b != 1",
      "tags.a IN ['x', 'y'] AND tags.b > 0",
      'tags.a = null',
      'tags.c.d = true',
    );
    const change = fc.record({ id: fc.constantFrom('p', 'q', 'r'), text: fc.option(condition) });
    const tags = fc.record(
      { a: fc.constantFrom('x', 'y', 1), b: fc.constantFrom(0, 1, 'x'), c: fc.constantFrom({ d: true }, true) },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.array(change, { maxLength: 10 }), fc.array(tags, { minLength: 1 }), (changes, all) => {
        const targets = ofDevices();
        const kept = new Map<string, EdgeDeployment>();
        for (const { id, text } of changes) {
          if (text === null) {
            targets.delete(gone(id));
            kept.delete(id);
          } else {
            targets.set(aTarget(id, text));
            kept.set(id, aTarget(id, text));
          }
        }
        const aimed = [...kept.values()].map((deployment) => {
          const parsed = parseCondition(deployment.targetCondition);
          if (!parsed.ok) throw new Error(deployment.targetCondition);
          return { deployment, condition: parsed.value };
        });
        for (const each of all) {
          const subject = aSubject({ tags: each });
          const expected = targetsFor(subject, aimed).map(({ id }) => id);
          expect(idsOf(targets.matched(subject)).toSorted()).toEqual(expected.toSorted());
        }
      }),
      { numRuns: 500, seed: 20261121 },
    );
  });
});
