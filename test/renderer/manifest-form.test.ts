// The form of a deployment's document: each field reads and writes its own place, and nothing else changes.
import { expect, test } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import {
  modulesOf,
  routesOf,
  valuesOf,
  withEnv,
  withModuleField,
  withModuleNamed,
  withNewModule,
  withNewRoute,
  withNewValue,
  withoutPlace,
} from '#renderer/editors/manifest-form.ts';
import { templateOf } from '#renderer/deployments/deployment-templates.ts';

const template = (key: string): JsonObject => {
  const found = templateOf(key);
  if (found === null) throw new Error(`there is no template ${key}`);
  return found.document;
};
const [base, layer, device] = [template('base'), template('layer'), template('device')];
const first = <T>([item]: readonly T[]): T => {
  if (item === undefined) throw new Error('there is none');
  return item;
};

test('when a base is read, its module and route are shown, and no single value', () => {
  expect(modulesOf(base)).toMatchObject([
    { name: 'camera', image: 'camera:1.0', status: 'running', restartPolicy: 'always', env: [], createOptions: '{}' },
  ]);
  expect(routesOf(base)).toMatchObject([{ name: 'everything', route: 'FROM /messages/* INTO $upstream' }]);
  expect(valuesOf(base)).toEqual([]);
});

test('when a layer or a configuration is read, its values are shown by their paths', () => {
  expect(valuesOf(layer)).toMatchObject([
    { moduleId: '$edgeAgent', path: 'modules.camera.env.LOG_LEVEL', text: '{"value":"debug"}' },
  ]);
  expect(valuesOf(device)).toMatchObject([{ moduleId: '', path: 'settings.reportSeconds', text: '60' }]);
});

test('when a field is changed, only its place is another', () => {
  const changed = withModuleField(base, first(modulesOf(base)), 'image', 'camera:2.0');
  expect(first(modulesOf(changed)).image).toBe('camera:2.0');
  const back = withModuleField(changed, first(modulesOf(changed)), 'image', 'camera:1.0');
  expect(JSON.stringify(back)).toBe(JSON.stringify(base));
});

test('when options stood in parts, they are one text from then on', () => {
  const module = first(modulesOf(base));
  const parted = withModuleField(base, module, 'createOptions', '{ "User": "a" }');
  expect(first(modulesOf(parted)).createOptions).toBe('{\n  "User": "a"\n}');
  expect(JSON.stringify(parted)).toContain(String.raw`"createOptions":"{\"User\":\"a\"}"`);
});

test('when a variable is called like a prototype, it is one like any other', () => {
  const changed = withEnv(base, first(modulesOf(base)), [{ name: '__proto__', value: 'x' }]);
  expect(first(modulesOf(changed)).env).toEqual([{ name: '__proto__', value: 'x' }]);
  expect(JSON.stringify(changed)).toContain('"__proto__":{"value":"x"}');
});

test('when something is added, it has a name of its own, stands where its kind belongs, and can go again', () => {
  const twice = withNewModule(withNewModule(layer));
  expect(modulesOf(twice).map(({ name }) => name)).toEqual(['module1', 'module2']);
  expect(modulesOf(withNewModule(base)).map(({ keys }) => keys.at(-2))).toEqual(['modules', 'modules']);
  expect(routesOf(withNewRoute(base)).map(({ name }) => name)).toEqual(['everything', 'route1']);
  const added = withNewValue(device, '');
  const value = valuesOf(added).at(-1);
  expect(value).toMatchObject({ path: 'property1', text: '""' });
  expect(withoutPlace(added, value?.keys ?? [])).toEqual(device);
});

test('when a module is renamed, it keeps its place; to a name that is taken it is not', () => {
  const two = withNewModule(base);
  const renamed = withModuleNamed(two, first(modulesOf(two)), 'eye');
  expect(modulesOf(renamed).map(({ name }) => name)).toEqual(['eye', 'module1']);
  expect(withModuleNamed(two, first(modulesOf(two)), 'module1')).toBe(two);
});
