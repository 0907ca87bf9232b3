// What is to be taken back, and what stands against it before anything is looked at: each refusal says what to do instead.
import { refused } from '#base/errors.ts';
import { isDeploymentId, isDeviceId, type DeploymentId, type DeviceId } from '#base/ids.ts';
import { jsonEquals } from '#base/merge-patch.ts';
import type { RollbackWay } from '#contract/console-rollbacks.ts';
import { conditionDialect } from '#domain/conditions/condition-dialect.ts';
import { printLiteral } from '#domain/conditions/expression-print.ts';
import { deploymentType } from '#domain/deployments/deployment-content.ts';
import type { EdgeDeployment } from '#domain/records/deployment.ts';
import { requireDevice } from '#hub/records/registry-lookup.ts';
import type { RolloutHead } from '#store/rollout-types.ts';
import type { Revision, StoreReaders } from '#store/store-types.ts';

/** A deployment that is taken back from devices. */
export interface TakenBack {
  readonly kind: 'deployment';
  readonly way: Exclude<RollbackWay, { readonly kind: 'to-revision' }>;
  readonly deployment: EdgeDeployment;
  /** Undefined: it reaches whom it matches, as IoT Hub's do. */
  readonly rollout: RolloutHead | undefined;
  /** Where an earlier deployment's content is to apply. */
  readonly earlier: EdgeDeployment | null;
}

/** A device that is set back to one of its revisions. */
interface SetBack {
  readonly kind: 'revision';
  readonly deviceId: DeviceId;
  readonly revision: Revision;
}

export type RollbackSubject = TakenBack | SetBack;

export function subjectOf(read: StoreReaders, way: RollbackWay): RollbackSubject {
  if (way.kind === 'to-revision') return setBack(read, way);
  const deployment = requireModules(read, way.deploymentId);
  const subject = { subject: deployment.id };
  const number = deployment.createdAtMs;
  const rollout = read.rollouts.head(number);
  if (rollout?.state.status === 'rolling-back')
    throw refused(
      'rollback.exists',
      `'${deployment.id}' is being rolled back already, by its own rollout: wait for its end, or hurry it.`,
      subject,
    );
  const open = read.rollouts.takingBack(number).find((other) => read.rollouts.head(other)?.isOpen === true);
  if (open !== undefined) {
    const by = read.rollouts.head(open)?.state.deploymentId ?? '';
    throw refused(
      'rollback.exists',
      `'${deployment.id}' is being rolled back already, by '${by}': wait for the end of its rollout, or cancel it first.`,
      subject,
    );
  }
  const earlier = way.kind === 'to-deployment' ? earlierOf(read, deployment, way.earlierId) : null;
  return { kind: 'deployment', way, deployment, rollout, earlier };
}

/** `deviceId = 'd1'`. */
export function conditionFor(deviceId: DeviceId): string {
  return `deviceId = ${printLiteral(deviceId, conditionDialect)}`;
}

function requireModules(read: StoreReaders, id: string): EdgeDeployment {
  const deployment = isDeploymentId(id) ? read.deployments.get(id) : undefined;
  const subject = { subject: id };
  if (deployment === undefined)
    throw refused('deployment.unknown', `There is no deployment '${id}' on this hub.`, subject);
  if (deployment.kind === 'edge') return deployment;
  throw refused(
    'rollback.invalid',
    `'${id}' is an automatic configuration, which has no rollouts: delete it, with its rule for the values it leaves.`,
    subject,
  );
}

function earlierOf(read: StoreReaders, deployment: EdgeDeployment, earlierId: string): EdgeDeployment {
  const earlier = requireModules(read, earlierId);
  const type = deploymentType(deployment.content);
  if (earlier.id === deployment.id)
    throw refused('rollback.invalid', `'${earlierId}' cannot be rolled back to itself: name an earlier deployment.`);
  if (deploymentType(earlier.content) === type) return earlier;
  throw refused(
    'rollback.invalid',
    `'${deployment.id}' is a ${type} and '${earlierId}' is none, so it cannot stand in its place: name a ${type}.`,
    { subject: earlierId },
  );
}

function setBack(read: StoreReaders, way: Extract<RollbackWay, { readonly kind: 'to-revision' }>): SetBack {
  const { deviceId, revision: number } = way;
  if (!isDeviceId(deviceId)) throw refused('device.unknown', 'There is no device of that id: no device can have it.');
  const device = requireDevice(read, deviceId);
  const subject = { subject: deviceId };
  if (!device.isEdge)
    throw refused('rollback.invalid', `'${deviceId}' is no edge device, and has nothing of deployments.`, subject);
  const latest = read.revisions.latest(deviceId);
  const revision = read.revisions.get(deviceId, number);
  if (revision === undefined || latest === undefined)
    throw refused(
      'revision.unknown',
      `Device '${deviceId}' has no revision ${number}: ${latest === undefined ? 'it has none yet' : `its revisions are 1 to ${latest.revision}`}.`,
      subject,
    );
  if (revision.effective.base === null)
    throw refused(
      'rollback.invalid',
      `At revision ${number} no base applied to '${deviceId}', so that it holds nothing to go back to: choose another.`,
      subject,
    );
  if (number === latest.revision || jsonEquals(revision.effective.modules, latest.effective.modules))
    throw refused(
      'rollback.invalid',
      `Revision ${number} is what '${deviceId}' is given now: choose one that differs from it.`,
      subject,
    );
  return { kind: 'revision', deviceId, revision };
}

/** Whether it is still what was planned for: nothing of it may have gone or begun meanwhile. */
export function requireSame(read: StoreReaders, planned: RollbackSubject): void {
  if (planned.kind === 'revision') {
    requireDevice(read, planned.deviceId);
    return;
  }
  const now = subjectOf(read, planned.way);
  const isSame = now.kind === 'deployment' && now.deployment.createdAtMs === planned.deployment.createdAtMs;
  if (isSame && (now.rollout === undefined) === (planned.rollout === undefined)) return;
  const id: DeploymentId = planned.deployment.id;
  throw refused('rollback.invalid', `'${id}' is not what it was a moment ago: plan the rollback again.`, {
    subject: id,
  });
}
