// A module as `$edgeAgent` describes it (iot-hub.md 3.1): settings, environment, and the few words of its life.
import { isJsonObject, type Json } from '#base/json.ts';
import { checkCreateOptions, checkCreateOptionsPart, isCreateOptionsKey } from './manifest-create-options.ts';
import { imageShape, isImage, noteMissingImage } from './manifest-image.ts';
import {
  anything,
  anyText,
  fieldsOf,
  namesOf,
  oneOf,
  plain,
  warned,
  wholeNumber,
  type Severity,
  type Shape,
} from './manifest-shape.ts';
import { ownEnvironmentNames } from './module-environment.ts';

export type AgentSchema = '1.0' | '1.1';

const lastInStartupOrder = 4_294_967_295;
const envName = /^[^+#$\s.]+$/;
const examples = {
  type: '"type": "docker"',
  status: '"status": "running"',
  restartPolicy: '"restartPolicy": "always"',
  settings: '"settings": {"image": "registry/name:1.0"}',
};

interface ModuleKind {
  readonly schema: AgentSchema;
  /** What a value that cannot be used is: of the modules themselves, every door refuses it. */
  readonly severity: Severity;
}

/** One of `modules`. */
export function moduleShape(schema: AgentSchema): Shape {
  const kind: ModuleKind = { schema, severity: 'unusable' };
  const module = fieldsOf({
    name: 'a module',
    severity: 'unusable',
    wrong: 'a module must be an object with its settings.',
    fields: { version: anyText, ...lifeFields(kind), ...runFields(kind) },
    required: { type: examples.type, status: examples.status, restartPolicy: examples.restartPolicy },
    unknown: unknownIn(schema),
  });
  return {
    step: module.step,
    check(value, at, note) {
      module.check(value, at, note);
      if (isJsonObject(value) && (value['settings'] ?? null) === null)
        noteMissingImage('unusable', `${at}.settings`, note);
    },
  };
}

export function edgeAgentShape(schema: AgentSchema): Shape {
  const ignored = warned('the edge agent overlooks it on itself: take it out.');
  return fieldsOf({
    name: 'the edge agent',
    severity: 'schema',
    wrong: 'it must be an object with type and settings.',
    fields: {
      ...runFields({ schema, severity: 'schema' }),
      version: ignored,
      status: ignored,
      restartPolicy: ignored,
      startupOrder: ignored,
    },
    required: { type: examples.type, settings: examples.settings },
    unknown: unknownIn(schema),
  });
}

export function edgeHubModuleShape(schema: AgentSchema): Shape {
  const kind: ModuleKind = { schema, severity: 'schema' };
  return fieldsOf({
    name: 'the edge hub',
    severity: 'schema',
    wrong: 'it must be an object with type, status, restartPolicy and settings.',
    fields: {
      ...lifeFields(kind),
      ...runFields(kind),
      version: warned('the edge agent overlooks it on the edge hub: take it out.'),
    },
    required: examples,
    unknown: unknownIn(schema),
  });
}

/** Schema 1.0 lets any field pass, 1.1 none. */
export function unknownIn(schema: AgentSchema): Severity {
  return schema === '1.0' ? 'warning' : 'schema';
}

function lifeFields({ schema, severity }: ModuleKind): Readonly<Record<string, Shape>> {
  const order = wholeNumber(severity, 0, lastInStartupOrder);
  return {
    status: oneOf(severity, 'running', 'stopped'),
    restartPolicy: oneOf(severity, 'always', 'on-unhealthy', 'on-failure', 'never'),
    startupOrder: schema === '1.0' ? warned('it is of schema 1.1: write "schemaVersion": "1.1".', order) : order,
  };
}

function runFields({ schema, severity }: ModuleKind): Readonly<Record<string, Shape>> {
  const pullPolicy = oneOf(severity, 'on-create', 'never');
  return {
    type: oneOf(severity, 'docker'),
    settings: settingsShape({ schema, severity }),
    env: environmentShape({ schema, severity }),
    imagePullPolicy:
      schema === '1.0' ? warned('it is of schema 1.1: write "schemaVersion": "1.1".', pullPolicy) : pullPolicy,
  };
}

function settingsShape({ schema, severity }: ModuleKind): Shape {
  const image = imageShape(severity);
  const part: Shape = { check: checkCreateOptionsPart, step: anyText.step };
  const known = fieldsOf({
    name: 'the settings',
    severity,
    wrong: '',
    // Signed manifests carry the digest; the agent reads it.
    fields: { image, createOptions: part, digest: anything },
    unknown: unknownIn(schema),
  });
  return {
    step: (key, at, note) => (isCreateOptionsKey(key) ? part : known.step(key, at, note)),
    check(value, at, note) {
      if (!isJsonObject(value) || !isImage(value['image'])) noteMissingImage(severity, at, note);
      if (!isJsonObject(value)) return;
      const others = Object.fromEntries(
        Object.entries(value).filter(([key]) => !isCreateOptionsKey(key) && (key !== 'image' || isImage(value[key]))),
      );
      known.check(others, at, note);
      checkCreateOptions(value, at, note);
    },
  };
}

function environmentShape(kind: ModuleKind): Shape {
  return namesOf({
    severity: kind.severity,
    wrong: 'it must be an object of variables: {"NAME": {"value": "text"}}.',
    nameFault: (name) =>
      envName.test(name) ? undefined : 'a variable name may not contain + # $ . or white space: rename it.',
    nameWarning: (name) =>
      ownEnvironmentNames.has(name) || name.includes('=')
        ? 'agents of this site refuse this variable, which they set themselves or cannot pass on: choose another name.'
        : undefined,
    value: variableShape(kind),
  });
}

const variableWords = 'a variable is an object with a text, number or Boolean: {"value": "text"}.';

function variableShape({ schema, severity }: ModuleKind): Shape {
  const known = fieldsOf({
    name: 'a variable',
    severity,
    wrong: variableWords,
    fields: { value: plain(severity, (value) => (isScalar(value) ? undefined : variableWords)) },
    unknown: unknownIn(schema),
  });
  return {
    step: known.step,
    check(value, at, note) {
      if (!isJsonObject(value) || !isScalar(value['value'])) return note(severity, at, variableWords);
      known.check(value, at, note);
    },
  };
}

function isScalar(value: Json | undefined): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
