// A deployment's document as a form shows it: modules, routes and single values, each with where it stands, so that a change of
// the form is a change of that very place. What a form has no field for stays as it is.
import { isJsonObject, type Json, type JsonObject } from '#base/json.ts';
import { sectionKey, writtenPath } from '#domain/records/content-writes.ts';
import type { DeploymentKind } from '#domain/records/deployment.ts';
import { createOptionsOf, isCreateOptionsKey } from '#domain/manifests/manifest-create-options.ts';
import { type Keys, objectIn, valueIn, withKeyNamed, withValueIn } from './json-edit.ts';

export interface NamedText {
  readonly name: string;
  readonly value: string;
}

export interface ModuleForm {
  readonly name: string;
  /** Where its entry stands in the document. */
  readonly keys: Keys;
  readonly image: string;
  readonly status: string;
  readonly restartPolicy: string;
  /** '' for none. */
  readonly startupOrder: string;
  readonly env: readonly NamedText[];
  /** As JSON text. */
  readonly createOptions: string;
}

export interface RouteForm {
  readonly name: string;
  readonly route: string;
  readonly keys: Keys;
}

export interface ValueForm {
  /** '' in an automatic configuration. */
  readonly moduleId: string;
  /** Below the desired section; '' is the whole of it. */
  readonly path: string;
  readonly text: string;
  readonly keys: Keys;
}

const contentKeys = { edge: 'modulesContent', device: 'deviceContent', module: 'moduleContent' } as const;
const agent: Keys = ['content', 'modulesContent', '$edgeAgent'];
const hub: Keys = ['content', 'modulesContent', '$edgeHub'];
const modulePrefix = `${sectionKey}.modules.`;
const routePrefix = `${sectionKey}.routes.`;

export function kindOf(document: JsonObject): DeploymentKind {
  const content = objectIn(document, ['content']);
  if (Object.hasOwn(content, 'deviceContent')) return 'device';
  return Object.hasOwn(content, 'moduleContent') && !Object.hasOwn(content, 'modulesContent') ? 'module' : 'edge';
}

export function modulesOf(document: JsonObject): readonly ModuleForm[] {
  const base = Object.entries(objectIn(document, [...agent, sectionKey, 'modules'])).map(
    ([name, value]) => [name, [...agent, sectionKey, 'modules', name], value] as const,
  );
  const layered = Object.entries(objectIn(document, agent))
    .filter(([key, value]) => isWholeModule(key) && isJsonObject(value))
    .map(([key, value]) => [key.slice(modulePrefix.length), [...agent, key], value] as const);
  return [...base, ...layered].map(([name, keys, value]) => moduleForm(name, keys, value));
}

function isWholeModule(key: string): boolean {
  return key.startsWith(modulePrefix) && writtenPath(key).length === 2;
}

function moduleForm(name: string, keys: Keys, value: Json): ModuleForm {
  const settings = objectIn(value, ['settings']);
  const options = createOptionsOf(settings);
  const written = valueIn(settings, ['createOptions']);
  return {
    name,
    keys,
    image: textOf(valueIn(settings, ['image'])),
    status: textOf(valueIn(value, ['status'])),
    restartPolicy: textOf(valueIn(value, ['restartPolicy'])),
    startupOrder: textOf(valueIn(value, ['startupOrder'])),
    env: Object.entries(objectIn(value, ['env'])).map(([variable, entry]) => {
      return { name: variable, value: textOf(valueIn(entry, ['value'])) };
    }),
    createOptions: options === undefined ? textOf(written) : JSON.stringify(options, null, 2),
  };
}

function textOf(value: Json | undefined): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

export type ModuleField = 'image' | 'status' | 'restartPolicy' | 'startupOrder' | 'createOptions';

export function withModuleField(
  document: JsonObject,
  { keys }: ModuleForm,
  field: ModuleField,
  text: string,
): JsonObject {
  switch (field) {
    case 'image':
      return withValueIn(document, [...keys, 'settings', 'image'], text);
    case 'startupOrder': {
      const number = Number(text);
      const value = text.trim() === '' ? undefined : Number.isFinite(number) ? number : text;
      return withValueIn(document, [...keys, 'startupOrder'], value);
    }
    case 'createOptions': {
      // One text holds them from now on, wherever their parts stood.
      const settings = Object.entries(objectIn(document, [...keys, 'settings'])).filter(
        ([key]) => !isCreateOptionsKey(key),
      );
      return withValueIn(document, [...keys, 'settings'], {
        ...Object.fromEntries(settings),
        createOptions: compact(text),
      });
    }
    case 'status':
    case 'restartPolicy':
      return withValueIn(document, [...keys, field], text);
  }
}

/** As agents read it, where it is JSON; a text in the middle of being typed stays as it is. */
function compact(text: string): string {
  // What is no JSON yet is told by the check of the manifest.
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return text;
  }
}

export function withEnv(document: JsonObject, { keys }: ModuleForm, env: readonly NamedText[]): JsonObject {
  const before = objectIn(document, [...keys, 'env']);
  const entries = env.map(({ name, value }) => {
    const entry = valueIn(before, [name]);
    return [name, withValueIn(entry, ['value'], valueLike(valueIn(entry, ['value']), value))] as const;
  });
  return withValueIn(document, [...keys, 'env'], entries.length === 0 ? undefined : Object.fromEntries(entries));
}

