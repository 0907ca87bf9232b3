// Rollouts that stand still or go back: what a person has to decide, or should have seen; those whose plan asks for a person; and
// those whose devices do not go on without one.
import type { AttentionItem, AttentionLevel } from '#contract/console-site.ts';
import { waitedWave, type WaitedWave } from '#domain/rollouts/rollout-waiting.ts';
import { callsOf } from '#hub/rollouts/rollout-calls.ts';
import { rolloutRowOf } from '#hub/rollouts/rollout-rows.ts';
import type { RolloutHead } from '#store/rollout-types.ts';
import type { StoreReaders } from '#store/store-types.ts';

const dayMs = 24 * 3_600_000;
/** The newest, and of them so many that stand still: beyond these a person looks at the list itself. */
const mostLooked = 200;
const mostStopped = 50;
type Stopped = 'paused' | 'rolling-back' | 'rolled-back';
const stopped: ReadonlySet<string> = new Set<Stopped>(['paused', 'rolling-back', 'rolled-back']);

export function attentionOfRollouts(read: StoreReaders, nowMs: number): readonly AttentionItem[] {
  const heads = read.rollouts
    .heads(mostLooked)
    // Of an id that was used twice the newest.
    .filter(({ number, state }) => read.rollouts.numberOf(state.deploymentId) === number);
  const calling = heads.filter(({ isOpen }) => isOpen).flatMap((head) => callsOf(read, head, nowMs));
  return [...itemsOfStopped(read, heads, nowMs), ...calling.slice(0, mostStopped)];
}

function itemsOfStopped(read: StoreReaders, heads: readonly RolloutHead[], nowMs: number): readonly AttentionItem[] {
  const still = heads.filter(({ state }) => {
    const { status, cause } = state;
    // One that went back is told for a day, the others as long as they stand so.
    const isStopped = stopped.has(status) && (status !== 'rolled-back' || nowMs - cause.atMs < dayMs);
    return isStopped || waitedWave(state) !== null;
  });
  return still.slice(0, mostStopped).map((head) => {
    const waited = waitedWave(head.state);
    if (waited !== null) return itemOfWaiting(head.state.deploymentId, waited);
    const { deploymentId, status, cause, counts } = rolloutRowOf(read, head);
    const isByPerson = cause.by === 'console' || cause.by === 'service';
    const { failure, 'rolled-back': takenBack } = counts.byStanding;
    return {
      key: `rollout ${deploymentId}`,
      level: levelOf(status as Stopped, isByPerson),
      sinceMs: cause.atMs,
      matter: {
        kind: 'rollout-stopped',
        deploymentId,
        status: status as Stopped,
        isByPerson,
        reason: cause.reason.slice(0, 500),
        failures: failure + takenBack,
        devices: counts.meant,
      },
    };
  });
}

/** Nothing went wrong, but nothing goes on until a person says so. */
function itemOfWaiting(deploymentId: string, { sinceMs, ...wave }: WaitedWave): AttentionItem {
  const matter = { kind: 'rollout-waits', deploymentId, ...wave } as const;
  return { key: `rollout ${deploymentId} waits`, level: 'warning', sinceMs, matter };
}

function levelOf(status: Stopped, isByPerson: boolean): AttentionLevel {
  if (isByPerson) return 'note';
  return status === 'rolled-back' ? 'warning' : 'urgent';
}
