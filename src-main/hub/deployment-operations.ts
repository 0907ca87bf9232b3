// Deployments: created once with their content, then only aimed, ranked and labelled anew; and a manifest set on one device.
// What they do to devices is the evaluation controller's: these operations change the row and say so in the journal.
import type { Clock } from '#base/clock.ts';
import { refused } from '#base/errors.ts';
import { isDeploymentId, isModuleId, type DeploymentId, type DeviceId } from '#base/ids.ts';
import type { JsonObject } from '#base/json.ts';
import { jsonEquals } from '#base/merge-patch.ts';
import type { Result } from '#base/result.ts';
import { parseCondition } from '#domain/condition.ts';
import { contentWrites, deploymentType, readModulesContent } from '#domain/deployment-content.ts';
import type { Deployment, ModulesContent } from '#domain/deployment.ts';
import type { Actor } from '#domain/journal-event.ts';
import { problemsText } from '#domain/problem-text.ts';
import { valueOf, writeValue, type ProvenanceTree } from '#domain/provenance-tree.ts';
import type { Store, StoreReaders, StoreWriters } from '#store/store-types.ts';
import { namedModules, writeDesired } from './desired-writing.ts';
import { checkIfMatch } from './etag-check.ts';
import type { DeploymentOperations, NewDeployment } from './hub-types.ts';
import { addModule } from './new-module.ts';
import { requireDevice } from './registry-lookup.ts';
import { requireTwin } from './twin-operations.ts';

const maxPriority = 2 ** 31 - 1;

interface DeploymentParts {
  readonly store: Store;
  readonly clock: Clock;
}

export function createDeploymentOperations({ store, clock }: DeploymentParts): DeploymentOperations {
  const { read } = store;
  return {
    create: (wanted, actor) =>
      store.change((write) => {
        checkDeployment(wanted);
        if (read.deployments.get(wanted.id) !== undefined)
          throw refused('deployment.exists', `Deployment '${wanted.id}' is there already: choose another id.`, {
            subject: wanted.id,
          });
        const nowMs = clock.nowMs();
        const deployment = write.deployments.insert({
          ...complete(wanted),
          createdAtMs: nowMs,
          updatedAtMs: nowMs,
          version: 1,
        });
        write.journal.append({
          kind: 'deployment-created',
          actor,
          deploymentId: deployment.id,
          detail: journalDetail(deployment),
        });
        return deployment;
      }),
    get: (id) => requireDeployment(read, id),
    list: () => read.deployments.list(),
    counts: (id) => {
      requireDeployment(read, id);
      return read.deployments.counts(id);
    },
    statuses: (deviceId) => read.deployments.statuses(deviceId),
    update: (wanted, ifMatch, actor) =>
      store.change((write) => {
        const current = requireDeployment(read, wanted.id);
        checkIfMatch(ifMatch, current.version, wanted.id);
        checkDeployment(wanted);
        checkSameContent(current, wanted);
        const { priority, targetCondition, labels, metricQueries } = wanted;
        const changed = { priority, targetCondition, labels, metricQueries, updatedAtMs: clock.nowMs() };
        const next: Deployment = { ...current, ...changed, version: current.version + 1 };
        write.deployments.update(next);
        write.journal.append({
          kind: 'deployment-updated',
          actor,
          deploymentId: next.id,
          detail: journalDetail(next),
        });
        return next;
      }),
    delete: (id, ifMatch, actor) =>
      store.change((write) => {
        checkIfMatch(ifMatch, requireDeployment(read, id).version, id);
        write.deployments.delete(id);
        write.journal.append({ kind: 'deployment-deleted', actor, deploymentId: id });
      }),
    applyContent: (deviceId, content, actor) => {
      store.change((write) => applyContent({ read, write, clock }, deviceId, content, actor));
    },
  };
}

