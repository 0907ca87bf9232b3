// What a rollout that is not stopped calls a person for: its state says whether it does, and its devices are counted only then.
import type { DeviceId } from '#base/ids.ts';
import type { AttentionItem, AttentionMatter } from '#contract/console-site.ts';
import { isUnknown } from '#domain/rollouts/rollout-explain-gate.ts';
import { explainDevice } from '#domain/rollouts/rollout-explain.ts';
import { watchOf } from '#domain/rollouts/rollout-watch.ts';
import type { RolloutHead, Standstill } from '#store/rollout-types.ts';
import type { StoreReaders } from '#store/store-types.ts';

type CallKind = 'rollout-person-now' | 'rollout-held' | 'rollout-asleep' | 'rollout-silent';
type Matter = Extract<AttentionMatter, { readonly kind: CallKind }>;
export type RolloutCall = AttentionItem & { readonly matter: Matter };

const mostNamed = 5;
const longestReason = 500;

/** One for each matter; nothing where it goes on by itself. */
export function callsOf(read: StoreReaders, head: RolloutHead, nowMs: number): readonly RolloutCall[] {
  const { still, silent, asked } = watchOf(head.state);
  if (![still, silent, asked].some((watched) => watched?.isDue === true)) return [];
  const { deploymentId, currentWave } = head.state;
  const counts = read.rollouts.standstill(head.number, currentWave);
  // Where there is none, looking for the first costs as much as counting them all.
  const first = (is: Standstill): readonly DeviceId[] =>
    counts[is] === 0 ? [] : read.rollouts.standingStill(head.number, { is, wave: currentWave, limit: mostNamed });
  const call = (sinceMs: number, level: RolloutCall['level'], matter: Matter): RolloutCall => {
    return { key: `rollout ${deploymentId} ${matter.kind}`, level, sinceMs, matter };
  };
  const calls: RolloutCall[] = [];
  if (asked?.isDue === true && counts.asked > 0)
    calls.push(
      call(asked.sinceMs, 'warning', {
        kind: 'rollout-person-now',
        deploymentId,
        devices: counts.asked,
        deviceIds: first('asked'),
      }),
    );
  const stuck = still?.isDue === true ? stuckOf(read, head, { counts, first, nowMs }) : null;
  if (still !== null && stuck !== null) calls.push(call(still.sinceMs, 'warning', stuck));
  if (silent?.isDue === true && counts.silent > 0) {
    const succeeded = succeededOf(read, head.number);
    const level = counts.silent >= succeeded ? 'urgent' : 'warning';
    const matter = { deploymentId, devices: counts.silent, deviceIds: first('silent'), succeeded };
    calls.push(call(silent.sinceMs, level, { kind: 'rollout-silent', ...matter }));
  }
  return calls;
}

function succeededOf(read: StoreReaders, number: number): number {
  return read.rollouts
    .standings(number)
    .reduce((sum, { standing, devices }) => sum + (standing === 'success' ? devices : 0), 0);
}

interface Counted {
  readonly counts: Readonly<Record<Standstill, number>>;
  readonly first: (is: Standstill) => readonly DeviceId[];
  readonly nowMs: number;
}

/** Null: those who hold their switch for a person are all that is in the way. */
function stuckOf(read: StoreReaders, head: RolloutHead, { counts, first, nowMs }: Counted): Matter | null {
  const { deploymentId } = head.state;
  const { held, blocked, waiting, asked } = counts;
  const inTheWay = held + blocked;
  if (inTheWay === 0 && asked > 0) return null;
  if (inTheWay + waiting === 0) return sleepingWave(read, head);
  const deviceIds = inTheWay === 0 ? first('waiting') : [...first('held'), ...first('blocked')].slice(0, mostNamed);
  return {
    kind: 'rollout-held',
    deploymentId,
    devices: inTheWay === 0 ? waiting : inTheWay,
    deviceIds,
    held,
    behind: inTheWay === 0 ? 0 : waiting,
    reason: reasonOf(read, head, deviceIds[0], nowMs),
  };
}

function sleepingWave(read: StoreReaders, { number, state }: RolloutHead): Matter | null {
  const { deploymentId, waves, currentWave } = state;
  const name = waves[currentWave]?.plan.name;
  const standing = read.rollouts.gateStanding(number, currentWave);
  if (name === undefined || !isUnknown(standing)) return null;
  const next = { number: currentWave + 2, waves: waves.length };
  return { kind: 'rollout-asleep', deploymentId, name, ...next, devices: standing.asleep, deviceIds: [] };
}

/** As its own row says it. */
function reasonOf(
  read: StoreReaders,
  { number, state }: RolloutHead,
  deviceId: DeviceId | undefined,
  nowMs: number,
): string {
  const device = deviceId === undefined ? undefined : read.rollouts.device(number, deviceId);
  const reason = device === undefined ? '' : explainDevice(state, device, { wallMs: nowMs, runMs: 0 });
  return reason.slice(0, longestReason);
}
