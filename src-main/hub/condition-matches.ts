// Which devices a condition means, as it is typed: counted and listed from the store as it stands, in short turns.
import type { Clock } from '#base/clock.ts';
import { isDeviceId, type DeviceId } from '#base/ids.ts';
import type { ConditionMatches } from '#contract/preview-view.ts';
import { explain } from '#domain/condition-explain.ts';
import { matches, parseCondition } from '#domain/condition.ts';
import type { StoreReaders } from '#store/store-types.ts';
import { createBreath } from './preview-slices.ts';

const pageSize = 50;

export interface MatchRequest {
  readonly condition: string;
  /** A device to explain the condition for. */
  readonly explainFor: string | null;
  /** How many devices are listed at most. */
  readonly limit: number;
}

/** Rejects (`preview.cancelled`) when the signal aborts. */
export async function matchesOf(
  needs: { readonly read: StoreReaders; readonly clock: Clock },
  { condition, explainFor, limit }: MatchRequest,
  signal?: AbortSignal,
): Promise<ConditionMatches> {
  const { read, clock } = needs;
  const parsed = parseCondition(condition);
  if (!parsed.ok) return parsed;
  const breathe = createBreath(clock, signal);
  const deviceIds: DeviceId[] = [];
  const counts = { count: 0, edgeDevices: 0, notEdge: 0 };
  let after: DeviceId | undefined;
  do {
    const edge = new Set(
      read.devices
        .list({ after, limit: pageSize })
        .filter(({ isEdge }) => isEdge)
        .map(({ deviceId }) => deviceId),
    );
    const subjects = read.twins.subjects({ after, limit: pageSize });
    counts.edgeDevices += edge.size;
    for (const subject of subjects.filter((candidate) => matches(parsed.value, candidate))) {
      if (!edge.has(subject.deviceId)) counts.notEdge += 1;
      else if ((counts.count += 1) <= limit) deviceIds.push(subject.deviceId);
    }
    after = subjects.at(-1)?.deviceId;
    await breathe();
  } while (after !== undefined);
  const asked = explainFor !== null && isDeviceId(explainFor) ? read.twins.subject(explainFor) : undefined;
  return { ok: true, ...counts, deviceIds, explanation: asked === undefined ? null : explain(parsed.value, asked) };
}
