// Each value of a device with who wrote it, what it hid, and whether the twin still holds it.
import { expect, test } from 'vitest';
import type { Json, JsonObject } from '#base/json.ts';
import { withAutomaticWrites } from '#domain/layering/effective-view-automatic.ts';
import { effectiveValues } from '#domain/layering/effective-view.ts';
import type { DeploymentId } from '#base/ids.ts';
import { compareEffective } from '#domain/layering/effective-view-compare.ts';
import { layer } from '#domain/layering/layering.ts';
import { secretText } from '#domain/values/secret-values.ts';
import { aDeployment } from '#test/support/build-deployment.ts';

const base = aDeployment({
  id: 'base',
  priority: 10,
  content: {
    $edgeAgent: {
      'properties.desired': {
        schemaVersion: '1.1',
        modules: {
          web: { settings: { image: 'web:1' }, env: { LEVEL: { value: 'info' } } },
          old: { status: 'running' },
        },
      },
    },
    m: { 'properties.desired': { rate: 1, gone: true } },
  },
});
const debug = aDeployment({
  id: 'debug',
  content: {
    $edgeAgent: {
      'properties.desired.modules.web.env.LEVEL': { value: 'debug' },
      'properties.desired.modules.old': null,
    },
    m: { 'properties.desired.gone': null },
  },
});
const all = [base, debug];
const effective = layer(all);
const wholeModules: ReadonlySet<string> = new Set(['$edgeAgent', 'm']);
const contentOf = (id: string, moduleId: string) => all.find((found) => found.id === id)?.content[moduleId];

function rowsOf(actual: Readonly<Record<string, JsonObject>>, sources: typeof contentOf = contentOf) {
  return effectiveValues({ effective, wholeModules, actual: new Map(Object.entries(actual)), contentOf: sources });
}

function row(rows: ReturnType<typeof rowsOf>, moduleId: string, path: string) {
  return rows.find((found) => found.moduleId === moduleId && found.path.join('.') === path);
}

test('when a layer wrote over the base, the value names the layer and what the base would have given', () => {
  const rows = rowsOf(effective.modules);
  expect(row(rows, '$edgeAgent', 'modules.web.env.LEVEL.value')).toEqual({
    moduleId: '$edgeAgent',
    path: ['modules', 'web', 'env', 'LEVEL', 'value'],
    kind: 'set',
    value: 'debug',
    writtenBy: 'debug',
    hidden: [{ deploymentId: 'base', value: 'info' }],
    differs: false,
  });
  expect(row(rows, '$edgeAgent', 'modules.web.settings.image')).toMatchObject({ writtenBy: 'base', hidden: [] });
  expect(rows.every(({ differs }) => !differs)).toBe(true);
});

test('when a value was taken away, it is told with who did it and what it was', () => {
  const rows = rowsOf(effective.modules);
  expect(row(rows, 'm', 'gone')).toEqual({
    moduleId: 'm',
    path: ['gone'],
    kind: 'taken-away',
    writtenBy: 'debug',
    hidden: [{ deploymentId: 'base', value: true }],
    differs: false,
  });
  expect(rows.map(({ moduleId, path }) => [moduleId, path.join('.')])).toEqual([
    ['$edgeAgent', 'modules.old'],
    ['$edgeAgent', 'modules.web.env.LEVEL.value'],
    ['$edgeAgent', 'modules.web.settings.image'],
    ['$edgeAgent', 'schemaVersion'],
    ['m', 'gone'],
    ['m', 'rate'],
  ]);
});

test('when the twin was changed by hand, the value that differs says what is there now', () => {
  const rows = rowsOf({ ...effective.modules, m: { rate: 5, extra: { x: 1 }, gone: { back: true } } });
  expect(row(rows, 'm', 'rate')).toMatchObject({ value: 1, differs: true, actual: 5 });
  expect(row(rows, 'm', 'gone')).toMatchObject({ kind: 'taken-away', differs: true, actual: { back: true } });
  expect(row(rows, 'm', 'extra.x')).toEqual({
    moduleId: 'm',
    path: ['extra', 'x'],
    kind: 'added',
    writtenBy: null,
    hidden: [],
    differs: true,
    actual: 1,
  });
  expect(rows.filter(({ moduleId }) => moduleId === 'm')).toHaveLength(3);
});