/** A number that is still written as one stays a number. */
function valueLike(before: Json | undefined, text: string): Json {
  return before !== undefined && before !== null && typeof before !== 'string' && JSON.stringify(before) === text
    ? before
    : text;
}

const newModule: JsonObject = {
  version: '1.0',
  type: 'docker',
  status: 'running',
  restartPolicy: 'always',
  settings: { image: '', createOptions: '{}' },
};

/** Into the base's modules where it is one, else as a write of its own. */
export function withNewModule(document: JsonObject): JsonObject {
  const taken = new Set(modulesOf(document).map(({ name }) => name));
  const name = freeName('module', taken);
  const keys = isBase(document) ? [...agent, sectionKey, 'modules', name] : [...agent, `${modulePrefix}${name}`];
  return withValueIn(document, keys, newModule);
}

export function isBase(document: JsonObject): boolean {
  return Object.hasOwn(objectIn(document, agent), sectionKey);
}

function freeName(word: string, taken: ReadonlySet<string>): string {
  let number = 1;
  while (taken.has(`${word}${number}`)) number += 1;
  return `${word}${number}`;
}

export function withoutPlace(document: JsonObject, keys: Keys): JsonObject {
  return withValueIn(document, keys, undefined);
}

/** Nothing happens to the document where the name is taken or empty. */
export function withModuleNamed(document: JsonObject, { keys, name }: ModuleForm, to: string): JsonObject {
  const key = keys.at(-1) ?? '';
  return withPlaceNamed(document, keys, `${key.slice(0, key.length - name.length)}${to}`);
}

export function withPlaceNamed(document: JsonObject, keys: Keys, to: string): JsonObject {
  const parent = objectIn(document, keys.slice(0, -1));
  const from = keys.at(-1) ?? '';
  if (to === '' || Object.hasOwn(parent, to)) return document;
  return withValueIn(document, keys.slice(0, -1), withKeyNamed(parent, from, to));
}

export function routesOf(document: JsonObject): readonly RouteForm[] {
  const whole = Object.entries(objectIn(document, [...hub, sectionKey, 'routes'])).map(([name, value]) =>
    routeForm(name, [...hub, sectionKey, 'routes', name], value),
  );
  const written = Object.entries(objectIn(document, hub))
    .filter(([key]) => key.startsWith(routePrefix) && writtenPath(key).length === 2)
    .map(([key, value]) => routeForm(key.slice(routePrefix.length), [...hub, key], value));
  return [...whole, ...written];
}

/** A route is a text, or an object with the text in it. */
function routeForm(name: string, keys: Keys, value: Json): RouteForm {
  return isJsonObject(value)
    ? { name, keys: [...keys, 'route'], route: textOf(valueIn(value, ['route'])) }
    : { name, keys, route: textOf(value) };
}

export function withNewRoute(document: JsonObject): JsonObject {
  const name = freeName('route', new Set(routesOf(document).map((route) => route.name)));
  const isWhole = Object.hasOwn(objectIn(document, hub), sectionKey);
  const keys = isWhole ? [...hub, sectionKey, 'routes', name] : [...hub, `${routePrefix}${name}`];
  return withValueIn(document, keys, 'FROM /messages/* INTO $upstream');
}

/** Every write that is no whole module and no route: variables of modules, desired properties, values of twins. */
export function valuesOf(document: JsonObject): readonly ValueForm[] {
  const kind = kindOf(document);
  if (kind !== 'edge') return valuesAt(document, '', ['content', contentKeys[kind]]);
  return Object.keys(objectIn(document, ['content', 'modulesContent'])).flatMap((moduleId) =>
    valuesAt(document, moduleId, ['content', 'modulesContent', moduleId]).filter(
      ({ keys }) => !isToldElsewhere(moduleId, keys),
    ),
  );
}

function isToldElsewhere(moduleId: string, keys: Keys): boolean {
  const key = keys.at(-1) ?? '';
  if (moduleId === '$edgeAgent') return key === sectionKey || isWholeModule(key);
  return (
    moduleId === '$edgeHub' && (key === sectionKey || (key.startsWith(routePrefix) && writtenPath(key).length === 2))
  );
}

function valuesAt(document: JsonObject, moduleId: string, at: Keys): readonly ValueForm[] {
  return Object.entries(objectIn(document, at)).map(([key, value]) => {
    const path = key === sectionKey ? '' : key.replace(`${sectionKey}.`, '');
    return { moduleId, path, text: JSON.stringify(value), keys: [...at, key] };
  });
}

/** The key that writes at a path of a desired section. */
export function writeKey(path: string): string {
  return path === '' ? sectionKey : `${sectionKey}.${path}`;
}

export function withNewValue(document: JsonObject, moduleId: string): JsonObject {
  const kind = kindOf(document);
  const at = kind === 'edge' ? ['content', 'modulesContent', moduleId] : ['content', contentKeys[kind]];
  const taken = new Set(Object.keys(objectIn(document, at)).map((key) => key.replace(`${sectionKey}.`, '')));
  return withValueIn(document, [...at, writeKey(freeName('property', taken))], '');
}
