// The groups as the hub has them, asked again whenever it says that they changed.
import { useMemo } from 'react';
import type { GroupRow } from '#contract/console-rollouts.ts';
import { useHub } from './hub-store.ts';
import { useProjection } from './projection-store.ts';
import { useAnswer } from './use-answer.ts';

export function useGroupRows() {
  const client = useHub((state) => state.client);
  const revision = useProjection((state) => state.groupsRevision);
  const ask = useMemo(() => client && (() => client.groups.query()), [client]);
  return useAnswer<readonly GroupRow[]>(ask, revision);
}

/** None as long as they are not known. */
export function useGroups(): readonly GroupRow[] {
  return useGroupRows().value ?? noGroups;
}

const noGroups: readonly GroupRow[] = [];