test('when the twin lost a value, or is gone itself, the value differs and holds nothing now', () => {
  const rows = rowsOf({});
  expect(row(rows, 'm', 'rate')).toMatchObject({ value: 1, differs: true });
  expect(row(rows, 'm', 'rate')).not.toHaveProperty('actual');
});

test('when the content of a hidden deployment is no longer known, it is named without a value', () => {
  const rows = rowsOf(effective.modules, () => undefined);
  expect(row(rows, 'm', 'gone')).toMatchObject({ hidden: [{ deploymentId: 'base' }] });
  expect(row(rows, 'm', 'gone')?.hidden[0]).not.toHaveProperty('value');
});

test('when nothing is kept of who wrote a value, nobody is named', () => {
  const rows = effectiveValues({
    effective: { ...effective, origins: {} },
    wholeModules,
    actual: new Map(),
    contentOf,
  });
  expect(row(rows, 'm', 'rate')).toMatchObject({ value: 1, writtenBy: null, hidden: [] });
});

test('when an empty object holds something in the twin, what it holds is told, not the object', () => {
  const empty = layer([{ ...base, content: { ...base.content, m: { 'properties.desired': { a: {}, b: {} } } } }]);
  const actual = new Map([['m', { a: { x: 1 }, b: 2 }]]);
  const rows = effectiveValues({ effective: empty, wholeModules, actual, contentOf }).filter(
    ({ moduleId }) => moduleId === 'm',
  );
  expect(rows.map(({ path, kind, differs }) => [path.join('.'), kind, differs])).toEqual([
    ['a', 'set', false],
    ['a.x', 'added', true],
    ['b', 'set', true],
  ]);
});

const credential = (password: string) => ({ username: 'u', password, address: 'a' });

test('when a password is given, hidden or changed by hand, it is masked everywhere', () => {
  const path = 'properties.desired.runtime.settings.registryCredentials.site';
  const open = { ...base, content: { $edgeAgent: { 'properties.desired': {}, [path]: credential('one') } } };
  const over = { ...debug, content: { $edgeAgent: { [path]: credential('two') } } };
  const both = layer([open, over]);
  const known = new Map([
    ['base', open],
    ['debug', over],
  ]);
  const three = {
    runtime: { settings: { registryCredentials: { site: credential('three'), hand: credential('four') } } },
  };
  const rows = effectiveValues({
    effective: both,
    wholeModules,
    actual: new Map([['$edgeAgent', three]]),
    contentOf: (id, moduleId) => known.get(id)?.content[moduleId as '$edgeAgent'],
  });
  const passwords = rows.filter((found) => found.path.at(-1) === 'password');
  expect(passwords).toMatchObject([
    { kind: 'added', actual: secretText },
    { value: secretText, hidden: [{ deploymentId: 'base', value: secretText }], differs: true, actual: secretText },
  ]);
  expect(JSON.stringify(rows)).not.toMatch(/one|two|three|four/);
});

test('when two configurations are compared, each change names both writers', () => {
  const before = layer([base]);
  expect(compareEffective(before, effective)).toEqual([
    {
      moduleId: '$edgeAgent',
      path: ['modules', 'old', 'status'],
      kind: 'removed',
      before: 'running',
      writtenBefore: 'base',
      writtenAfter: 'debug',
    },
    {
      moduleId: '$edgeAgent',
      path: ['modules', 'web', 'env', 'LEVEL', 'value'],
      kind: 'changed',
      before: 'info',
      after: 'debug',
      writtenBefore: 'base',
      writtenAfter: 'debug',
    },
    { moduleId: 'm', path: ['gone'], kind: 'removed', before: true, writtenBefore: 'base', writtenAfter: 'debug' },
  ]);
  expect(compareEffective(layer([]), before).map(({ kind, writtenBefore }) => [kind, writtenBefore])).toEqual(
    Array.from({ length: 6 }, () => ['added', null]),
  );
  expect(compareEffective(before, layer([])).map(({ writtenAfter }) => writtenAfter)).toEqual(
    Array.from({ length: 6 }, () => null),
  );
  expect(compareEffective(effective, effective)).toEqual([]);
});

