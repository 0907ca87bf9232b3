// The reported section of `$edgeAgent` and `$edgeHub`, spelled as IoT Edge's (spec/iot-hub.md 3.3).
import { emptyObject, ownValue, type Json, type JsonObject } from '#base/json.ts';
import { lastInStartupOrder, type ModuleSpec } from '#domain/manifests/module-spec.ts';
import { fitReport, reportText, type ModuleReport } from '#domain/values/report-size.ts';
import { containerName, lastExitCode, type ObservedContainer, type RestartRecord } from './agent-state.ts';
import { judgeRun, restartCountOf, type RuntimeStatus } from './restart-policy.ts';

export interface DesiredOutcome {
  /** 200 applied, 400, 412 and 417 not usable, 406 not running, 500 some of it failed. */
  readonly code: 200 | 400 | 406 | 412 | 417 | 500;
  readonly description: string;
}

export interface AgentReport {
  readonly agentVersion: string;
  readonly engine: { readonly os: string; readonly architecture: string; readonly version: string };
  readonly runtime: JsonObject;
  readonly systemModules: JsonObject;
  readonly lastDesiredVersion: number | null;
  readonly lastDesiredStatus: DesiredOutcome | null;
  readonly wanted: readonly ModuleSpec[];
  readonly containers: readonly ObservedContainer[];
  readonly restarts: Readonly<Record<string, RestartRecord>>;
  /** Module → what stands in its way or what it waits for, in words. */
  readonly notes: Readonly<Record<string, string>>;
  /** The newest attempt at a revision; null: none was made. */
  readonly attempt: JsonObject | null;
  /** The agent is ending: what runs from here on is not known. */
  readonly isStopping: boolean;
  readonly nowMs: number;
  readonly toIso: (epochMs: number) => string;
}

const chunk = /[^]{1,512}/gu;
/** Tells the hub that this agent answers the method `Preflight`, and in which shape. */
const preflightVersion = 1;

export function edgeAgentReport(report: AgentReport): JsonObject {
  const modules = Object.create(null) as Record<string, ModuleReport>;
  for (const spec of report.wanted) modules[spec.name] = moduleReport(spec, report);
  const { os, architecture, version } = report.engine;
  return fitReport({
    schemaVersion: '1.0',
    version: { version: report.agentVersion, build: '', commit: '' },
    ...(report.lastDesiredVersion === null ? {} : { lastDesiredVersion: report.lastDesiredVersion }),
    ...(report.lastDesiredStatus === null ? {} : { lastDesiredStatus: outcomeReport(report.lastDesiredStatus) }),
    runtime: { type: 'docker', settings: publicSettings(report.runtime), platform: { os, architecture, version } },
    systemModules: { edgeAgent: systemReport('edgeAgent', report), edgeHub: systemReport('edgeHub', report) },
    modules,
    lanyard: {
      // As above: another agent that takes this one's place leaves it here, and reports its own version above.
      agent: report.agentVersion,
      preflight: preflightVersion,
      ...(report.attempt === null ? {} : { attempt: report.attempt }),
    },
  });
}

function outcomeReport({ code, description }: DesiredOutcome): JsonObject {
  return { code, description: reportText(description) };
}

export function edgeHubReport(report: {
  readonly agentVersion: string;
  readonly lastDesiredVersion: number | null;
}): JsonObject {
  return {
    schemaVersion: '1.2',
    version: { version: report.agentVersion, build: '', commit: '' },
    ...(report.lastDesiredVersion === null
      ? {}
      : { lastDesiredVersion: report.lastDesiredVersion, lastDesiredStatus: { code: 200, description: '' } }),
  };
}

