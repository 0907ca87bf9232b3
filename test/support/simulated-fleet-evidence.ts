// What the data folder of a hub that is gone says of a rollout: its rows, the same made anew from the journal, and, step by step,
// whether a wave began too early or too many were in change.
import type { DeviceId } from '#base/ids.ts';
import type { JournalEntry } from '#domain/records/journal-event.ts';
import type { RolloutEvent } from '#domain/rollouts/rollout-event.ts';
import type { RolloutPolicy } from '#domain/rollouts/rollout-policy.ts';
import type { Cause, RolloutNow, RolloutState } from '#domain/rollouts/rollout-state.ts';
import { advance, newRollout } from '#domain/rollouts/rollout.ts';
import type { Twin } from '#domain/values/twin.ts';
import type { StoreReaders } from '#store/store-types.ts';
import { deploymentId } from './hub-parts.ts';
import { edgeAgentId, openSiteStore } from './seed-site.ts';

export interface FleetEvidence {
  readonly state: RolloutState | undefined;
  readonly folded: RolloutState;
  /** What may never happen in a step, in words. */
  readonly problems: readonly string[];
  readonly attempts: ReadonlyMap<DeviceId, readonly string[]>;
  readonly twins: ReadonlyMap<DeviceId, Twin | undefined>;
  readonly firstBrokenSeq: number | null;
  readonly integrity: 'ok' | readonly string[];
}

export async function readFleetEvidence(
  dataDir: string,
  id: string,
  deviceIds: readonly DeviceId[],
): Promise<FleetEvidence> {
  const store = openSiteStore(dataDir);
  const { read } = store;
  try {
    const number = read.rollouts.numberOf(deploymentId(id)) ?? 0;
    const attemptsOf = (deviceId: DeviceId): readonly string[] =>
      read.rollouts.attempts(number, deviceId).flatMap(({ verdict, isNeedless }) => (isNeedless ? [] : [`${verdict}`]));
    const twinOf = (deviceId: DeviceId) => read.twins.get({ deviceId, moduleId: edgeAgentId });
    return {
      state: read.rollouts.get(number)?.state,
      ...foldWatching(read, id),
      attempts: new Map(deviceIds.map((deviceId) => [deviceId, attemptsOf(deviceId).toReversed()])),
      twins: new Map(deviceIds.map((deviceId) => [deviceId, twinOf(deviceId)])),
      firstBrokenSeq: await read.journal.findBrokenSeq(),
      integrity: await store.checkIntegrity(),
    };
  } finally {
    store.close();
  }
}

function foldWatching(read: StoreReaders, id: string): Pick<FleetEvidence, 'folded' | 'problems'> {
  const problems: string[] = [];
  const gates = createGateWatch();
  let state: RolloutState | undefined;
  for (const { kind, detail, seq } of entriesOf(read, id)) {
    if (kind === 'rollout-created') {
      const { policy, cause } = detail as unknown as { policy: RolloutPolicy; cause: Cause };
      state = newRollout(deploymentId(id), policy, cause);
    }
    if (kind !== 'rollout-advanced' || state === undefined) continue;
    const { events, now } = detail as unknown as { events: readonly RolloutEvent[]; now: RolloutNow };
    const after = advance(state, events, now).state;
    problems.push(...problemsOf(state, after, gates.passed(after, now)).map((problem) => `row ${seq}: ${problem}`));
    state = after;
  }
  if (state === undefined) throw new Error(`the journal has no rollout of '${id}'`);
  return { folded: state, problems };
}

function* entriesOf(read: StoreReaders, id: string): Generator<JournalEntry> {
  for (let after = 0, isMore = true; isMore;) {
    const page = read.journal.list({ after, limit: 10_000 });
    yield* page.filter(({ deploymentId, kind }) => deploymentId === id && kind.startsWith('rollout-'));
    after = page.at(-1)?.seq ?? after;
    isMore = page.length > 0;
  }
}

function problemsOf(before: RolloutState, after: RolloutState, passed: readonly boolean[]): readonly string[] {
  const problems: string[] = [];
  let changing = 0;
  for (const [deviceId, device] of after.devices) {
    if (device.isChanging && device.isAwake) changing += 1;
    const known = before.devices.get(deviceId);
    if (device.attempt === (known?.attempt ?? 0)) continue;
    const early = passed.slice(0, device.wave ?? 0).indexOf(false);
    if (early !== -1) problems.push(`${deviceId} of wave ${device.wave} began before the gate of wave ${early}`);
    if (known?.isChanging === true) problems.push(`${deviceId} began attempt ${device.attempt} in mid-change`);
  }
  const { concurrency } = after.policy;
  const started = [...after.devices].some(([id, { attempt }]) => attempt !== (before.devices.get(id)?.attempt ?? 0));
  if (started && concurrency !== null && changing > concurrency)
    problems.push(`${changing} devices were in change at once`);
  return problems;
}

/** The gates judged apart from the machine: shares are counted here, from what each device stands at. */
function createGateWatch() {
  const heldSince = new Map<number, number>();
  const passed = new Set<number>();
  return {
    passed({ waves, devices }: RolloutState, { runMs }: RolloutNow): readonly boolean[] {
      for (const [index, { plan }] of waves.entries()) {
        const members = [...devices.values()].filter(({ wave }) => wave === index);
        const good = members.filter(({ standing }) => standing === 'success').length;
        const bad = members.filter(({ standing }) => standing === 'failure').length;
        const open = members.filter((device) => isOpen(device) && device.isAwake).length;
        const isHeld = good > 0 && good * 100 >= plan.gate.successPercent * (good + bad + open);
        if (!isHeld) heldSince.delete(index);
        else if (!heldSince.has(index)) heldSince.set(index, runMs);
        if (isHeld && runMs - (heldSince.get(index) ?? runMs) >= plan.gate.soakMs) passed.add(index);
      }
      return waves.map((_, index) => passed.has(index));
    },
  };
}

function isOpen({ standing }: { readonly standing: string }): boolean {
  return ['pending', 'downloading', 'installing', 'verifying'].includes(standing);
}
