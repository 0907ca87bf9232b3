// What is still on its way to a device: rollouts that it takes part in, messages that wait for it, wanted values that it has not
// answered for. Methods are never among them: a call waits for its answer while somebody asks, and is not queued.
import type { Clock } from '#base/clock.ts';
import type { DeviceId, ModuleId } from '#base/ids.ts';
import type { DeviceRolloutRow, DeviceUnderway } from '#contract/console-device-page.ts';
import type { Device } from '#domain/records/registry.ts';
import { explainDevice } from '#domain/rollouts/rollout-explain.ts';
import { numberAt } from '#domain/updates/module-standing.ts';
import type { CloudMessageOperations } from '#hub/hub-types.ts';
import type { StoreReaders } from '#store/store-types.ts';

interface UnderwayNeeds {
  readonly read: StoreReaders;
  readonly clock: Clock;
  readonly cloudMessages: Pick<CloudMessageOperations, 'waiting'>;
}

const agentId = '$edgeAgent' as ModuleId;
const previewBytes = 200;
/** Those that are over are only looked through for the newest. */
const mostRollouts = 20;

export function deviceUnderway(needs: UnderwayNeeds, { deviceId, isEdge }: Device): DeviceUnderway {
  const { read, clock, cloudMessages } = needs;
  const now = { wallMs: clock.nowMs(), runMs: 0 };
  const rollouts = read.rollouts
    .ofDevice(deviceId)
    .slice(0, mostRollouts)
    .flatMap(({ number, deploymentId, device }): DeviceRolloutRow[] => {
      const head = read.rollouts.head(number);
      if (head === undefined) return [];
      const { standing, attempt, wave, bytes } = device;
      const gate = () => read.rollouts.gateStanding(number, head.state.currentWave);
      const explanation = explainDevice(head.state, device, now, { gate });
      const { status } = head.state;
      return [{ deploymentId, status, standing, explanation, attempt, wave, bytes, isOpen: head.isOpen }];
    });
  const open = rollouts.filter(({ isOpen }) => isOpen);
  return {
    rollouts: open.length > 0 ? open : rollouts.slice(0, 1),
    messages: cloudMessages.waiting(deviceId).map(({ body, ...message }) => ({
      ...message,
      bytes: body.byteLength,
      preview: Buffer.from(body.subarray(0, previewBytes)).toString('utf8'),
    })),
    unreported: isEdge ? unreportedOf(read, deviceId) : null,
  };
}

function unreportedOf(read: StoreReaders, deviceId: DeviceId): DeviceUnderway['unreported'] {
  const twin = read.twins.get({ deviceId, moduleId: agentId });
  if (twin === undefined) return null;
  const reported = numberAt(twin.reported.value, 'lastDesiredVersion');
  const wanted = twin.desired.version;
  return reported === wanted ? null : { wanted, reported };
}