function moduleReport(spec: ModuleSpec, report: AgentReport): ModuleReport {
  const container = report.containers.find(
    (found) => found.module === spec.name && found.name === containerName(spec.name),
  );
  const record = ownValue(report.restarts, spec.name);
  const lastRestartAtMs = record?.lastRestartAtMs ?? null;
  const note = ownValue(report.notes, spec.name);
  return {
    version: spec.version,
    type: 'docker',
    status: spec.status,
    restartPolicy: spec.restartPolicy,
    imagePullPolicy: spec.imagePullPolicy,
    ...(spec.startupOrder === lastInStartupOrder ? {} : { startupOrder: spec.startupOrder }),
    env: envReport(spec.env),
    settings: {
      image: container?.image ?? spec.image,
      ...(container === undefined ? {} : { imageHash: container.imageId }),
      ...chunks(spec.createOptionsText),
    },
    exitCode: container === undefined ? 0 : lastExitCode(container, record),
    statusDescription: note === undefined ? describe(container) : reportText(note),
    ...times(container, report),
    restartCount: container === undefined ? 0 : restartCountOf(container, record, report.nowMs),
    ...(lastRestartAtMs === null ? {} : { lastRestartTimeUtc: report.toIso(lastRestartAtMs) }),
    runtimeStatus: statusOf(container, spec, report),
  };
}

function statusOf(container: ObservedContainer | undefined, spec: ModuleSpec, report: AgentReport): RuntimeStatus {
  if (container === undefined || report.isStopping) return 'unknown';
  return judgeRun(container, spec, ownValue(report.restarts, spec.name), report.nowMs).runtimeStatus;
}

function describe(container: ObservedContainer | undefined): string {
  if (container === undefined) return '';
  switch (container.state) {
    case 'running':
      return container.health === 'none' ? 'running' : `running (${container.health})`;
    case 'exited':
      return `exited with code ${container.exitCode}`;
    case 'created':
    case 'paused':
    case 'restarting':
    case 'removing':
    case 'dead':
      return container.state;
  }
}

function times(container: ObservedContainer | undefined, report: AgentReport): JsonObject {
  return {
    ...(container === undefined || container.startedAtMs === 0
      ? {}
      : { lastStartTimeUtc: report.toIso(container.startedAtMs) }),
    ...(container === undefined || container.finishedAtMs === 0
      ? {}
      : { lastExitTimeUtc: report.toIso(container.finishedAtMs) }),
  };
}

/** The agent stands for both system modules: what was wanted of them, and that they run as long as it does. */
function systemReport(name: 'edgeAgent' | 'edgeHub', report: AgentReport): JsonObject {
  const wanted = report.systemModules[name];
  const given = typeof wanted === 'object' && wanted !== null && !Array.isArray(wanted) ? (wanted as JsonObject) : {};
  return {
    type: 'docker',
    ...(given['settings'] === undefined ? {} : { settings: given['settings'] }),
    ...(given['env'] === undefined ? {} : { env: given['env'] }),
    imagePullPolicy: given['imagePullPolicy'] ?? 'on-create',
    ...(name === 'edgeHub' ? { status: 'running', restartPolicy: 'always' } : {}),
    statusDescription: "part of the device's agent",
    exitCode: 0,
    runtimeStatus: report.isStopping ? 'unknown' : 'running',
  };
}

/** Without passwords: a twin is read by many. */
function publicSettings(runtime: JsonObject): JsonObject {
  const settings = runtime['settings'];
  if (typeof settings !== 'object' || settings === null || Array.isArray(settings)) return {};
  const { registryCredentials: _secret, ...rest } = settings as JsonObject;
  return rest;
}

function envReport(env: Readonly<Record<string, string>>): JsonObject {
  const report = emptyObject();
  for (const [name, value] of Object.entries(env)) report[name] = { value };
  return report;
}

/** In parts as IoT Edge's tools make them, none of which begins or ends with half of a character: no twin takes one. */
function chunks(text: string): JsonObject {
  const [first = '', ...rest] = text.match(chunk) ?? [];
  const settings: Record<string, Json> = { createOptions: first };
  for (const [index, part] of rest.entries()) settings[`createOptions${String(index + 1).padStart(2, '0')}`] = part;
  return settings;
}
