// The failed devices of a rollout, tried again because a person said so. Thousands are moved part by part; until all of them wait
// for their turn no gate is asked, for a wave whose part has not come yet would look as if all of it had failed.
import { requeue } from './rollout-attempt.ts';
import type { RolloutDraft } from './rollout-draft.ts';
import { isFinal } from './rollout-state.ts';
import { stopTally } from './rollout-tally.ts';

/** What was pardoned is counted when the last of them waits: from then on each failure is a new one. */
export function retryFailed(draft: RolloutDraft): void {
  if (!draft.state.isRetrying) return;
  if (isFinal(draft.status) || draft.status === 'rolling-back') return draft.change({ isRetrying: false });
  for (const [deviceId, device] of draft.devices) {
    if (device.standing !== 'failure' || device.isGone) continue;
    if (!draft.mayMove()) return;
    draft.setDevice(deviceId, { ...requeue(device, 'change'), failures: 0 });
  }
  draft.change({ isRetrying: false, pardonedFailures: stopTally(draft.devices.values()).failed });
}
