// Deployments: created once with their content, then only aimed, ranked and labelled anew.
// What they do to devices is the evaluation controller's: these operations change the row and say so in the journal.
import type { Clock } from '#base/clock.ts';
import { refused } from '#base/errors.ts';
import type { DeploymentId, DeviceId } from '#base/ids.ts';
import type { JsonObject } from '#base/json.ts';
import { jsonEquals } from '#base/merge-patch.ts';
import { deploymentType } from '#domain/deployments/deployment-content.ts';
import { takenIdSentence } from '#domain/deployments/deployment-head.ts';
import { noMoreDeployments, sizeOf, widenedTo, type DeploymentLimits } from '#domain/deployments/deployment-limits.ts';
import { isEdgeDeployment, type Deployment, type RemovalRule } from '#domain/records/deployment.ts';
import type { Actor, JournalKind } from '#domain/records/journal-event.ts';
import { clearLeftValues } from '#hub/evaluation/left-value-clearing.ts';
import type { DeploymentOperations, GivenDeployment, IfMatch, NewDeployment } from '#hub/hub-types.ts';
import { checkIfMatch } from '#hub/records/etag-check.ts';
import { createPortion } from '#hub/turns/turns.ts';
import type { Store, StoreReaders, StoreWriters } from '#store/store-types.ts';
import { readDeployment } from './deployment-checks.ts';
import { applyContent } from './direct-content.ts';
import { limitsInForce } from './settings-operations.ts';

interface DeploymentParts {
  readonly store: Store;
  readonly clock: Clock;
  /** Of this run alone; they go before those of the site. */
  readonly limits?: Partial<DeploymentLimits>;
}

interface Change {
  readonly read: StoreReaders;
  readonly write: StoreWriters;
  readonly clock: Clock;
  readonly limits: DeploymentLimits;
  readonly actor: Actor;
}

export function createDeploymentOperations({ store, clock, limits }: DeploymentParts): DeploymentOperations {
  const { read } = store;
  const changing = <T>(actor: Actor, work: (change: Change) => T): T =>
    store.change((write) => work({ read, write, clock, limits: limitsInForce(read, limits), actor }));
  return {
    create: (wanted, actor) => changing(actor, (change) => createDeployment(change, wanted)),
    get: (id) => requireDeployment(read, id),
    list: () => read.deployments.list(),
    counts: (id) => {
      requireDeployment(read, id);
      return read.deployments.counts(id);
    },
    statuses: (deviceId) => read.deployments.statuses(deviceId),
    update: (wanted, ifMatch, actor) => changing(actor, (change) => updateDeployment(change, wanted, ifMatch)),
    delete: (id, ifMatch, actor) =>
      changing(actor, ({ write }) => {
        checkIfMatch(ifMatch, requireDeployment(read, id).version, id);
        write.deployments.delete(id);
        write.journal.append({ kind: 'deployment-deleted', actor, deploymentId: id });
      }),
    setOnRemoval: (id, onRemoval, actor) => changing(actor, (change) => setOnRemoval(change, id, onRemoval)),
    leftValues: () => read.configurationWrites.left(),
    removeLeftValues: (id, actor) => changing(actor, (change) => removeLeftValues(change, id)),
    applyContent: (deviceId, content, actor) => {
      changing(actor, (change) => applyContent(change, deviceId, content, actor));
    },
  };
}

/** As part of a larger change. */
export function createDeployment(change: Change, given: GivenDeployment): Deployment {
  const { read, write, clock, limits } = change;
  const wanted = readDeployment(given, limits);
  const subject = wanted.id;
  if (read.deployments.get(wanted.id) !== undefined)
    throw refused('deployment.exists', takenIdSentence(wanted.id), { subject });
  const full = noMoreDeployments(read.deployments.count(), limits);
  if (full !== undefined) throw refused('deployment.limit', full, { subject });
  const nowMs = clock.nowMs();
  const row = { createdAtMs: nowMs, updatedAtMs: nowMs, version: 1 };
  const deployment = write.deployments.insert(
    wanted.kind === 'edge' ? { ...wanted, ...row } : { ...wanted, ...row, onRemoval: wanted.onRemoval ?? 'leave' },
  );
  tell(change, 'deployment-created', deployment);
  return deployment;
}

/** As part of a larger change. */
export function updateDeployment(change: Change, given: GivenDeployment, ifMatch: IfMatch): Deployment {
  const { read, write, clock, limits } = change;
  const current = requireDeployment(read, given.id as DeploymentId);
  checkIfMatch(ifMatch, current.version, given.id);
  const wanted = readDeployment(given, widenedTo(sizeOf(current), limits));
  checkSameContent(current, wanted);
  const { priority, targetCondition, labels, metricQueries } = wanted;
  const changed = { priority, targetCondition, labels, metricQueries, updatedAtMs: clock.nowMs() };
  const next: Deployment = { ...current, ...changed, version: current.version + 1 };
  write.deployments.update(next);
  tell(change, 'deployment-updated', next);
  const onRemoval = wanted.kind === 'edge' ? undefined : wanted.onRemoval;
  return onRemoval === undefined ? next : setOnRemoval(change, wanted.id, onRemoval);
}

function setOnRemoval(change: Change, id: DeploymentId, onRemoval: RemovalRule) {
  const { read, write } = change;
  const current = requireDeployment(read, id);
  if (isEdgeDeployment(current))
    throw refused(
      'request.invalid',
      `'${id}' is a deployment of modules, which are always taken away with it: this is for automatic configurations alone.`,
      { subject: id },
    );
  if (current.onRemoval === onRemoval) return current;
  const next = { ...current, onRemoval };
  write.deployments.update(next);
  // Whoever deletes it right after means this rule, also on devices that no evaluation has come to yet.
  write.configurationWrites.setRule(id, onRemoval);
  tell(change, 'deployment-updated', next);
  return next;
}

/** Begins it; where the site is large, the rest follows in portions (unfinished-work.ts). */
function removeLeftValues(change: Change, configurationId: DeploymentId): number {
  const { read, actor } = change;
  clearLeftValues(change, { configurationId, actor, afterDeviceId: '' as DeviceId }, createPortion(change.clock));
  return read.configurationWrites.countDevicesWithLeft(configurationId);
}

function requireDeployment(read: StoreReaders, id: DeploymentId): Deployment {
  const deployment = read.deployments.get(id);
  if (deployment !== undefined) return deployment;
  throw refused('deployment.unknown', `There is no deployment '${id}' on this hub.`, { subject: id });
}

function checkSameContent(current: Deployment, { id, kind, content }: NewDeployment): void {
  if (current.kind === kind && jsonEquals(current.content, content)) return;
  throw refused(
    'deployment.immutable',
    `The content of '${id}' cannot change. Create a new configuration instead, with the new content and a higher priority.`,
    { subject: id },
  );
}

function tell({ write, actor }: Change, kind: JournalKind, deployment: Deployment): void {
  write.journal.append({ kind, actor, deploymentId: deployment.id, detail: journalDetail(deployment) });
}

function journalDetail(deployment: Deployment): JsonObject {
  const { priority, targetCondition } = deployment;
  if (isEdgeDeployment(deployment)) return { type: deploymentType(deployment.content), priority, targetCondition };
  return { type: deployment.kind, priority, targetCondition, onRemoval: deployment.onRemoval };
}