function complete(wanted: NewDeployment) {
  return wanted.kind === 'edge' ? wanted : { ...wanted, onRemoval: wanted.onRemoval ?? 'leave' };
}

function requireDeployment(read: StoreReaders, id: DeploymentId): Deployment {
  const deployment = read.deployments.get(id);
  if (deployment !== undefined) return deployment;
  throw refused('deployment.unknown', `There is no deployment '${id}' on this hub.`, { subject: id });
}

function checkDeployment({ id, priority, targetCondition, content }: NewDeployment): void {
  if (!isDeploymentId(String(id)))
    throw refused(
      'request.invalid',
      `'${String(id)}' cannot be a deployment's id: use 1 to 128 lower-case letters, digits or any of -+%_*!'.`,
      { subject: id },
    );
  if (!Number.isInteger(priority) || priority < 0 || priority > maxPriority)
    throw refused('request.invalid', `The priority of '${id}' must be a whole number from 0 to ${maxPriority}.`, {
      subject: id,
    });
  const condition = parseCondition(targetCondition);
  if (!condition.ok)
    throw refused('deployment.condition', `The target condition of '${id}': ${problemsText(condition.problems)}`, {
      subject: id,
    });
  checkContent(readModulesContent(content), id);
}

function checkContent(content: Result<ModulesContent>, subject: string): void {
  if (!content.ok)
    throw refused('deployment.content', `The content for '${subject}': ${problemsText(content.problems)}`, { subject });
}

function checkSameContent(current: Deployment, { id, content }: NewDeployment): void {
  if (jsonEquals(current.content, content)) return;
  throw refused(
    'deployment.immutable',
    `The content of deployment '${id}' cannot change: create a new deployment with the new content and a higher priority.`,
    { subject: id },
  );
}

function journalDetail(deployment: Deployment): JsonObject {
  const { kind, priority, targetCondition } = deployment;
  const type = kind === 'edge' ? deploymentType(deployment.content) : kind;
  return { type, priority, targetCondition };
}

interface Change {
  readonly read: StoreReaders;
  readonly write: StoreWriters;
  readonly clock: Clock;
}

/** The manifest holds until the next evaluation of a deployment that matches the device (iot-hub.md 2.3). */
function applyContent({ read, write, clock }: Change, deviceId: DeviceId, content: ModulesContent, actor: Actor): void {
  if (!requireDevice(read, deviceId).isEdge)
    throw refused('device.invalid', `'${deviceId}' is not an edge device: set capabilities.iotEdge to true first.`, {
      subject: deviceId,
    });
  checkContent(readModulesContent(content), deviceId);
  const sections = Object.create(null) as Record<string, JsonObject>;
  for (const moduleId of Object.keys(content).filter(isModuleId)) {
    const twin = read.twins.get({ deviceId, moduleId });
    sections[moduleId] = writtenOnto(twin?.desired.value ?? {}, content[moduleId] ?? {});
  }
  const nowIso = new Date(clock.nowMs()).toISOString();
  for (const moduleId of namedModules(deviceId, sections)) {
    if (read.modules.get(deviceId, moduleId) === undefined)
      addModule({ write, clock }, { deviceId, moduleId, managedBy: null, authentication: undefined }, actor);
    const section = sections[moduleId];
    const twin = requireTwin(read, { deviceId, moduleId });
    if (section !== undefined && !jsonEquals(section, twin.desired.value))
      writeDesired(write, twin, section, nowIso, actor);
  }
}

/** The section after the content's writes: `properties.desired` replaces it, a longer key only what stands at its path. */
function writtenOnto(section: JsonObject, moduleContent: JsonObject): JsonObject {
  const manual = 'manual' as DeploymentId;
  let tree: ProvenanceTree = writeValue(undefined, [], section, manual);
  for (const { path, value } of contentWrites(moduleContent)) tree = writeValue(tree, path, value, manual);
  return (valueOf(tree) ?? {}) as JsonObject;
}
