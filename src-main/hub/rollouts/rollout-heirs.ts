// Which devices of the rollouts under way go to a newer one that gives them a base too. Level-triggered: it is asked again and
// again, and what was not told before a kill is told after it.
import type { RolloutPlan } from '#contract/console-rollouts.ts';
import { deploymentType } from '#domain/deployments/deployment-content.ts';
import { isEdgeDeployment } from '#domain/records/deployment.ts';
import type { RolloutEvent, RolloutTarget } from '#domain/rollouts/rollout-event.ts';
import { heirs, rivalry, rivalryText, type Rival } from '#domain/rollouts/rollout-rivals.ts';
import { isFinal, type RolloutDevice, type RolloutState } from '#domain/rollouts/rollout-state.ts';
import type { Rollout } from '#store/rollout-types.ts';
import type { StoreReaders } from '#store/store-types.ts';
import type { OpenRollout } from './open-rollout.ts';
import { isSameCondition } from './rollout-targets.ts';

const mostInOneStep = 250;

interface Takeover {
  /** Gives them up. */
  readonly open: OpenRollout;
  readonly event: RolloutEvent;
}

/** As many as one step moves; null: nobody is left who goes over now. */
export function nextTakeover(read: StoreReaders, opens: readonly OpenRollout[]): Takeover | null {
  if (opens.length < 2) return null;
  const rivals = opens.flatMap((open) => {
    const { state } = open.rollout;
    const rival = isOnItsWay(state) ? rivalOf(read, state) : null;
    return rival === null ? [] : [{ open, number: open.rollout.number, rival, isWhole: state.joiningOf === null }];
  });
  for (const { open, number, rival: older } of rivals)
    for (const { number: other, rival: newer, isWhole } of rivals) {
      const deviceIds = other > number && isWhole ? heirs(older, newer).slice(0, mostInOneStep) : [];
      if (deviceIds.length === 0) continue;
      return { open, event: { kind: 'devices-taken-over', by: newer.deploymentId, deviceIds } };
    }
  return null;
}

/** The rollouts under way that have still to change some of the devices that a new one would be for. */
export function plannedRivals(
  read: StoreReaders,
  rollouts: readonly Rollout[],
  planned: Pick<Rival, 'isBase' | 'priority'> & {
    readonly targetCondition: string;
    readonly targets: readonly RolloutTarget[];
  },
): RolloutPlan['rivals'] {
  return rollouts.flatMap(({ state, targetCondition }) => {
    const older = isOnItsWay(state) ? rivalOf(read, state) : null;
    if (older === null) return [];
    const shared = planned.targets.filter(({ deviceId }) => isToChange(state.devices.get(deviceId))).length;
    if (shared === 0) return [];
    const isSame = isSameCondition(targetCondition, planned.targetCondition);
    const outcome = isSame ? 'superseded' : rivalry(older, planned);
    const explanation = rivalryText(state.deploymentId, outcome, { shared, of: planned.targets.length });
    return [{ deploymentId: state.deploymentId, devices: shared, outcome, explanation }];
  });
}

function isToChange(device: RolloutDevice | undefined): boolean {
  return device !== undefined && (device.standing === 'pending' || device.isChanging);
}

function rivalOf(read: StoreReaders, { deploymentId, devices }: RolloutState): Rival | null {
  const deployment = read.deployments.get(deploymentId);
  if (deployment === undefined || !isEdgeDeployment(deployment)) return null;
  const { priority, content } = deployment;
  return { deploymentId, priority, isBase: deploymentType(content) === 'base', devices };
}

function isOnItsWay({ status }: RolloutState): boolean {
  return !isFinal(status) && status !== 'rolling-back';
}
