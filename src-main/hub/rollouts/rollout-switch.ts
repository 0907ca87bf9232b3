// A person's "now" to devices of a rollout that hold their switch. It is written into the terms of their attempts, so that a device
// that sleeps, or a hub that ends this moment, loses nothing; evaluation sends the terms. Whoever begins later holds as the policy says.
import { refused } from '#base/errors.ts';
import type { DeviceId, ModuleId } from '#base/ids.ts';
import type { SwitchNowAnswer, SwitchNowRequest } from '#contract/console-switch.ts';
import { readAttemptReport } from '#contract/rollout-report.ts';
import { holdSentence } from '#domain/updates/switch-holder.ts';
import type { Rollout, RolloutAttempt } from '#store/rollout-types.ts';
import type { Store, StoreReaders } from '#store/store-types.ts';

const agentId = '$edgeAgent' as ModuleId;
/** Enough to see what is meant. */
const mostNamed = 5;

export function switchNow(
  store: Pick<Store, 'read' | 'change'>,
  rollout: Rollout,
  { deviceIds, isForced }: SwitchNowRequest,
): SwitchNowAnswer {
  const { read } = store;
  const told: string[] = [];
  const held: SwitchNowAnswer['held'][number][] = [];
  const due: RolloutAttempt[] = [];
  for (const attempt of attemptsInChange(read, rollout, deviceIds)) {
    const reason = isForced ? null : heldByModule(read, attempt);
    if (reason === null) told.push(attempt.deviceId);
    else held.push({ deviceId: attempt.deviceId, reason });
    if (reason === null && !isFree(attempt, isForced)) due.push(attempt);
  }
  if (due.length === 0) return { told, held };
  store.change((write) => {
    for (const { id } of due) write.rollouts.releaseSwitch(id, isForced);
    const evaluate = due.map(({ deviceId }) => deviceId);
    const { deploymentId } = rollout.state;
    const detail = { number: rollout.number, isForced, evaluate };
    write.journal.append({ kind: 'rollout-switch-released', actor: 'console', deploymentId, detail });
  });
  return { told, held };
}

function attemptsInChange(
  read: StoreReaders,
  { number, state }: Rollout,
  deviceIds: SwitchNowRequest['deviceIds'],
): readonly RolloutAttempt[] {
  const wanted = deviceIds === null ? [...state.devices.keys()] : [...new Set(deviceIds)];
  const others: string[] = [];
  const attempts = wanted.flatMap((deviceId) => {
    const device = state.devices.get(deviceId as DeviceId);
    const attempt = device?.isChanging
      ? read.rollouts.attempt(number, deviceId as DeviceId, device.attempt)
      : undefined;
    if (attempt === undefined) others.push(deviceId);
    return attempt ?? [];
  });
  if (deviceIds === null || others.length === 0) return attempts;
  const named = others.slice(0, mostNamed).map((deviceId) => `'${deviceId}'`);
  const more = others.length > mostNamed ? ` and ${others.length - mostNamed} more` : '';
  throw refused(
    'rollout.invalid',
    `Not in mid-change in the rollout of '${state.deploymentId}', so that there is no switch to let go on: ${named.join(', ')}${more}.`,
  );
}

function isFree({ hold, switchWithinSeconds, isForced }: RolloutAttempt, wantsForce: boolean): boolean {
  return hold === 'none' && switchWithinSeconds === null && (isForced || !wantsForce);
}

/** As the device last said of this attempt; null: no module of its does. */
function heldByModule(read: StoreReaders, { deviceId, attempt }: RolloutAttempt): string | null {
  const report = readAttemptReport(read.twins.get({ deviceId, moduleId: agentId })?.reported.value ?? {});
  const hold = report?.attempt === attempt && report.step === 'held' ? report.hold : null;
  return hold?.by === 'lock' || hold?.by === 'hook' ? holdSentence(hold) : null;
}
