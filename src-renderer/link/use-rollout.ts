// What the screen of one rollout knows of it: asked when it opens, and again whenever the hub says that the rollout changed.
import { useCallback, useMemo } from 'react';
import type { RolloutCell } from '#contract/console-rollout-sights.ts';
import type { HubClient } from './console-client.ts';
import { useHub } from './hub-store.ts';
import type { Projection } from './projection.ts';
import { useProjection } from './projection-store.ts';
import { useAnswer } from './use-answer.ts';
import { useCalm } from './use-calm.ts';
import { useCalmly } from './use-calmly.ts';

const askEveryMs = 250;
/** Of a rollout with so many devices everything is told less often: each answer counts them all. */
const manyDevices = 2_000;
const drawEveryMs = 1_000;
/** More are not drawn one by one. */
export const mostCells = 10_000;

/** Another number whenever something of the rollout changed, or may have while the page was not told. */
export function useRolloutRevision(deploymentId: string): number {
  const isLarge = useProjection(({ rollouts }) => (rollouts.get(deploymentId)?.row.counts.devices ?? 0) > manyDevices);
  const revisionIn = useCallback(
    ({ rollouts, round }: Projection) => round * 1e9 + (rollouts.get(deploymentId)?.number ?? 0),
    [deploymentId],
  );
  return useCalmly(revisionIn, isLarge ? drawEveryMs : askEveryMs);
}

export function useRolloutView(deploymentId: string, revision: number) {
  const client = useHub((state) => state.client);
  const ask = useMemo(() => client && (() => client.rollout.query({ deploymentId })), [client, deploymentId]);
  return useAnswer(ask, revision);
}

export function useRolloutOrders(deploymentId: string, revision: number) {
  const client = useHub((state) => state.client);
  const ask = useMemo(() => client && (() => client.rolloutOrders.query({ deploymentId })), [client, deploymentId]);
  return useAnswer(ask, revision);
}

export function useRolloutCourse(deploymentId: string, revision: number) {
  const client = useHub((state) => state.client);
  const calm = useCalm(revision, drawEveryMs);
  const ask = useMemo(() => client && (() => client.rolloutCourse.query({ deploymentId })), [client, deploymentId]);
  return useAnswer(ask, calm);
}

/** All its devices, as far as they are drawn. A cell that did not change stays the same object. */
export function useRolloutCells(deploymentId: string, revision: number) {
  const client = useHub((state) => state.client);
  const calm = useCalm(revision, drawEveryMs);
  const ask = useMemo(() => client && createCellReader(client, deploymentId), [client, deploymentId]);
  return useAnswer<readonly RolloutCell[]>(ask, calm);
}

/** Devices that failed in it, by id; null: nobody asks. */
export function useFailedDevices(deploymentId: string | null) {
  const client = useHub((state) => state.client);
  const ask = useMemo(
    () =>
      client === null || deploymentId === null
        ? null
        : async () => ({
            of: deploymentId,
            deviceIds: (await readCells(client, deploymentId))
              .filter(({ standing }) => standing === 'failure')
              .map(({ deviceId }) => deviceId),
          }),
    [client, deploymentId],
  );
  const { value, problem } = useAnswer(ask, null);
  return { deviceIds: value?.of === deploymentId ? value?.deviceIds : undefined, problem };
}

function createCellReader(client: HubClient, deploymentId: string): () => Promise<readonly RolloutCell[]> {
  let known: ReadonlyMap<string, RolloutCell> = new Map();
  return async () => {
    const cells = (await readCells(client, deploymentId)).map((cell) => kept(known.get(cell.deviceId), cell));
    known = new Map(cells.map((cell) => [cell.deviceId, cell]));
    return cells;
  };
}

async function readCells(client: HubClient, deploymentId: string): Promise<RolloutCell[]> {
  const cells: RolloutCell[] = [];
  let after: string | null = null;
  do {
    // Pages follow one another: each starts where the one before ended.
    const page: Awaited<ReturnType<HubClient['rolloutCells']['query']>> = await client.rolloutCells.query({
      deploymentId,
      after,
    });
    cells.push(...page.cells);
    after = page.next;
  } while (after !== null && cells.length < mostCells);
  return cells;
}

function kept(known: RolloutCell | undefined, cell: RolloutCell): RolloutCell {
  const isSame =
    known !== undefined &&
    known.standing === cell.standing &&
    known.isAwake === cell.isAwake &&
    known.wave === cell.wave &&
    known.attempt === cell.attempt;
  return isSame ? known : cell;
}
