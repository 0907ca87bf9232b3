// Which committed changes of twins and registry can change what a device is to run. Desired properties are not among them:
// what a person sets by hand stays until the next evaluation for another reason, as in IoT Hub.
import { isDeviceId, type DeviceId } from '#base/ids.ts';
import type { JournalEntry, JournalKind } from '#domain/records/journal-event.ts';
import type { DeploymentCatalog } from '#hub/records/deployment-catalog.ts';

const concernsDevice: ReadonlySet<JournalKind> = new Set([
  'device-created',
  'device-updated',
  'configuration-cleared',
  'manifest-set',
]);
const concernsModules: ReadonlySet<JournalKind> = new Set(['module-created', 'module-deleted']);
const concernsDeployment: ReadonlySet<JournalKind> = new Set([
  'deployment-created',
  'deployment-updated',
  'deployment-deleted',
]);

/** The device to look at again, or null: also when no condition reads what changed. */
export function dueBecauseOf(entry: JournalEntry, catalog: DeploymentCatalog): DeviceId | null {
  const { kind, deviceId, moduleId, actor, detail } = entry;
  if (concernsDevice.has(kind)) return deviceId;
  // Modules that the hub itself adds are right as they are, unless configurations are aimed at modules.
  if (concernsModules.has(kind)) return actor === 'hub' && !catalog.hasModuleConfigurations() ? null : deviceId;
  if (kind !== 'tags-changed' && kind !== 'reported-changed') return null;
  const root = kind === 'tags-changed' ? 'tags' : 'reported';
  return catalog.isRead(moduleId === null ? 'device' : 'module', root, detail['patch'] ?? null) ? deviceId : null;
}

export function concernsDeployments({ kind }: JournalEntry): boolean {
  return concernsDeployment.has(kind);
}

/** The devices that a step of a rollout reaches, or no longer, or that get other terms. */
export function reachedIn({ evaluate = [] }: JournalEntry['detail']): readonly DeviceId[] {
  return Array.isArray(evaluate) ? evaluate.filter((id) => typeof id === 'string').filter(isDeviceId) : [];
}
