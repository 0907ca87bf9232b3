// The target condition of a deployment, whatever kind it is of: modules are aimed at in a language of their own.
import type { Result } from '#base/result.ts';
import type { DeploymentKind } from '#domain/records/deployment.ts';
import { parseModuleCondition, type ModuleSubject } from './condition-module.ts';
import { parseCondition, type Condition } from './condition.ts';

/**
 * The condition, or every reason why it is none (conditions.md; iot-hub.md 1.1 for modules).
 * `module`, `from devices.modules where moduleId = 'camera'`; every other kind, `tags.site = 'north'`.
 */
export function parseTargetCondition(kind: DeploymentKind, text: string): Result<Condition<ModuleSubject>> {
  return kind === 'module' ? parseModuleCondition(text) : parseCondition(text);
}
