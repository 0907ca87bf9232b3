// Whom a rollback is for: the devices that the deployment reaches, and those that keep what it left them because no base came after
// it. Read in short turns.
import type { DeviceId } from '#base/ids.ts';
import type { EdgeDeployment } from '#domain/records/deployment.ts';
import type { RolloutTarget } from '#domain/rollouts/rollout-event.ts';
import type { Breathe } from '#hub/turns/preview-slices.ts';
import type { Rollout } from '#store/rollout-types.ts';
import type { StoreReaders } from '#store/store-types.ts';
import { namedBy } from './rollback-joining.ts';
import type { TargetFinder } from './rollout-targets.ts';

const pageSize = 50;

/** By id. */
export async function reachedBy(
  read: StoreReaders,
  {
    deployment,
    finder,
    breathe,
  }: { readonly deployment: EdgeDeployment; readonly finder: TargetFinder; readonly breathe: Breathe },
): Promise<readonly RolloutTarget[]> {
  const targets: RolloutTarget[] = [];
  const number = deployment.createdAtMs;
  const hasRollout = read.rollouts.head(number) !== undefined;
  for (const deviceId of hasRollout ? inRollout(read, deployment) : allDevices(read)) {
    const target = finder.targetOf(deviceId);
    if (target !== null) targets.push(target);
    await breathe();
  }
  return targets;
}

/** Whom a rollout means, of those its condition matches: one that takes another back means whom it names, or whom that one reaches. */
export function meantBy(
  read: StoreReaders,
  { number: own, takesBackNumber }: Pick<Rollout, 'number' | 'takesBackNumber'>,
): (deviceId: DeviceId) => boolean {
  const named = namedBy(read, own);
  if (named !== undefined) return (deviceId) => named.has(deviceId);
  const head = takesBackNumber === null ? undefined : read.rollouts.head(takesBackNumber);
  if (head === undefined) return () => true;
  const { number, state } = head;
  const taken = { id: state.deploymentId, createdAtMs: number };
  return (deviceId) => {
    const device = read.rollouts.device(number, deviceId);
    return device !== undefined && (device.isAdmitted || keepsWhatItLeft(read, deviceId, taken));
  };
}

function* inRollout(read: StoreReaders, deployment: EdgeDeployment): Generator<DeviceId> {
  let after: DeviceId | null = null;
  for (;;) {
    const page = read.rollouts.devices(deployment.createdAtMs, { after, limit: pageSize });
    for (const [deviceId, { isAdmitted }] of page)
      if (isAdmitted || keepsWhatItLeft(read, deviceId, deployment)) yield deviceId;
    after = page.at(-1)?.[0] ?? null;
    if (after === null) return;
  }
}

function* allDevices(read: StoreReaders): Generator<DeviceId> {
  let after: DeviceId | undefined;
  for (;;) {
    const page = read.devices.ids({ after, limit: pageSize });
    yield* page;
    after = page.at(-1);
    if (after === undefined) return;
  }
}

/** No base applies to it, and the last that did was given it by the deployment. */
function keepsWhatItLeft(
  read: StoreReaders,
  deviceId: DeviceId,
  { id, createdAtMs }: Pick<EdgeDeployment, 'id' | 'createdAtMs'>,
): boolean {
  const latest = read.revisions.latest(deviceId);
  if (latest === undefined || latest.effective.base !== null) return false;
  const managed = read.revisions.lastManaged(deviceId, latest.revision);
  const kept = managed === undefined ? undefined : read.revisions.get(deviceId, managed);
  return kept?.effective.applied.includes(id) === true && kept.atMs >= createdAtMs - slackMs;
}

/** Instants of deployments are told apart by moving them on. */
const slackMs = 60_000;
