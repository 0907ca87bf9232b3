// The rollouts that changed since the last flush, and whether groups did: noted inside every commit, read when a flush asks.
import type { Clock } from '#base/clock.ts';
import type { DeploymentId } from '#base/ids.ts';
import type { ConsoleFlush } from '#contract/console-rows.ts';
import type { JournalEntry, JournalKind } from '#domain/records/journal-event.ts';
import { rolloutRow } from '#hub/rollouts/rollout-rows.ts';
import type { StoreReaders } from '#store/store-types.ts';
import { takeSome } from './changed-rows.ts';

const concernsRollout: ReadonlySet<JournalKind> = new Set<JournalKind>([
  'rollout-created',
  'rollout-advanced',
  'rollout-sent',
  'rollout-switch-released',
  'attempt-log-kept',
  'deployment-deleted',
]);

export function createRolloutChanges({ read, clock }: { readonly read: StoreReaders; readonly clock: Clock }) {
  const changed = new Set<DeploymentId>();
  let areGroupsChanged = false;
  return {
    note({ kind, deploymentId }: JournalEntry): void {
      if (deploymentId !== null && concernsRollout.has(kind)) changed.add(deploymentId);
      areGroupsChanged ||= kind === 'group-changed';
    },
    areEmpty: () => changed.size === 0 && !areGroupsChanged,
    take(): Pick<ConsoleFlush, 'rollouts' | 'areGroupsChanged'> {
      const { rows } = takeSome(changed, clock, (id) => rolloutRow(read, id));
      const taken = { rollouts: rows, areGroupsChanged };
      areGroupsChanged = false;
      return taken;
    },
    clear(): void {
      changed.clear();
      areGroupsChanged = false;
    },
  };
}
