// The state of a whole hub, as `az iot hub state export` writes it: deployments by id, and devices with their keys, twins and
// modules. Only what this hub keeps is read; the rest is said to be passed over.
import { isJsonObject, ownValue, type JsonObject } from '#base/json.ts';
import type { Problem } from '#base/result.ts';
import type { Authentication } from '#domain/records/registry.ts';
import { contentProblems, sizeProblem, type TwinPart } from '#domain/values/twin-limits.ts';
import { pathIn, readFileDeployment, type FileDeployment } from './deployment-file-item.ts';

interface FileTwin {
  readonly tags: JsonObject;
  readonly desired: JsonObject;
}

export interface FileModule extends FileTwin {
  readonly moduleId: string;
  readonly managedBy: string | null;
  readonly authentication: Authentication | undefined;
}

export interface FileDevice extends FileTwin {
  readonly at: string;
  readonly deviceId: string;
  readonly isEdge: boolean;
  readonly status: 'enabled' | 'disabled';
  readonly statusReason: string | null;
  /** Undefined: the file has none, keys are made. */
  readonly authentication: Authentication | undefined;
  readonly modules: readonly FileModule[];
  readonly problems: readonly Problem[];
  readonly notices: readonly Problem[];
}

interface HubState {
  readonly deployments: readonly FileDeployment[];
  /** Each is read when it is asked for: thousands at once would take long. */
  readonly devices: Iterable<FileDevice>;
  readonly problems: readonly Problem[];
  readonly notices: readonly Problem[];
}

export function readHubState(document: JsonObject): HubState {
  const problems: Problem[] = [];
  const notices = Object.hasOwn(document, 'arm')
    ? [problem('arm', 'the Azure resource of the hub has no meaning here: not imported.')]
    : [];
  const configurations = partsOf(document, 'configurations', '', problems);
  const deployments = ['admConfigurations', 'edgeDeployments'].flatMap((group) =>
    entriesOf(configurations, group, 'configurations', problems).map(({ name, value, at }) =>
      readFileDeployment(value, at, name),
    ),
  );
  const entries = entriesOf(document, 'devices', '', problems);
  const devices = {
    *[Symbol.iterator]() {
      for (const entry of entries) yield readDevice(entry);
    },
  };
  return { deployments, devices, problems, notices };
}

interface Entry {
  readonly name: string;
  readonly value: JsonObject;
  readonly at: string;
}

/** The object under `key`; `{}` when it is absent or, with a problem noted, something else. */
function partsOf(parent: JsonObject, key: string, at: string, problems: Problem[]): JsonObject {
  const value = ownValue(parent, key) ?? {};
  if (isJsonObject(value)) return value;
  problems.push(problem(pathIn(at, key), 'it must be an object.'));
  return {};
}

function entriesOf(parent: JsonObject, key: string, at: string, problems: Problem[]): readonly Entry[] {
  const parts = partsOf(parent, key, at, problems);
  const below = pathIn(at, key);
  return Object.keys(parts).map((name) => ({
    name,
    value: partsOf(parts, name, below, problems),
    at: pathIn(below, name),
  }));
}

function readDevice({ name: deviceId, value: document, at }: Entry): FileDevice {
  const problems: Problem[] = [];
  const identity = partsOf(document, 'identity', at, problems);
  const identityAt = pathIn(at, 'identity');
  const capabilities = partsOf(identity, 'capabilities', identityAt, problems);
  const reason = ownValue(identity, 'statusReason') ?? null;
  const hasParent = (ownValue(document, 'parent') ?? null) !== null;
  return {
    at,
    deviceId,
    isEdge: capabilities['iotEdge'] === true,
    status: statusOf(identity, identityAt, problems),
    statusReason: typeof reason === 'string' ? reason : null,
    authentication: authenticationOf(identity, identityAt, problems),
    ...twinOf(document, at, problems),
    modules: entriesOf(document, 'modules', at, problems).map((entry) => readModule(entry, problems)),
    problems,
    notices: hasParent ? [problem(pathIn(at, 'parent'), 'this hub has no devices behind devices: not imported.')] : [],
  };
}

function readModule({ name, value, at }: Entry, problems: Problem[]): FileModule {
  const identity = partsOf(value, 'identity', at, problems);
  const managedBy = ownValue(identity, 'managedBy') ?? null;
  return {
    moduleId: name,
    managedBy: typeof managedBy === 'string' ? managedBy : null,
    authentication: authenticationOf(identity, pathIn(at, 'identity'), problems),
    ...twinOf(value, at, problems),
  };
}

function statusOf(identity: JsonObject, at: string, problems: Problem[]): FileDevice['status'] {
  const status = ownValue(identity, 'status') ?? 'enabled';
  if (status === 'enabled' || status === 'disabled') return status;
  problems.push(problem(pathIn(at, 'status'), 'it must be "enabled" or "disabled".'));
  return 'enabled';
}

function authenticationOf(identity: JsonObject, identityAt: string, problems: Problem[]): Authentication | undefined {
  const given = partsOf(identity, 'authentication', identityAt, problems);
  const at = pathIn(identityAt, 'authentication');
  const keys = partsOf(given, 'symmetricKey', at, problems);
  const thumbprints = partsOf(given, 'x509Thumbprint', at, problems);
  const type = ownValue(given, 'type') ?? null;
  if (type === null) return undefined;
  if (type === 'sas')
    return { type, primaryKey: textIn(keys, 'primaryKey'), secondaryKey: textIn(keys, 'secondaryKey') };
  if (type === 'certificateAuthority' || type === 'none') return { type };
  if (type === 'selfSigned')
    return {
      type,
      primaryThumbprint: textIn(thumbprints, 'primaryThumbprint'),
      secondaryThumbprint: textIn(thumbprints, 'secondaryThumbprint'),
    };
  problems.push(problem(pathIn(at, 'type'), 'it must be "sas", "selfSigned", "certificateAuthority" or "none".'));
  return undefined;
}

function textIn(parent: JsonObject, key: string): string {
  const value = ownValue(parent, key);
  return typeof value === 'string' ? value : '';
}

function twinOf(document: JsonObject, itemAt: string, problems: Problem[]): FileTwin {
  const at = pathIn(itemAt, 'twin');
  const twin = partsOf(document, 'twin', itemAt, problems);
  const properties = partsOf(twin, 'properties', at, problems);
  const {
    $metadata: _metadata,
    $version: _version,
    ...desired
  } = partsOf(properties, 'desired', pathIn(at, 'properties'), problems);
  const tags = partsOf(twin, 'tags', at, problems);
  const part = (name: TwinPart, value: JsonObject): void => {
    const partAt = `${at}.${name}`;
    problems.push(...contentProblems(partAt, value).map(({ at: where, message }) => problem(String(where), message)));
    const tooLarge = sizeProblem(name, value);
    if (tooLarge !== undefined) problems.push(problem(partAt, tooLarge.message));
  };
  part('tags', tags);
  part('properties.desired', desired);
  return { tags, desired };
}

function problem(at: string, message: string): Problem {
  return { code: 'file.invalid', message, at };
}
