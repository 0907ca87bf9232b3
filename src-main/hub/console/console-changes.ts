// The keys whose rows changed since the last flush. Noting them is cheap, for it happens inside every commit; the rows are
// read when a flush asks, the latest state of each.
import type { Clock } from '#base/clock.ts';
import type { DeploymentId, DeviceId } from '#base/ids.ts';
import type { ConsoleFlush, DeviceRow } from '#contract/console-rows.ts';
import type { JournalEntry, JournalKind } from '#domain/records/journal-event.ts';
import type { MetricsOperations } from '#hub/evaluation/deployment-metrics.ts';
import type { StoreReaders } from '#store/store-types.ts';
import { takeSome, workForMs } from './changed-rows.ts';
import { createRolloutChanges } from './console-rollout-changes.ts';
import { deploymentRow, deviceRow } from './console-rows.ts';

/** A new revision says it too when nothing but what was left behind is another. */
const concernsWrites: ReadonlySet<JournalKind> = new Set<JournalKind>([
  'configuration-changed',
  'configuration-cleared',
  'device-deleted',
  'module-deleted',
]);

export interface ConsoleChanges {
  note(entries: readonly JournalEntry[]): void;
  areEmpty(): boolean;
  /** Reads rows for a bounded time; keys it did not get to stay for the next call. */
  take(): Omit<ConsoleFlush, 'type' | 'number' | 'journalBrokenSeq'>;
  clear(): void;
}

export function createConsoleChanges(needs: {
  readonly read: StoreReaders;
  readonly clock: Clock;
  readonly metrics: Pick<MetricsOperations, 'glance' | 'catchUp'>;
}): ConsoleChanges {
  const { read, clock, metrics } = needs;
  const devices = new Set<DeviceId>();
  const deployments = new Set<DeploymentId>();
  const rollouts = createRolloutChanges({ read, clock });
  let recountAll = false;
  const writes = createMark(concernsWrites);

  function noteCounts(rows: readonly DeviceRow[]): void {
    for (const id of rows.flatMap((row) => [...row.applied, ...row.notApplied])) deployments.add(id as DeploymentId);
    if (!recountAll) return;
    recountAll = false;
    for (const id of read.deployments.ids()) deployments.add(id);
  }

  return {
    note(entries) {
      for (const entry of entries) {
        if (entry.deviceId !== null) devices.add(entry.deviceId);
        if (entry.deploymentId !== null) deployments.add(entry.deploymentId);
        rollouts.note(entry);
        writes.note(entry.kind);
        // A device may have left any deployment, and its entry names only where it is now.
        if (entry.kind === 'configuration-changed' || entry.kind === 'device-deleted') recountAll = true;
      }
    },
    areEmpty: () =>
      devices.size === 0 && deployments.size === 0 && rollouts.areEmpty() && !recountAll && !writes.isSet(),
    take() {
      const changedDevices = takeSome(devices, clock, (id) => deviceRow(read, id));
      noteCounts(changedDevices.rows);
      const isCounted = deployments.size === 0 || metrics.catchUp(workForMs);
      const changedDeployments = takeSome(deployments, clock, (id) => {
        const deployment = read.deployments.get(id);
        return deployment === undefined ? undefined : deploymentRow(metrics, deployment);
      });
      // Told as far as they are counted, and once more when the rest is.
      if (!isCounted) for (const { id } of changedDeployments.rows) deployments.add(id as DeploymentId);
      return {
        areWritesChanged: writes.take(),
        devices: changedDevices.rows,
        removedDevices: changedDevices.removed,
        deployments: changedDeployments.rows,
        removedDeployments: changedDeployments.removed,
        ...rollouts.take(),
      };
    },
    clear() {
      devices.clear();
      deployments.clear();
      rollouts.clear();
      recountAll = false;
      writes.take();
    },
  };
}

/** Whether one of the kinds came since it was taken. */
function createMark(kinds: ReadonlySet<JournalKind>) {
  let isSet = false;
  return {
    note(kind: JournalKind): void {
      isSet ||= kinds.has(kind);
    },
    isSet: () => isSet,
    take(): boolean {
      const was = isSet;
      isSet = false;
      return was;
    },
  };
}
