// Preflights of one rollout on their way: the machine asks for each device with every step until it is answered, and here each is
// asked once. Answers that come together make one step, unless they are many.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { DeploymentId, DeviceId } from '#base/ids.ts';
import { isEdgeDeployment } from '#domain/deployment.ts';
import type { RolloutEvent } from '#domain/rollout-event.ts';
import type { StoreReaders } from '#store/store-types.ts';
import type { Preflight } from './preflight.ts';

type Answer = Extract<RolloutEvent, { readonly kind: 'preflight-answered' }>;

/** Ten thousand devices that may all begin do so in forty steps, and others are served in between. */
export const answersAtOnce = 250;

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
      const answers = fresh.map(async (deviceId): Promise<Answer> => {
        return { kind: 'preflight-answered', deviceId, answer: await preflight.ask(deployment, deviceId) };
      });
      void Promise.all(answers)
        .then((events) => tellInParts(events, asked, tell))
        .catch((error: unknown) => {
          for (const deviceId of fresh) asked.delete(deviceId);
          log.error({ err: error }, 'a preflight could not be asked, and is asked again');
        });
    },
  };
}

/** No device begins without its answer, so this bounds what one step writes. */
async function tellInParts(
  answers: readonly Answer[],
  asked: Set<DeviceId>,
  tell: (answers: readonly RolloutEvent[]) => void,
): Promise<void> {
  for (let first = 0; first < answers.length; first += answersAtOnce) {
    const part = answers.slice(first, first + answersAtOnce);
    for (const { deviceId } of part) asked.delete(deviceId);
    tell(part);
    await nextTurn();
  }
}
