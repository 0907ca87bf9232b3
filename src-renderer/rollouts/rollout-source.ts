// What a new rollout brings: a deployment that reached nobody yet, one that was just written, or the content of one that is there, as
// a new deployment, for devices that have a deployment already would be taken from it.
import { useMemo, useState } from 'react';
import { useSearch } from 'wouter';
import type { RolloutRequest } from '#contract/console-rollouts.ts';
import type { DeploymentRow } from '#contract/console-rows.ts';
import type { DeploymentDraft } from '#renderer/link/deployment-draft-store.ts';
import { useHub } from '#renderer/link/hub-store.ts';
import { useProjection } from '#renderer/link/projection-store.ts';
import { useAnswer } from '#renderer/link/use-answer.ts';
import { useFailedDevices } from '#renderer/link/use-rollout.ts';
import { conditionOfDevices } from '#renderer/words/paths.ts';

/** The fields of a new deployment that a person may change here. */
type NewHead = Pick<DeploymentDraft, 'id' | 'priority' | 'targetCondition'>;

/** Of a rollout: those that bring modules. */
export function canBeRolledOut({ type }: DeploymentRow): boolean {
  return type === 'base' || type === 'layer';
}

/** `line-v2` → `line-v3`, `press` → `press-2`: the next that is free. */
export function nextId(id: string, taken: (id: string) => boolean): string {
  const [, stem = id, number] = /^(.*?)(\d+)$/.exec(id) ?? [];
  const base = number === undefined ? `${id}-` : stem;
  for (let next = number === undefined ? 2 : Number(number) + 1; ; next += 1)
    if (!taken(`${base}${next}`)) return `${base}${next}`;
}

/** What the hub is asked about; null: there is nothing to ask about yet, and `reason` says why. */
export interface Source {
  readonly chosen: string | null;
  readonly isCopy: boolean;
  /** So many failed in the rollout of what is copied, and it is for them alone; null: for whom it was. */
  readonly failed: number | null;
  readonly head: NewHead | null;
  readonly setHead: (head: NewHead) => void;
  readonly deployment: RolloutRequest['deployment'] | null;
  readonly problem: string | null;
}

export function useRolloutSource(written: DeploymentDraft | null): Source {
  const search = new URLSearchParams(useSearch());
  const chosen = search.get('deployment');
  const isForFailed = search.has('failed');
  const failed = useFailedDevices(isForFailed ? chosen : null);
  const deployments = useProjection((state) => state.deployments);
  const rollouts = useProjection((state) => state.rollouts);
  const client = useHub((state) => state.client);
  const row = chosen === null ? undefined : deployments.get(chosen)?.row;
  const isCopy = row !== undefined && (row.targetedCount > 0 || rollouts.has(row.id));
  const ask = useMemo(
    () => (client !== null && chosen !== null && isCopy ? () => client.deployment.query({ id: chosen }) : null),
    [client, chosen, isCopy],
  );
  const { value: copied, problem } = useAnswer(ask, null);
  const targetCondition = isForFailed ? failedCondition(failed.deviceIds) : (row?.targetCondition ?? null);
  const of = isForFailed ? `failed ${chosen}` : chosen;
  const [typed, setTyped] = useState<{ readonly of: string | null; readonly head: NewHead } | null>(null);
  const origin: DeploymentDraft | null =
    written ??
    (row === undefined || !isCopy || copied === undefined || copied.id !== row.id || targetCondition === null
      ? null
      : {
          id: nextId(row.id, (id) => deployments.has(id)),
          priority: row.priority + 1,
          targetCondition,
          labels: copied.labels,
          content: copied.content,
        });
  const head = origin === null ? null : typed?.of === of ? typed.head : headOf(origin);
  const deployment = useMemo(
    () => (origin === null || head === null ? (isCopy ? null : (row?.id ?? null)) : { ...origin, ...head }),
    // The parts of both, for they are made anew at every rendering.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
    [origin?.content, head?.id, head?.priority, head?.targetCondition, isCopy, row?.id],
  );
  return {
    chosen,
    isCopy,
    failed: isForFailed ? (failed.deviceIds?.length ?? null) : null,
    head,
    setHead: (next) => setTyped({ of, head: next }),
    deployment,
    problem: problem ?? failed.problem,
  };
}

/** Null: it is not known yet. */
function failedCondition(deviceIds: readonly string[] | undefined): string | null {
  return deviceIds === undefined ? null : conditionOfDevices(deviceIds);
}

function headOf({ id, priority, targetCondition }: DeploymentDraft): NewHead {
  return { id, priority, targetCondition };
}
