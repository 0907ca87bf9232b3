// Conditions and their subjects for tests: read or thrown, with defaults.
import type { DeviceId, ModuleId } from '#base/ids.ts';
import type { JsonObject } from '#base/json.ts';
import type { Problem, Result } from '#base/result.ts';
import { parseModuleCondition, type ModuleSubject } from '#domain/conditions/condition-module.ts';
import { parseCondition, type Condition } from '#domain/conditions/condition.ts';
import type { ConditionSubject } from '#domain/values/twin.ts';

export function readCondition(text: string): Condition {
  return valueOf(parseCondition(text), text);
}

export function readModuleCondition(text: string): Condition<ModuleSubject> {
  return valueOf(parseModuleCondition(text), text);
}

/** The value of a result that has one. */
export function valueOf<T>(result: Result<T>, of: string): T {
  if (result.ok) return result.value;
  throw new Error(`${of}: ${JSON.stringify(result.problems)}`);
}

export function problemsOf(result: Result<unknown>): readonly Problem[] {
  return result.ok ? [] : result.problems;
}

export function aSubject(tags: JsonObject = {}, reported: JsonObject = {}, deviceId = 'edge-1'): ConditionSubject {
  return { deviceId: deviceId as DeviceId, tags, reported };
}

export function aModuleSubject(moduleId: string, tags: JsonObject = {}, reported: JsonObject = {}): ModuleSubject {
  return { ...aSubject(tags, reported), moduleId: moduleId as ModuleId };
}
