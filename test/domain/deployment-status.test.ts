// Applied or Targeted, deployment by deployment and module by module.
import { expect, test } from 'vitest';
import type { EdgeDeployment, ModulesContent } from '#domain/records/deployment.ts';
import { statusesOf } from '#domain/layering/deployment-status.ts';
import { layer } from '#domain/layering/layering.ts';
import { aBase, aDeployment } from '#test/support/build-deployment.ts';

/** `module: deployment=Status …`, one line a module. */
function lines(matched: readonly EdgeDeployment[]): readonly string[] {
  const statuses = statusesOf(layer(matched), matched);
  return Object.entries(statuses).map(([module, ofModule]) => {
    const parts = Object.entries(ofModule).map(([id, status]) => `${id}=${status}`);
    return `${module}: ${parts.join(' ')}`;
  });
}

function aLayer(id: string, content: ModulesContent, priority = 20): EdgeDeployment {
  return aDeployment({ id, priority, content: { $edgeAgent: {}, ...content } });
}

function taking(name: string): EdgeDeployment {
  return aLayer('take', { $edgeAgent: { [`properties.desired.modules.${name}`]: null } });
}

const camera = { 'properties.desired.modules.camera': { settings: { image: 'camera:1' } } };

test('when a base applies, it is Applied on $edgeAgent and on every module it writes', () => {
  const { content } = aBase();
  const base = aBase({ content: { ...content, m: { 'properties.desired': { a: 1 } }, n: {} } });
  expect(lines([base])).toEqual(['$edgeAgent: base=Applied', 'm: base=Applied', 'n: base=Targeted']);
});

test('when a layer adds a module, it is Applied on $edgeAgent', () => {
  expect(lines([aBase(), aLayer('cam', { $edgeAgent: camera })])).toEqual(['$edgeAgent: base=Applied cam=Applied']);
});

test('when a layer only writes module properties, it is Applied there and Targeted on $edgeAgent', () => {
  const properties = aLayer('props', { m: { 'properties.desired.a': 1 } });
  expect(lines([aBase(), properties])).toEqual(['$edgeAgent: base=Applied props=Targeted', 'm: props=Applied']);
});

test('when a base is outranked, it is Targeted on every module it names', () => {
  const content = { ...aBase().content, m: { 'properties.desired': {} } };
  const higher = aBase({ id: 'higher', priority: 11 });
  expect(lines([aBase({ content }), higher])).toEqual(['$edgeAgent: base=Targeted higher=Applied', 'm: base=Targeted']);
});

test('when layers do not apply, they are Targeted, with a base and without', () => {
  const low = aLayer('low', { $edgeAgent: camera }, 10);
  expect(lines([aBase(), low])).toEqual(['$edgeAgent: base=Applied low=Targeted']);
  expect(lines([low])).toEqual(['$edgeAgent: low=Targeted']);
});

test('when higher layers wrote over all of a layer, it is Targeted; over a part of it, Applied', () => {
  const both = { 'properties.desired.a': 1, 'properties.desired.b': 1 };
  const matched = [
    aBase(),
    aLayer('low', { m: both, n: { 'properties.desired.a': 1 } }, 20),
    aLayer('high', { m: { 'properties.desired.a': 2 }, n: { 'properties.desired': {} } }, 30),
  ];
  expect(lines(matched).slice(1)).toEqual(['m: low=Applied high=Applied', 'n: low=Targeted high=Applied']);
});

test('when a layer takes a module away, it is Applied, also when there was nothing to take', () => {
  const base = aBase({}, { camera: 'camera:1' });
  expect(lines([base, taking('camera')])).toEqual(['$edgeAgent: base=Applied take=Applied']);
  expect(lines([base, taking('other')])).toEqual(['$edgeAgent: base=Applied take=Applied']);
});

test('when nobody kept where values came from, what applies and writes is Applied', () => {
  const matched = [aBase(), aLayer('cam', { $edgeAgent: camera })];
  const statuses = statusesOf({ ...layer(matched), origins: {} }, matched);
  expect(statuses['$edgeAgent']).toEqual({ base: 'Applied', cam: 'Applied' });
});

test('when ids are names of prototype members, they are ids', () => {
  const odd = aDeployment({
    id: '__proto__',
    content: JSON.parse('{"$edgeAgent":{},"__proto__":{},"constructor":{}}'),
  });
  const statuses = statusesOf(layer([aBase(), odd]), [odd]);
  expect(Object.keys(statuses)).toEqual(['$edgeAgent', '__proto__', 'constructor']);
  expect(Object.entries(statuses['constructor'] ?? {})).toEqual([['__proto__', 'Targeted']]);
});
