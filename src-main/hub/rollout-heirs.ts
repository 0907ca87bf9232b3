// Which devices of the rollouts under way go to a newer one that gives them a base too. Level-triggered: it is asked again and
// again, and what was not told before a kill is told after it.
import type { RolloutPlan } from '#contract/console-rollouts.ts';
import { deploymentType } from '#domain/deployment-content.ts';
import { isEdgeDeployment } from '#domain/deployment.ts';
import type { RolloutEvent, RolloutTarget } from '#domain/rollout-event.ts';
import { heirs, rivalry, rivalryText, type Rival } from '#domain/rollout-rivals.ts';
import { isFinal, type RolloutDevice, type RolloutState } from '#domain/rollout-state.ts';
import type { Rollout } from '#store/rollout-types.ts';
import type { StoreReaders } from '#store/store-types.ts';
import { isSameCondition } from './rollout-targets.ts';

const mostInOneStep = 250;

interface Takeover {
  readonly number: number;
  readonly event: RolloutEvent;
  /** There are more. */
  readonly isCut: boolean;
}

export function takeovers(read: StoreReaders, rollouts: readonly Rollout[]): readonly Takeover[] {
  if (rollouts.length < 2) return [];
  const rivals = rollouts.flatMap(({ number, state }) => {
    const rival = isOnItsWay(state) ? rivalOf(read, state) : null;
    return rival === null ? [] : [{ number, rival, isWhole: state.joiningOf === null }];
  });
  return rivals.flatMap(({ number, rival: older }) =>
    rivals.flatMap(({ number: other, rival: newer, isWhole }): readonly Takeover[] => {
      const taken = other > number && isWhole ? heirs(older, newer) : [];
      const deviceIds = taken.slice(0, mostInOneStep);
      const event = { kind: 'devices-taken-over', by: newer.deploymentId, deviceIds } as const;
      return deviceIds.length === 0 ? [] : [{ number, event, isCut: taken.length > mostInOneStep }];
    }),
  );
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
