// Which devices of the rollouts under way go to a newer one that gives them a base too. Level-triggered: it is asked again and
// again, and what was not told before a kill is told after it.
import { deploymentType } from '#domain/deployment-content.ts';
import { isEdgeDeployment } from '#domain/deployment.ts';
import type { RolloutEvent } from '#domain/rollout-event.ts';
import { heirs, type Rival } from '#domain/rollout-rivals.ts';
import { isFinal, type RolloutState } from '#domain/rollout-state.ts';
import type { Rollout } from '#store/rollout-types.ts';
import type { StoreReaders } from '#store/store-types.ts';

const mostInOneStep = 250;

export interface Takeover {
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

export function rivalOf(read: StoreReaders, { deploymentId, devices }: RolloutState): Rival | null {
  const deployment = read.deployments.get(deploymentId);
  if (deployment === undefined || !isEdgeDeployment(deployment)) return null;
  const { priority, content } = deployment;
  return { deploymentId, priority, isBase: deploymentType(content) === 'base', devices };
}

function isOnItsWay({ status }: RolloutState): boolean {
  return !isFinal(status) && status !== 'rolling-back';
}
