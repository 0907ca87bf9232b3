// One module of a device: what it is wanted to be beside what the agent last reported, and what that amounts to.
// Both documents are read leniently: a device may report anything, and a wrong shape must not hide the rest.
import { isJsonObject, type Json, type JsonObject } from '#base/json.ts';

/** `missing`: wanted, not reported. `leftover`: reported, no longer wanted. `updating`: runs, but another image. */
export type ModuleHealth =
  | 'running'
  | 'stopped'
  | 'updating'
  | 'starting'
  | 'missing'
  | 'leftover'
  | 'backoff'
  | 'unhealthy'
  | 'failed';

interface WantedModule {
  readonly image: string | null;
  readonly status: 'running' | 'stopped';
  readonly restartPolicy: string | null;
}

interface ReportedModule {
  readonly image: string | null;
  readonly runtimeStatus: string | null;
  readonly statusDescription: string | null;
  readonly restartCount: number | null;
  readonly exitCode: number | null;
  readonly lastStartTimeUtc: string | null;
  readonly lastExitTimeUtc: string | null;
}

export interface ModuleStanding {
  readonly name: string;
  /** The agent or the hub part of the device itself, not a module of the site. */
  readonly isSystem: boolean;
  readonly wanted: WantedModule | null;
  readonly reported: ReportedModule | null;
  readonly health: ModuleHealth;
}

// Longest text taken over from a document, so that no single value floods a screen or a message.
const longestText = 512;

/**
 * The modules named in `$edgeAgent`'s desired or reported section, by name, the system's own last.
 * Example: wanted `{a: running}`, reported `{a: running, b: running}` gives a `running` and b `leftover`.
 */
export function moduleStandings(desired: JsonObject, reported: JsonObject): readonly ModuleStanding[] {
  return [
    ...standingsOf(childOf(desired, 'modules'), childOf(reported, 'modules'), false),
    ...standingsOf(childOf(desired, 'systemModules'), childOf(reported, 'systemModules'), true),
  ];
}

/** Whether something is wrong with it that waiting will not mend by itself. */
export function isFailing(health: ModuleHealth): boolean {
  return health === 'backoff' || health === 'unhealthy' || health === 'failed';
}

// A restart or two happen to a sound module: a reboot of the device, a lost database. The agent forgives its count after ten
// good minutes (iot-hub.md 3.4), so that a second restart still counted says that it grows.
const restartsOfLoop = 2;

/** Whether it runs for the moment only: it ended and was started again, and again, without ten good minutes in between. */
export function isRestarting({ wanted, reported, health }: ModuleStanding): boolean {
  return health === 'running' && wanted?.status === 'running' && (reported?.restartCount ?? 0) >= restartsOfLoop;
}

function standingsOf(desired: JsonObject, reported: JsonObject, isSystem: boolean): ModuleStanding[] {
  const names = [...new Set([...Object.keys(desired), ...Object.keys(reported)])].sort();
  return names.map((name) => {
    const wanted = Object.hasOwn(desired, name) ? wantedModule(desired[name]) : null;
    const seen = Object.hasOwn(reported, name) ? reportedModule(reported[name]) : null;
    return { name, isSystem, wanted, reported: seen, health: healthOf(wanted, seen, isSystem) };
  });
}

function healthOf(wanted: WantedModule | null, reported: ReportedModule | null, isSystem: boolean): ModuleHealth {
  if (reported === null) return 'missing';
  if (wanted === null) return isSystem ? plainHealth(reported) : 'leftover';
  const health = plainHealth(reported);
  if (wanted.status === 'stopped') return health === 'running' ? 'updating' : 'stopped';
  // The agent stands for the system modules itself and runs no image for them.
  const runsAnother = !isSystem && wanted.image !== null && reported.image !== null && wanted.image !== reported.image;
  if (health === 'running' && runsAnother) return 'updating';
  return health === 'stopped' ? 'starting' : health;
}

// What IoT Edge's own agent reports (spec/iot-hub.md 3.3); `unknown`, none, and words of others read as on its way.
const knownStatuses: ReadonlyMap<string | null, ModuleHealth> = new Map([
  ['running', 'running'],
  ['stopped', 'stopped'],
  ['backoff', 'backoff'],
  ['unhealthy', 'unhealthy'],
  ['failed', 'failed'],
  ['dead', 'failed'],
]);

function plainHealth(reported: ReportedModule): ModuleHealth {
  return knownStatuses.get(reported.runtimeStatus) ?? 'starting';
}

function wantedModule(json: Json | undefined): WantedModule {
  return {
    image: textAt(childOf(json, 'settings'), 'image'),
    status: textAt(json, 'status') === 'stopped' ? 'stopped' : 'running',
    restartPolicy: textAt(json, 'restartPolicy'),
  };
}

function reportedModule(json: Json | undefined): ReportedModule {
  return {
    image: textAt(childOf(json, 'settings'), 'image'),
    runtimeStatus: textAt(json, 'runtimeStatus'),
    statusDescription: textAt(json, 'statusDescription'),
    restartCount: numberAt(json, 'restartCount'),
    exitCode: numberAt(json, 'exitCode'),
    lastStartTimeUtc: textAt(json, 'lastStartTimeUtc'),
    lastExitTimeUtc: textAt(json, 'lastExitTimeUtc'),
  };
}

export function childOf(json: Json | undefined, key: string): JsonObject {
  const child = isJsonObject(json) && Object.hasOwn(json, key) ? json[key] : undefined;
  return isJsonObject(child) ? child : {};
}

export function textAt(json: Json | undefined, key: string): string | null {
  const value = isJsonObject(json) && Object.hasOwn(json, key) ? json[key] : undefined;
  return typeof value === 'string' ? value.slice(0, longestText) : null;
}

export function numberAt(json: Json | undefined, key: string): number | null {
  const value = isJsonObject(json) && Object.hasOwn(json, key) ? json[key] : undefined;
  return typeof value === 'number' ? value : null;
}
