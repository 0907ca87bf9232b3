// What committed changes mean for the rollouts under way: who is to be looked at again, and whose deployment or groups changed.
import type { DeviceId } from '#base/ids.ts';
import type { Actor, JournalEntry } from '#domain/records/journal-event.ts';
import type { OpenRollout } from './open-rollout.ts';
import { concernsDevice } from './rollout-observation.ts';

export interface RolloutNews {
  readonly devices: readonly DeviceId[];
  /** Their condition, or who is in their groups, may have changed. */
  readonly changed: readonly OpenRollout[];
  /** Their deployment was deleted, and by whom. */
  readonly orphaned: ReadonlyMap<OpenRollout, Actor>;
}

export function newsIn(entries: readonly JournalEntry[], opens: Iterable<OpenRollout>): RolloutNews {
  const devices = new Set<DeviceId>();
  const changed = new Set<OpenRollout>();
  const orphaned = new Map<OpenRollout, Actor>();
  const all = [...opens];
  for (const { kind, deviceId, moduleId, deploymentId, actor } of entries) {
    const isOfAgent = moduleId === null || moduleId === '$edgeAgent';
    if (deviceId !== null && isOfAgent && concernsDevice.has(kind)) devices.add(deviceId);
    if (kind === 'device-deleted' && deviceId !== null) for (const { gone } of all) gone.add(deviceId);
    if (kind === 'group-changed') for (const open of all) changed.add(open);
    if (kind !== 'deployment-updated' && kind !== 'deployment-deleted') continue;
    for (const open of all) {
      if (open.rollout.state.deploymentId !== deploymentId) continue;
      changed.add(open);
      if (kind === 'deployment-deleted') orphaned.set(open, actor);
    }
  }
  return { devices: [...devices], changed: [...changed], orphaned };
}
