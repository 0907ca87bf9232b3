// Which of Docker's create options a deployment may use: a list of what is allowed, because a list of what is not would miss
// the next way to the host. Only keys read here reach the engine, spelled as here (Docker itself ignores case).
import { isJsonObject, ownValue, type Json, type JsonObject } from '#base/json.ts';
import { failure, success, type Problem, type Result } from '#base/result.ts';
import {
  anObject,
  aFlag,
  aSize,
  aText,
  emptyObjects,
  texts,
  textMap,
  whole,
  type OptionRule,
} from './create-option-rules.ts';
import type { DevicePolicy } from './device-policy.ts';
import {
  binds,
  capAdd,
  capDrop,
  devices,
  logConfig,
  mounts,
  networkMode,
  portBindings,
  privileged,
} from './host-config-rules.ts';
import { ownEnvironmentNames } from './module-environment.ts';
import { hookLabel, readHook } from './switch-labels.ts';

const healthcheckRules: Readonly<Record<string, OptionRule>> = {
  Interval: whole,
  Retries: whole,
  StartInterval: whole,
  StartPeriod: whole,
  Test: texts,
  Timeout: whole,
};

const hostConfigRules: Readonly<Record<string, OptionRule>> = {
  AutoRemove: mustBe(false, 'the agent needs the container after it ended'),
  Binds: binds,
  BlkioWeight: whole,
  CapAdd: capAdd,
  CapDrop: capDrop,
  CpuPeriod: whole,
  CpuQuota: whole,
  CpuShares: whole,
  CpusetCpus: aText,
  Devices: devices,
  Dns: texts,
  DnsOptions: texts,
  DnsSearch: texts,
  ExtraHosts: texts,
  Init: aFlag,
  LogConfig: logConfig,
  Memory: whole,
  MemoryReservation: whole,
  MemorySwap: aSize,
  MemorySwappiness: aSize,
  Mounts: mounts,
  NanoCpus: whole,
  NetworkMode: networkMode,
  OomScoreAdj: aSize,
  PidsLimit: aSize,
  PortBindings: portBindings,
  Privileged: privileged,
  PublishAllPorts: aFlag,
  ReadonlyRootfs: aFlag,
  RestartPolicy: anObject,
  ShmSize: whole,
  Tmpfs: textMap,
};

const optionRules: Readonly<Record<string, OptionRule>> = {
  AttachStderr: aFlag,
  AttachStdin: aFlag,
  AttachStdout: aFlag,
  Cmd: commandLine,
  Domainname: aText,
  Entrypoint: commandLine,
  Env: environment,
  ExposedPorts: emptyObjects,
  Healthcheck: nested(healthcheckRules),
  HostConfig: nested(hostConfigRules),
  Hostname: aText,
  Labels: labels,
  NetworkingConfig: noNetworks,
  OpenStdin: aFlag,
  StopSignal: aText,
  StopTimeout: whole,
  Tty: aFlag,
  User: aText,
  Volumes: emptyObjects,
  WorkingDir: aText,
};

/** Labels that are the agent's own. */
const ownLabelPrefix = 'io.lanyard.';
const logDefaults = { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '3' } };

/**
 * The options with the agent's defaults: logs that rotate, and no restart policy of Docker's (the agent restarts; two
 * masters could start both containers of a replacement after a power cut).
 * Example: `{HostConfig:{Privileged:true}}` → a problem at `….HostConfig.Privileged` that tells how to allow it.
 */
export function checkCreateOptions(options: JsonObject, at: string, policy: DevicePolicy): Result<JsonObject> {
  const problems = applyRules(options, optionRules, { at, policy });
  if (problems.length > 0) return failure(problems);
  const given = isJsonObject(options['HostConfig']) ? options['HostConfig'] : {};
  const hostConfig = { LogConfig: logDefaults, ...given, RestartPolicy: { Name: 'no' } };
  return success({ ...options, HostConfig: hostConfig });
}

function applyRules(
  value: JsonObject,
  rules: Readonly<Record<string, OptionRule>>,
  { at, policy }: { at: string; policy: DevicePolicy },
): Problem[] {
  return Object.keys(value).flatMap((key) => {
    const path = `${at}.${key}`;
    const rule = Object.hasOwn(rules, key) ? rules[key] : undefined;
    if (rule !== undefined) return value[key] === null ? [] : rule(value[key] as Json, path, policy);
    const spelled = Object.keys(rules).find((name) => name.toLowerCase() === key.toLowerCase());
    const advice = spelled === undefined ? 'take it out of the create options' : `write ${spelled}`;
    return [{ code: 'agent.create-options', at: path, message: `${path} is not allowed on this device: ${advice}.` }];
  });
}

function nested(rules: Readonly<Record<string, OptionRule>>): OptionRule {
  return (value, at, policy) =>
    isJsonObject(value) ? applyRules(value, rules, { at, policy }) : anObject(value, at, policy);
}

function mustBe(expected: boolean, reason: string): OptionRule {
  return (value, at) =>
    value === expected ? [] : [{ code: 'agent.create-options', at, message: `${at} must be ${expected}: ${reason}.` }];
}

function commandLine(value: Json, at: string, policy: DevicePolicy): readonly Problem[] {
  return typeof value === 'string' ? [] : texts(value, at, policy);
}

function environment(value: Json, at: string, policy: DevicePolicy): readonly Problem[] {
  const problems = texts(value, at, policy);
  if (problems.length > 0) return problems;
  return (value as readonly string[])
    .map((line) => line.replace(/=.*$/s, ''))
    .filter((name) => ownEnvironmentNames.has(name))
    .map((name) => ({
      code: 'agent.create-options',
      at,
      message: `${at} sets ${name}, which the agent sets itself: take it out.`,
    }));
}

function labels(value: Json, at: string, policy: DevicePolicy): readonly Problem[] {
  const problems = textMap(value, at, policy);
  if (problems.length > 0) return problems;
  const given = value as Readonly<Record<string, string>>;
  return [...ownLabels(given, at), ...hookProblems(given, at)];
}

function ownLabels(given: Readonly<Record<string, string>>, at: string): readonly Problem[] {
  return Object.keys(given)
    .filter((name) => name.toLowerCase().startsWith(ownLabelPrefix))
    .map((name) => ({
      code: 'agent.create-options',
      at,
      message: `${at} sets the label ${name}; labels that begin with ${ownLabelPrefix} are the agent's: choose another name.`,
    }));
}

/** Found when it is deployed, and not when the device waits for it. */
function hookProblems(given: Readonly<Record<string, string>>, at: string): readonly Problem[] {
  const hook = ownValue(given, hookLabel);
  if (hook === undefined || readHook(hook) !== null) return [];
  const message = `${at} sets ${hookLabel}, which is no list of words: write it as ["/path/of/command", "option"].`;
  return [{ code: 'agent.create-options', at, message }];
}

/** IoT Edge samples attach modules to its own network; ours run on Docker's bridge, so only an empty one passes. */
function noNetworks(value: Json, at: string): readonly Problem[] {
  const endpoints = isJsonObject(value) ? (value['EndpointsConfig'] ?? {}) : null;
  if (isJsonObject(endpoints) && Object.keys(endpoints).every((name) => name === 'host' || name === 'bridge')) {
    if (!Object.hasOwn(endpoints, 'host')) return [];
  }
  const message = `${at} attaches other networks: take it out, modules run on the engine's bridge.`;
  return [{ code: 'agent.create-options', at, message }];
}
