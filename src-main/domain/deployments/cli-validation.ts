// Whether the az CLI takes a deployment's file as it is. Before it asks IoT Hub it checks the whole sections of the system modules
// against schemas of its own, which are stricter than IoT Hub and older than IoT Edge; paths of layers it does not look at.
import { isJsonObject, ownValue, type Json, type JsonObject } from '#base/json.ts';
import { checkManifest } from '#domain/manifests/manifest-check.ts';
import { sectionKey } from '#domain/records/content-writes.ts';
import type { ModulesContent } from '#domain/records/deployment.ts';

/** What agents and edge hubs read and the CLI's schemas do not know. */
const unknownToSchemas: ReadonlySet<string> = new Set(['digest', 'integrity']);

/** What the edge agent overlooks on itself, which is no more than a warning here. */
const overlooked = ['restartPolicy', 'startupOrder', 'status', 'version'];

/**
 * Whether `az iot edge deployment create` may refuse the content unless it is given `--no-validation` (iot-hub.md 3).
 * A module without `restartPolicy`, a null or a `digest` in a whole section: true. Where it is not sure, it says so too: the
 * flag does no harm.
 */
export function mayFailCliValidation(content: ModulesContent): boolean {
  const wholes: Record<string, JsonObject> = { $edgeAgent: {} };
  for (const id of ['$edgeAgent', '$edgeHub']) {
    const section = content[id]?.[sectionKey];
    if (section !== undefined) wholes[id] = { [sectionKey]: section };
  }
  return checkManifest(wholes, { schema: true }).problems.length > 0 || isUnknown(wholes) || isOverlooked(wholes);
}

function isOverlooked({ $edgeAgent }: Readonly<Record<string, JsonObject>>): boolean {
  const agent = [sectionKey, 'systemModules', 'edgeAgent'].reduce<Json | undefined>(
    (value, key) => (isJsonObject(value) ? ownValue(value, key) : undefined),
    $edgeAgent,
  );
  return isJsonObject(agent) && overlooked.some((field) => Object.hasOwn(agent, field));
}

function isUnknown(value: Json): boolean {
  if (value === null) return true;
  if (typeof value !== 'object') return false;
  return Object.entries(value).some(([key, below]) => unknownToSchemas.has(key) || isUnknown(below));
}
