// What a device ran well before a deployment came to it, by what is kept: its revisions, and how the attempts of rollouts ended.
import type { DeviceId } from '#base/ids.ts';
import type { EffectiveConfiguration } from '#domain/layering/effective-configuration.ts';
import type { EdgeDeployment } from '#domain/records/deployment.ts';
import type { Revision, StoreReaders } from '#store/store-types.ts';

export interface LastGood {
  readonly effective: EffectiveConfiguration;
  /** A rollout told that it ran well; otherwise no rollout brought it, and nothing tells that it failed. */
  readonly isProved: boolean;
}

const pageSize = 20;
/** So far back it is looked; before that nobody remembers either. */
const mostRevisions = 50;
const fewRevisions = 4;
/** Instants of deployments are told apart by moving them on, so that one may be newer than what came of it. */
const slackMs = 60_000;

/** Undefined: it had none, or each is known to have failed. */
export function lastGoodBefore(
  read: StoreReaders,
  deviceId: DeviceId,
  { id, createdAtMs }: Pick<EdgeDeployment, 'id' | 'createdAtMs'>,
): LastGood | undefined {
  const earlier: Revision[] = [];
  let next: Revision | undefined;
  for (const revision of revisionsOf(read, deviceId)) {
    if (revision.effective.applied.includes(id) && revision.atMs >= createdAtMs - slackMs) {
      earlier.length = 0;
      next = revision;
    } else earlier.push(revision);
    if (earlier.length >= mostRevisions && revision.atMs < createdAtMs) break;
  }
  for (const candidate of earlier) {
    const good = judged(read, candidate, next);
    if (good !== undefined) return good;
    next = candidate;
  }
  return undefined;
}

/** Before what it was given last: what it would go back to. Looked for among the few newest alone. */
export function lastGoodBeforeNewest(read: StoreReaders, deviceId: DeviceId): LastGood | undefined {
  const [newest, ...earlier] = read.revisions.list(deviceId, { limit: fewRevisions });
  let next = newest;
  for (const candidate of earlier) {
    const good = judged(read, candidate, next);
    if (good !== undefined) return good;
    next = candidate;
  }
  return undefined;
}

/** Newest first. */
function* revisionsOf(read: StoreReaders, deviceId: DeviceId): Generator<Revision> {
  let before: number | undefined;
  do {
    const page: readonly Revision[] = read.revisions.list(deviceId, { before, limit: pageSize });
    yield* page;
    before = page.length < pageSize ? undefined : page.at(-1)?.revision;
  } while (before !== undefined);
}

/** `next`: the revision after it, with which what is known of it ends. */
function judged(
  read: StoreReaders,
  { deviceId, effective, atMs }: Revision,
  next: Revision | undefined,
): LastGood | undefined {
  if (effective.base === null) return undefined;
  const verdicts = effective.applied.flatMap((id) => {
    const number = read.rollouts.numberOf(id);
    const attempts = number === undefined ? [] : read.rollouts.attempts(number, deviceId);
    const last = attempts.find(
      ({ purpose, verdict, startedAtMs }) =>
        purpose === 'change' && verdict !== null && startedAtMs <= (next?.atMs ?? Infinity),
    );
    const { verdict = null, endedAtMs = null } = last ?? {};
    return verdict === null || (endedAtMs ?? 0) < atMs ? [] : [verdict];
  });
  if (verdicts.some((verdict) => verdict !== 'done')) return undefined;
  return { effective, isProved: verdicts.length > 0 };
}
