// How each deployment that matches stands on each module twin of a device: the `configurations` of IoT Hub's twins.
import type { DeploymentId } from '#base/ids.ts';
import type { JsonObject } from '#base/json.ts';
import { contentWrites } from '#domain/records/content-writes.ts';
import type { DeploymentStatus, EdgeDeployment } from '#domain/records/deployment.ts';
import type { EffectiveConfiguration, ValueOrigin } from './effective-configuration.ts';

/** Module id → deployment id → status. */
export type DeploymentStatuses = Readonly<Record<string, Readonly<Record<string, DeploymentStatus>>>>;

/**
 * Every deployment that matches stands on every module it names, `$edgeAgent` always among them (iot-hub.md 2.5):
 * - Applied where it is folded in and has a part: what it wrote shows, or at least no higher one wrote over it;
 * - Targeted where it writes nothing (a layer of module properties alone on `$edgeAgent`), where higher ones wrote over all
 *   of it, and everywhere when it does not apply at all. So a base that applies is always Applied on `$edgeAgent`.
 */
export function statusesOf(effective: EffectiveConfiguration, matched: readonly EdgeDeployment[]): DeploymentStatuses {
  const statuses = Object.create(null) as Record<string, Record<string, DeploymentStatus>>;
  const applied = new Set(effective.applied);
  for (const { id, content } of matched) {
    for (const [moduleId, moduleContent] of Object.entries(content)) {
      const isApplied = applied.has(id) && hasPart(id, moduleContent, effective.origins[moduleId] ?? []);
      const ofModule = (statuses[moduleId] ??= Object.create(null) as Record<string, DeploymentStatus>);
      ofModule[id] = isApplied ? 'Applied' : 'Targeted';
    }
  }
  return statuses;
}

function hasPart(id: DeploymentId, content: JsonObject, origins: readonly ValueOrigin[]): boolean {
  if (contentWrites(content).length === 0) return false;
  if (origins.some(({ writtenBy }) => writtenBy === id)) return true;
  // Taking away what is not there leaves no trace, but nothing outranked it either.
  return !origins.some(({ hidden }) => hidden.includes(id));
}
