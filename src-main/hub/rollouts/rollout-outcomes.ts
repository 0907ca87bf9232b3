// What rollouts came to since the last look, for whoever does not look at the page: each outcome once, and none of a person's own
// doing. What was so at the first look is no news.
import type { RolloutView } from '#contract/console-rollouts.ts';
import { longestReason, mostToldRollouts, type RolloutNews, type ToldRollout } from '#contract/shell-port.ts';
import type { RolloutStatus } from '#domain/rollouts/rollout-state.ts';
import type { RolloutOperations } from './rollout-operations.ts';

interface RolloutOutlook {
  readonly open: number;
  /** The newest of them. */
  readonly told: readonly ToldRollout[];
  readonly news: readonly RolloutNews[];
}

type Open = ToldRollout['status'];
const openStatuses: ReadonlySet<string> = new Set<Open>([
  'scheduled',
  'pending',
  'in-progress',
  'paused',
  'rolling-back',
]);

export function createRolloutOutcomes(rollouts: Pick<RolloutOperations, 'rollout' | 'rollouts'>) {
  let known: ReadonlyMap<string, string> | null = null;
  return {
    look(): RolloutOutlook {
      const rows = rollouts.rollouts();
      const before = known;
      known = new Map(rows.map((row) => [row.deploymentId, standOf(row)]));
      const open = rows.filter(({ status }) => openStatuses.has(status));
      const changed = before === null ? [] : rows.filter((row) => before.get(row.deploymentId) !== standOf(row));
      return {
        open: open.length,
        told: open.slice(0, mostToldRollouts).map((row) => toldOf(rollouts.rollout(row))),
        news: changed.flatMap((row) => newsOf(rollouts.rollout(row)) ?? []),
      };
    },
  };
}

/** Each wave that a person is to open is news of its own. */
function standOf({ status, waitsForPerson }: Pick<RolloutView, 'status' | 'waitsForPerson'>): string {
  return waitsForPerson === null ? status : `${status}, waits for wave ${waitsForPerson.number}`;
}

function toldOf({ deploymentId, status, totals }: RolloutView): ToldRollout {
  const ended = totals.successes + totals.failures;
  return { deploymentId, status: status as Open, devices: totals.counted + totals.asleep, ended };
}

function newsOf({ deploymentId, status, cause, totals, waitsForPerson: waited }: RolloutView): RolloutNews | null {
  const outcome = waited === null ? outcomeOf(status, cause.by === 'hub' || cause.by === 'device') : 'waits';
  if (outcome === null) return null;
  const why =
    waited === null ? cause.reason : `Wave ${waited.number} of ${waited.waves} (${waited.name}) may be opened.`;
  const reason = why.slice(0, longestReason);
  const { successes, failures } = totals;
  return { kind: 'rollout-news', deploymentId, outcome, reason, succeeded: successes, failed: failures };
}

/** An end is news whoever began it: the person who did may have gone for a coffee. */
function outcomeOf(status: RolloutStatus, isByItself: boolean): RolloutNews['outcome'] | null {
  if (status === 'finished') return 'finished';
  if (status === 'rolled-back') return 'taken-back';
  if (status === 'paused' && isByItself) return 'stopped';
  return status === 'rolling-back' && isByItself ? 'going-back' : null;
}
