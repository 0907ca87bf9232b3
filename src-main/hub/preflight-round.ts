// Preflights of one rollout on their way: the machine asks for each device with every step until it is answered, and here each is
// asked once. Answers that come together make one step.
import type { Logger } from 'pino';
import type { DeploymentId, DeviceId } from '#base/ids.ts';
import { isEdgeDeployment } from '#domain/deployment.ts';
import type { RolloutEvent } from '#domain/rollout-event.ts';
import type { StoreReaders } from '#store/store-types.ts';
import type { Preflight } from './preflight.ts';

export interface PreflightRound {
  ask(
    deploymentId: DeploymentId,
    deviceIds: readonly DeviceId[],
    tell: (answers: readonly RolloutEvent[]) => void,
  ): void;
}

export function createPreflightRound(parts: {
  readonly read: StoreReaders;
  readonly log: Logger;
  readonly preflight: Preflight;
}): PreflightRound {
  const { read, log, preflight } = parts;
  const asked = new Set<DeviceId>();
  return {
    ask(deploymentId, deviceIds, tell) {
      const fresh = deviceIds.filter((deviceId) => !asked.has(deviceId));
      const deployment = fresh.length === 0 ? undefined : read.deployments.get(deploymentId);
      if (deployment === undefined || !isEdgeDeployment(deployment)) return;
      for (const deviceId of fresh) asked.add(deviceId);
      const answers = fresh.map(async (deviceId): Promise<RolloutEvent> => {
        return { kind: 'preflight-answered', deviceId, answer: await preflight.ask(deployment, deviceId) };
      });
      const forget = (): void => {
        for (const deviceId of fresh) asked.delete(deviceId);
      };
      void Promise.all(answers).then(
        (events) => {
          forget();
          tell(events);
        },
        (error: unknown) => {
          forget();
          log.error({ err: error }, 'a preflight could not be asked, and is asked again');
        },
      );
    },
  };
}