const aWrite = (path: string, value: Json, id = 'auto', hidden: readonly string[] = []) => ({
  path: path === '' ? [] : path.split('.'),
  writtenBy: id as DeploymentId,
  value,
  hidden: hidden as readonly DeploymentId[],
});
const recordOf = (moduleId: string, ...writes: ReturnType<typeof aWrite>[]) => ({ [moduleId]: { writes, left: [] } });

function overlaid(moduleId: string, ...writes: ReturnType<typeof aWrite>[]) {
  const laid = withAutomaticWrites(effective, recordOf(moduleId, ...writes));
  const actual = new Map(Object.entries(laid.modules));
  return effectiveValues({ effective: laid, wholeModules, actual, contentOf }).filter(
    (row) => row.moduleId === moduleId,
  );
}

test('when an automatic configuration writes over a value, it is the writer, and hides who gave it', () => {
  const rows = overlaid('m', aWrite('rate', 5));
  expect(row(rows, 'm', 'rate')).toMatchObject({
    value: 5,
    writtenBy: 'auto',
    hidden: [{ deploymentId: 'base', value: 1 }],
    differs: false,
  });
  expect(row(rows, 'm', 'gone')).toMatchObject({ kind: 'taken-away', writtenBy: 'debug' });
});

test('when configurations write a part of a value and take another away, each is told with its own', () => {
  const rows = overlaid(
    'm',
    aWrite('rate', { a: 1, b: 1 }),
    aWrite('other', null),
    aWrite('rate.b', 2, 'high', ['auto']),
  );
  expect(rows.map(({ path, value, writtenBy }) => [path.join('.'), value, writtenBy])).toEqual([
    ['gone', undefined, 'debug'],
    ['other', undefined, 'auto'],
    ['rate.a', 1, 'auto'],
    ['rate.b', 2, 'high'],
  ]);
});

test('when a configuration writes over a layer that wrote there before, it hides all of them', () => {
  const rows = overlaid('$edgeAgent', aWrite('modules.web.env', { LEVEL: { value: 'auto' } }));
  expect(row(rows, '$edgeAgent', 'modules.web.env.LEVEL.value')).toMatchObject({
    writtenBy: 'auto',
    hidden: [
      { deploymentId: 'base', value: 'info' },
      { deploymentId: 'debug', value: 'debug' },
    ],
  });
});

test('when a configuration writes to a twin that deployments leave alone, only what it writes is told', () => {
  const laid = withAutomaticWrites(effective, recordOf('', aWrite('interval', 5)));
  const actual = new Map([['', { interval: 6, other: 1 }]]);
  const rows = effectiveValues({ effective: laid, wholeModules, actual, contentOf }).filter(
    ({ moduleId }) => moduleId === '',
  );
  expect(rows).toMatchObject([
    { path: ['interval'], value: 5, writtenBy: 'auto', hidden: [], differs: true, actual: 6 },
  ]);
});

test('when a configuration writes a whole section, or something that is none, it is the section', () => {
  expect(withAutomaticWrites(effective, recordOf('m', aWrite('', { a: 1 }))).modules['m']).toEqual({ a: 1 });
  expect(withAutomaticWrites(effective, recordOf('m', aWrite('', null))).modules['m']).toEqual({});
});

test('when configurations write to one twin, one that hides another is told with it, after the deployments it hides', () => {
  const rows = overlaid('m', aWrite('rate', { a: 1 }, 'high', ['low']), aWrite('rate.b', 2, 'top'));
  expect(row(rows, 'm', 'rate.a')?.hidden.map(({ deploymentId }) => deploymentId)).toEqual(['base', 'low']);
  // `high` gives nothing at `rate.b`: it is not hidden there.
  expect(row(rows, 'm', 'rate.b')?.hidden.map(({ deploymentId }) => deploymentId)).toEqual(['base']);
});

test('when a twin has only what was left behind, nobody writes it', () => {
  const left = [{ path: ['rate'], writtenBy: 'auto' as DeploymentId, value: 5 }];
  const laid = withAutomaticWrites(effective, { m: { writes: [], left } });
  expect(laid.modules).toEqual(effective.modules);
  expect(laid.origins).toEqual(effective.origins);
});
