// Reads the content of a deployment: IoT Hub's `modulesContent`, module id → `properties.desired[.path]` → value.
// What could only fail later, on a device, is refused here, all of it at once; what we do not know passes.
import { failure, success, type Result } from '#base/result.ts';
import { checkManifest } from '#domain/manifests/manifest-check.ts';
import { sectionKey } from '#domain/records/content-writes.ts';
import type { DeploymentType, ModulesContent } from '#domain/records/deployment.ts';

/**
 * The content of a deployment, or everything wrong with it (iot-hub.md 2.1 and 3.1).
 * `{ "$edgeAgent": {}, "m": { "tags.x": 1 } }` → a problem at `modulesContent.m["tags.x"]`.
 */
export function readModulesContent(content: unknown): Result<ModulesContent> {
  const { problems } = checkManifest(content, { schema: false });
  return problems.length === 0 ? success(content as ModulesContent) : failure(problems);
}

/** Rule 1 of layering.md: whoever carries the whole `$edgeAgent` section is a base. */
export function deploymentType(content: ModulesContent): DeploymentType {
  const agent = Object.hasOwn(content, '$edgeAgent') ? content['$edgeAgent'] : undefined;
  return agent !== undefined && Object.hasOwn(agent, sectionKey) ? 'base' : 'layer';
}
