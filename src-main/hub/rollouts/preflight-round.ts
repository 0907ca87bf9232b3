// Preflights of one rollout on their way: the machine says with every step of whom it has to know, and here each is asked once.
// Answers that come together make one step, unless they are many. Who is not due any more is dropped before its turn to be asked.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { DeploymentId, DeviceId } from '#base/ids.ts';
import { isEdgeDeployment, type EdgeDeployment } from '#domain/records/deployment.ts';
import type { PreflightAnswer, RolloutEvent } from '#domain/rollouts/rollout-event.ts';
import type { StoreReaders } from '#store/store-types.ts';
import { notAskedSentence } from './preflight-ask.ts';
import type { Preflight } from './preflight.ts';

/**
 * Ten thousand devices that may all begin do so in eighty steps, and others are served in between. Half of what a step moves for no
 * event of its own: each answer is an event to write, and begins an attempt besides.
 */
export const answersAtOnce = 125;

type Tell = (answers: readonly RolloutEvent[]) => void;

export interface PreflightRound {
  /** All that are due now: of the others nobody has to know any more. */
  ask(deploymentId: DeploymentId, deviceIds: readonly DeviceId[], tell: Tell): void;
  /** The rollout is over. */
  stop(): void;
}

interface RoundParts {
  readonly read: StoreReaders;
  readonly log: Logger;
  readonly preflight: Preflight;
  /** Of the event loop, for the step that answers make. */
  readonly turn: () => Promise<void>;
}

export function createPreflightRound(parts: RoundParts): PreflightRound {
  const asked = new Set<DeviceId>();
  const answers: [DeviceId, PreflightAnswer][] = [];
  let due: ReadonlySet<DeviceId> = new Set();
  let isTelling = false;

  async function askOne(deployment: EdgeDeployment, deviceId: DeviceId, tell: Tell): Promise<void> {
    const answer = await answerFor(parts, { deployment, deviceId, isDue: () => due.has(deviceId) });
    if (answer === null) return void asked.delete(deviceId);
    answers.push([deviceId, answer]);
    if (isTelling) return;
    isTelling = true;
    await tellInParts(tell);
    isTelling = false;
  }

  /** No device begins without its answer, so this bounds what one step writes. */
  async function tellInParts(tell: Tell): Promise<void> {
    while (answers.length > 0) {
      // Whoever answers before it comes is told in it.
      await parts.turn();
      const part = answers.splice(0, answersAtOnce);
      for (const [deviceId] of part) asked.delete(deviceId);
      tell(part.map(([deviceId, answer]) => ({ kind: 'preflight-answered', deviceId, answer })));
    }
  }

  /** Not in the turn of the step that asks. */
  async function askAll(deployment: EdgeDeployment, deviceIds: readonly DeviceId[], tell: Tell): Promise<void> {
    for (const [index, deviceId] of deviceIds.entries()) {
      if (index % answersAtOnce === 0) await nextTurn();
      if (due.has(deviceId)) void askOne(deployment, deviceId, tell);
      else asked.delete(deviceId);
    }
  }

  return {
    ask(deploymentId, deviceIds, tell) {
      due = new Set(deviceIds);
      const fresh = deviceIds.filter((deviceId) => !asked.has(deviceId));
      const deployment = fresh.length === 0 ? undefined : parts.read.deployments.get(deploymentId);
      if (deployment === undefined || !isEdgeDeployment(deployment)) return;
      for (const deviceId of fresh) asked.add(deviceId);
      void askAll(deployment, fresh, tell);
    },
    stop() {
      due = new Set();
    },
  };
}

async function answerFor(
  { preflight, log }: RoundParts,
  asked: Parameters<Preflight['ask']>[0],
): Promise<PreflightAnswer | null> {
  try {
    return await preflight.ask(asked);
  } catch (error) {
    // A reason of the hub's own must neither stop the rollout without a word nor let the device start unseen.
    log.error({ err: error, deviceId: asked.deviceId }, 'a preflight could not be asked, and is asked again');
    return { kind: 'wait', obstacles: [notAskedSentence] };
  }
}
