// A manifest, or settings of the device itself, set on one device past the deployments: IoT Hub's applyConfigurationContent.
import type { Clock } from '#base/clock.ts';
import { refused } from '#base/errors.ts';
import { isModuleId, type DeploymentId, type DeviceId, type ModuleId } from '#base/ids.ts';
import { jsonEquals } from '#base/merge-patch.ts';
import { readTwinContent } from '#domain/deployments/automatic-configuration-content.ts';
import { deploymentType } from '#domain/deployments/deployment-content.ts';
import { readNewModules, type DeploymentLimits } from '#domain/deployments/deployment-limits.ts';
import { writtenOnto } from '#domain/records/content-writes.ts';
import type { ModulesContent, TwinContent } from '#domain/records/deployment.ts';
import type { Actor } from '#domain/records/journal-event.ts';
import { namedModules, replaceDesired, writeDesired } from '#hub/evaluation/desired-writing.ts';
import type { DirectContent } from '#hub/hub-types.ts';
import { addModule } from '#hub/records/new-module.ts';
import { requireDevice } from '#hub/records/registry-lookup.ts';
import { requireTwin } from '#hub/records/twin-operations.ts';
import type { StoreReaders, StoreWriters } from '#store/store-types.ts';
import { checkResult } from './deployment-checks.ts';

const agentId = '$edgeAgent' as ModuleId;
/** Of modules that come and go with what an edge device is to run. IoT Edge itself writes `IotEdge`. */
const edgeManaged = 'iotEdge';

interface Change {
  readonly read: StoreReaders;
  readonly write: StoreWriters;
  readonly clock: Clock;
  readonly limits: DeploymentLimits;
}

/**
 * Writes the content to the device's twins. Modules are set on an edge device that no base applies to, and hold until one
 * does: it takes over whole, and the journal says so. Automatic configurations write theirs on top again at once. A whole
 * manifest deletes the edge-managed modules it does not name, with their keys and twins.
 * @throws refused `device.unknown`, `device.invalid`, `deployment.content`, `deployment.in-charge`
 */
export function applyContent(change: Change, deviceId: DeviceId, content: DirectContent, actor: Actor): void {
  const { read, write, limits } = change;
  const { isEdge } = requireDevice(read, deviceId);
  const { modulesContent, deviceContent } = content;
  const what = `The content for '${deviceId}'`;
  if (modulesContent !== undefined) {
    if (!isEdge)
      throw refused('device.invalid', `'${deviceId}' is not an edge device: set capabilities.iotEdge to true first.`, {
        subject: deviceId,
      });
    checkResult('deployment.content', what, readNewModules(modulesContent, limits), deviceId);
    checkNotManaged(read, deviceId);
    writeModules(change, deviceId, modulesContent, actor);
  }
  if (deviceContent !== undefined) {
    checkResult('deployment.content', what, readTwinContent('deviceContent', deviceContent), deviceId);
    writeTo(change, { deviceId, moduleId: null }, deviceContent, actor);
  }
  const detail = { modules: Object.keys(modulesContent ?? {}) };
  write.journal.append({ kind: 'manifest-set', actor, deviceId, detail });
}

/** The two cannot be combined (iot-hub.md 2.3): the next evaluation would undo what is set here. */
function checkNotManaged(read: StoreReaders, deviceId: DeviceId): void {
  const standing = Object.entries(read.deployments.statuses(deviceId)[agentId] ?? {});
  const base = standing.find(([id, status]) => status === 'Applied' && isBase(read, id as DeploymentId));
  if (base === undefined) return;
  const message =
    `'${deviceId}' has its modules from the deployment '${base[0]}': change its target condition so that it no longer matches ` +
    'the device, or delete it, and then set the modules.';
  throw refused('deployment.in-charge', message, { subject: deviceId });
}

function isBase(read: StoreReaders, id: DeploymentId): boolean {
  const deployment = read.deployments.get(id);
  return deployment?.kind === 'edge' && deploymentType(deployment.content) === 'base';
}

function writeModules(change: Change, deviceId: DeviceId, content: ModulesContent, actor: Actor): void {
  const { read, write, clock } = change;
  const agent = read.twins.get({ deviceId, moduleId: agentId })?.desired.value ?? {};
  const after = { ...content, $edgeAgent: writtenOnto(agent, content['$edgeAgent'] ?? {}) };
  const named = namedModules(deviceId, after);
  for (const moduleId of named) {
    if (read.modules.get(deviceId, moduleId) === undefined)
      addModule({ write, clock }, { deviceId, moduleId, managedBy: edgeManaged, authentication: undefined }, actor);
  }
  if (deploymentType(content) === 'base') deleteOthers(change, deviceId, named, actor);
  for (const moduleId of Object.keys(content).filter(isModuleId))
    writeTo(change, { deviceId, moduleId }, content[moduleId] ?? {}, actor);
}

/** As in IoT Hub, what an earlier manifest brought goes with it; a module that was created by hand stays. */
function deleteOthers({ read, write }: Change, deviceId: DeviceId, named: ReadonlySet<ModuleId>, actor: Actor): void {
  for (const { moduleId, managedBy } of read.modules.ofDevice(deviceId)) {
    const isEdgeManaged = managedBy?.toLowerCase() === edgeManaged.toLowerCase();
    if (!isEdgeManaged || moduleId.startsWith('$') || named.has(moduleId)) continue;
    write.modules.delete(deviceId, moduleId);
    write.journal.append({ kind: 'module-deleted', actor, deviceId, moduleId });
  }
}

function writeTo(
  { read, write, clock }: Change,
  identity: { readonly deviceId: DeviceId; readonly moduleId: ModuleId | null },
  content: TwinContent,
  actor: Actor,
): void {
  const twin = requireTwin(read, identity);
  const value = writtenOnto(twin.desired.value, content);
  const nowIso = new Date(clock.nowMs()).toISOString();
  if (jsonEquals(value, twin.desired.value)) return;
  writeDesired(write, twin, replaceDesired(twin, { value, nowIso }), actor);
}
