// What rollouts came to since the last look, for whoever does not look at the page: each outcome once, and none of a person's own
// doing. What was so at the first look is no news.
import type { Clock } from '#base/clock.ts';
import type { RolloutView } from '#contract/console-rollouts.ts';
import { longestReason, mostToldRollouts, type RolloutNews, type ToldRollout } from '#contract/shell-port.ts';
import type { RolloutStatus } from '#domain/rollouts/rollout-state.ts';
import { devicesText } from '#domain/values/count-text.ts';
import type { StoreReaders } from '#store/store-types.ts';
import { callsOf, type RolloutCall } from './rollout-calls.ts';
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

interface OutcomeParts {
  readonly rollouts: Pick<RolloutOperations, 'rollout' | 'rollouts'>;
  readonly read: StoreReaders;
  readonly clock: Pick<Clock, 'nowMs'>;
}

export function createRolloutOutcomes({ rollouts, read, clock }: OutcomeParts) {
  let known: ReadonlyMap<string, string> | null = null;
  let called: ReadonlySet<string> = new Set();
  return {
    look(): RolloutOutlook {
      const rows = rollouts.rollouts();
      const before = known;
      known = new Map(rows.map((row) => [row.deploymentId, standOf(row)]));
      const open = rows.filter(({ status }) => openStatuses.has(status));
      const changed = before === null ? [] : rows.filter((row) => before.get(row.deploymentId) !== standOf(row));
      const calls = openCalls(read, clock.nowMs());
      const fresh = before === null ? [] : calls.filter(({ key }) => !called.has(key));
      called = new Set(calls.map(({ key }) => key));
      return {
        open: open.length,
        told: open.slice(0, mostToldRollouts).map((row) => toldOf(rollouts.rollout(row))),
        news: [
          ...changed.flatMap((row) => newsOf(rollouts.rollout(row)) ?? []),
          ...fresh.map(({ matter }) => needsYou(rollouts.rollout(matter), matter)),
        ],
      };
    },
  };
}

/** One that is over may have devices in mid-change. */
function openCalls(read: StoreReaders, nowMs: number): readonly RolloutCall[] {
  return read.rollouts.open().flatMap((number) => {
    const head = read.rollouts.head(number);
    if (head === undefined || read.rollouts.numberOf(head.state.deploymentId) !== number) return [];
    return callsOf(read, head, nowMs);
  });
}

/** Told when it begins, and not again while more devices come to it. */
function needsYou({ deploymentId, totals }: RolloutView, matter: RolloutCall['matter']): RolloutNews {
  const { successes, failures } = totals;
  const reason = callText(matter).slice(0, longestReason);
  return { kind: 'rollout-news', deploymentId, outcome: 'needs-you', reason, succeeded: successes, failed: failures };
}

function callText(matter: RolloutCall['matter']): string {
  const devices = devicesText(matter.devices);
  const isOne = matter.devices === 1;
  switch (matter.kind) {
    case 'rollout-person-now':
      return `${devices} ${isOne ? 'holds its switch' : 'hold their switch'} until you say when.`;
    case 'rollout-held':
      return `It stands still, with ${devices} in the way. ${matter.reason}`;
    case 'rollout-asleep':
      return `All of wave ${matter.name} is switched off: wake one of its devices, or open the next wave.`;
    case 'rollout-silent':
      return `${devices} fell silent while in change and ${isOne ? 'is' : 'are'} not back.`;
  }
}

/** Each wave that a person is to open is news of its own, and so is a rule that stops what a person had paused. */
function standOf({ status, cause, waitsForPerson }: Pick<RolloutView, 'status' | 'cause' | 'waitsForPerson'>): string {
  if (status === 'paused' && cause.by === 'hub') return 'paused by itself';
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
