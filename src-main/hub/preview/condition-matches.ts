// Which devices or modules a condition means, as it is typed: counted and listed from the store as it stands, in short turns.
import type { Clock } from '#base/clock.ts';
import { isDeviceId, isModuleId, type DeviceId, type ModuleId } from '#base/ids.ts';
import type { ConditionMatches, MatchedDevices, MatchedModules } from '#contract/preview-view.ts';
import { explain } from '#domain/conditions/condition-explain.ts';
import {
  parseModuleCondition,
  startsModuleCondition,
  type ModuleSubject,
} from '#domain/conditions/condition-module.ts';
import { matches, parseCondition, type Condition } from '#domain/conditions/condition.ts';
import { createBreath, type Breathe } from '#hub/turns/preview-slices.ts';
import type { StoreReaders } from '#store/store-types.ts';

const pageSize = 50;

export interface MatchRequest {
  /** Of a device, or of a module where it begins with `from devices.modules where`. */
  readonly condition: string;
  /** A device to explain the condition for. */
  readonly explainFor: string | null;
  /** The module of that device, where the condition is of modules. */
  readonly explainModule?: string | null;
  /** How many devices or modules are listed at most. */
  readonly limit: number;
}

interface Search<C> {
  readonly read: StoreReaders;
  readonly condition: C;
  readonly limit: number;
  readonly breathe: Breathe;
}

/** Rejects (`preview.cancelled`) when the signal aborts. */
export async function matchesOf(
  needs: { readonly read: StoreReaders; readonly clock: Clock },
  { condition, explainFor, explainModule = null, limit }: MatchRequest,
  signal?: AbortSignal,
): Promise<ConditionMatches> {
  const { read, clock } = needs;
  const breathe = createBreath(clock, signal);
  const asked = explainFor !== null && isDeviceId(explainFor) ? explainFor : null;
  if (startsModuleCondition(condition)) {
    const parsed = parseModuleCondition(condition);
    if (!parsed.ok) return parsed;
    const found = await matchedModules({ read, condition: parsed.value, limit, breathe });
    const subject = asked === null ? undefined : moduleSubject(read, asked, explainModule);
    return { ok: true, of: 'modules', ...found, explanation: subject ? explain(parsed.value, subject) : null };
  }
  const parsed = parseCondition(condition);
  if (!parsed.ok) return parsed;
  const found = await matchedDevices({ read, condition: parsed.value, limit, breathe });
  const subject = asked === null ? undefined : read.twins.subject(asked);
  return { ok: true, of: 'devices', ...found, explanation: subject ? explain(parsed.value, subject) : null };
}

async function matchedDevices({ read, condition, limit, breathe }: Search<Condition>): Promise<MatchedDevices> {
  const deviceIds: DeviceId[] = [];
  const counts = { count: 0, edgeDevices: 0, notEdge: 0 };
  let after: DeviceId | undefined;
  do {
    const edge = new Set(
      read.devices
        .list({ after, limit: pageSize })
        .filter(({ isEdge }) => isEdge)
        .map(({ deviceId }) => deviceId),
    );
    const subjects = read.twins.subjects({ after, limit: pageSize });
    counts.edgeDevices += edge.size;
    for (const subject of subjects.filter((candidate) => matches(condition, candidate))) {
      if (!edge.has(subject.deviceId)) counts.notEdge += 1;
      else if ((counts.count += 1) <= limit) deviceIds.push(subject.deviceId);
    }
    after = subjects.at(-1)?.deviceId;
    await breathe();
  } while (after !== undefined);
  return { ...counts, deviceIds };
}

/** Modules of all devices, edge devices or not; `$edgeAgent` and `$edgeHub` are never meant. */
async function matchedModules({
  read,
  condition,
  limit,
  breathe,
}: Search<Condition<ModuleSubject>>): Promise<MatchedModules> {
  const found: { readonly deviceId: DeviceId; readonly moduleId: ModuleId }[] = [];
  const counts = { count: 0, modules: 0, devices: 0 };
  let after: DeviceId | undefined;
  do {
    const deviceIds = read.devices.ids({ after, limit: pageSize });
    for (const deviceId of deviceIds) {
      const modules = read.twins.moduleSubjects(deviceId);
      const meant = modules.filter((module) => matches(condition, module));
      counts.modules += modules.length;
      counts.count += meant.length;
      if (meant.length > 0) counts.devices += 1;
      found.push(...meant.slice(0, limit - found.length).map(({ moduleId }) => ({ deviceId, moduleId })));
      await breathe();
    }
    after = deviceIds.at(-1);
    await breathe();
  } while (after !== undefined);
  return { ...counts, moduleIds: found };
}

function moduleSubject(read: StoreReaders, deviceId: DeviceId, moduleId: string | null): ModuleSubject | undefined {
  if (moduleId === null || !isModuleId(moduleId)) return undefined;
  return read.twins.moduleSubjects(deviceId).find((module) => module.moduleId === moduleId);
}
