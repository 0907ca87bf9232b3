// Before a deployment goes: what that does to devices, as the hub foresees it. Where modules would be stopped or devices left without
// a base, its name has to be typed.
import { useMemo } from 'react';
import type { DeploymentDetail } from '#contract/console-deployments.ts';
import type { PreviewGroup } from '#contract/preview-view.ts';
import { useHub } from '#renderer/link/hub-store.ts';
import { ConfirmDialog, type Danger } from '#renderer/pieces/confirm-dialog.tsx';
import { safeText } from '#renderer/words/safe-text.ts';
import { type Changes, devicesInterrupted, type Effect, EffectView, useEffectOn } from './effect-view.tsx';

export function DeploymentDelete(props: {
  readonly detail: DeploymentDetail;
  readonly onClose: () => void;
  readonly onDeleted: () => void;
}) {
  const { id, etag, kind, onRemoval } = props.detail;
  const client = useHub((state) => state.client);
  const changes = useMemo<Changes>(() => [{ kind: 'delete', id }], [id]);
  // Asked once: what the dialog says is what the person agrees to.
  const answer = useEffectOn(changes);
  const effect = answer.value?.ok === true ? answer.value : null;
  return (
    <ConfirmDialog
      // The question is graded by the answer: it begins anew when that has come.
      key={effect === null ? 'asking' : 'told'}
      title={`Delete ${safeText(id)}?`}
      act="Delete"
      keep="Keep it"
      danger={dangerOf(id, effect)}
      onConfirm={async () => {
        await client?.deleteDeployment.mutate({ id, etag });
        props.onDeleted();
      }}
      onClose={props.onClose}
    >
      <p>Export it first if you may want it back: its content goes with it. What it did stays in the history.</p>
      {kind !== 'edge' && (
        <p>
          {onRemoval === 'remove'
            ? 'What it wrote and nobody changed since is taken away from the twins.'
            : 'What it wrote stays on the twins, and can be taken away later.'}
        </p>
      )}
      <div className="effect-scroll" role="group" aria-label="What it would do" tabIndex={0}>
        <EffectView answer={answer} subject="Deleting it" />
      </div>
    </ConfirmDialog>
  );
}

/** Until the answer is there the name has to be typed, as for the worst that may come of it. */
function dangerOf(id: string, effect: Effect | null): Danger {
  if (effect === null) return { grade: 'typed', hits: [], name: id };
  const { counts, groups } = effect;
  const interrupted = devicesInterrupted(groups);
  const hits = [
    { noun: 'interrupted device', names: interrupted.ids, count: interrupted.count },
    { noun: 'changed device', names: namesOf(groups), count: counts.changed },
  ].filter(({ count }) => count > 0);
  if (interrupted.count > 0 || counts.becomeUnmanaged > 0) return { grade: 'typed', hits: [], name: id };
  return counts.changed > 0 ? { grade: 'named', hits } : { grade: 'plain' };
}

function namesOf(groups: readonly PreviewGroup[]): readonly string[] {
  return groups.flatMap(({ deviceIds }) => deviceIds);
}
