// Whose states are drawn below one another: the devices of the address, a group's, or a deployment's with all of its rollout. Who
// needs attention comes first, and no more than can be compared; the rest is counted, with the way to them.
import { useMemo } from 'react';
import type { RolloutCell } from '#contract/console-rollout-sights.ts';
import type { DeviceRow } from '#contract/console-rows.ts';
import { type HistoryAddress, mostChosen } from '#renderer/link/history-query.ts';
import { useHub } from '#renderer/link/hub-store.ts';
import { useProjection } from '#renderer/link/projection-store.ts';
import { useGroupRows } from '#renderer/link/use-groups.ts';
import { useLatest } from '#renderer/link/use-latest.ts';
import { deviceStates, filterPath, standsOn } from '#renderer/words/device-filter.ts';
import { groupCondition } from '#renderer/words/group-words.ts';
import { devicesPath, groupsPath, rolloutPath } from '#renderer/words/paths.ts';

export interface ChosenDevices {
  readonly ids: readonly string[];
  /** Of whom these are. */
  readonly total: number;
  /** Where all of them are listed. */
  readonly href: string;
}

type Chosen = { readonly problem: string } | { readonly problem: null; readonly devices: ChosenDevices | null };

/** Null: the hub is asked; or nobody was chosen. */
export function useChosenDevices(address: HistoryAddress): Chosen {
  const { device, also, group, deployment } = address;
  const rows = useProjection((state) => state.devices);
  const rollout = useProjection((state) => state.rollouts.get(deployment)?.row);
  const ofGroup = useGroupMembers(device === '' ? group : '');
  const ofRollout = useRolloutMembers(device === '' && group === '' && rollout !== undefined ? deployment : '');
  const members = useMemo(() => {
    if (device !== '') return membersOf([...new Set([device, ...also])]);
    if (group !== '') return ofGroup.value ?? null;
    if (rollout !== undefined) return ofRollout.value ?? null;
    const targeted = [...rows].filter(([, { row }]) => standsOn(row, deployment, 'targeted')).map(([id]) => id);
    return deployment === '' ? null : membersOf(targeted);
  }, [device, also, group, deployment, rollout, rows, ofGroup.value, ofRollout.value]);
  const problem = ofGroup.problem ?? ofRollout.problem;
  if (problem !== null) return { problem };
  if (members === null) return { problem: null, devices: null };
  const shown = mostUrgent(members.ids, (id) => rows.get(id)?.row, members.failed);
  const href =
    device === '' ? hrefOf({ group: ofGroup.href, deployment, isRollout: rollout !== undefined }) : devicesPath;
  return { problem: null, devices: { ids: shown, total: members.total, href } };
}

function hrefOf(of: {
  readonly group: string | null;
  readonly deployment: string;
  readonly isRollout: boolean;
}): string {
  if (of.group !== null) return of.group;
  return of.isRollout ? rolloutPath(of.deployment) : filterPath({ deployment: of.deployment, standing: 'targeted' });
}

/** Those that failed or fail first, as the list of devices ranks them, then by id. */
export function mostUrgent(
  ids: readonly string[],
  rowOf: (id: string) => DeviceRow | undefined,
  failed: readonly string[] = [],
): readonly string[] {
  const first = new Set(failed);
  const rankOf = (id: string) => {
    const state = rowOf(id)?.state;
    if (first.has(id)) return -1;
    return state === undefined ? deviceStates.length : deviceStates.indexOf(state);
  };
  return ids
    .map((id) => ({ id, rank: rankOf(id) }))
    .sort((one, other) => one.rank - other.rank || (one.id < other.id ? -1 : 1))
    .slice(0, mostChosen)
    .map(({ id }) => id);
}

interface Members {
  readonly ids: readonly string[];
  /** Who failed in the rollout, whatever it does now. */
  readonly failed: readonly string[];
  /** Of whom these are. */
  readonly total: number;
}

function membersOf(ids: readonly string[]): Members {
  return { ids, failed: [], total: ids.length };
}

function useGroupMembers(groupId: string) {
  const client = useHub((state) => state.client);
  const { value: groups } = useGroupRows();
  const group = groups?.find(({ id }) => id === groupId);
  const ask = useMemo(() => {
    if (client === null || groups === undefined || groupId === '') return null;
    return async (signal: AbortSignal): Promise<Members> => {
      if (group === undefined) throw new Error(`There is no group '${groupId}': choose one of the list.`);
      if (group.condition === null) return membersOf(group.deviceIds ?? []);
      const { condition } = group;
      const answer = await client.matchesOf.query({ condition, limit: mostMatched }, { signal });
      if (!answer.ok || answer.of !== 'devices')
        throw new Error(`The condition of group '${groupId}' cannot be asked.`);
      return { ...membersOf(answer.deviceIds), total: answer.count };
    };
  }, [client, groups, group, groupId]);
  const query = group === undefined ? null : groupCondition(group);
  return { ...useLatest(ask), href: group === undefined ? null : query === null ? groupsPath : filterPath({ query }) };
}

const mostMatched = 200;
/** Its cells come by the thousand. */
const mostCellPages = 10;

function useRolloutMembers(deploymentId: string) {
  const client = useHub((state) => state.client);
  const ask = useMemo(() => {
    if (client === null || deploymentId === '') return null;
    return async (signal: AbortSignal): Promise<Members> => {
      const cells: RolloutCell[] = [];
      let after: string | null = null;
      for (let page = 0; page < mostCellPages; page += 1) {
        const answer: Awaited<ReturnType<typeof client.rolloutCells.query>> = await client.rolloutCells.query(
          { deploymentId, after },
          { signal },
        );
        cells.push(...answer.cells);
        after = answer.next;
        if (after === null) break;
      }
      const failed = cells.filter(({ standing }) => standing === 'failure').map(({ deviceId }) => deviceId);
      return { ...membersOf(cells.map(({ deviceId }) => deviceId)), failed };
    };
  }, [client, deploymentId]);
  return useLatest(ask);
}
