// Before a deployment is made: whom it hits. It reaches them at once, those that are away when they are back.
import { useLocation } from 'wouter';
import { forgetDraft } from '#renderer/link/deployment-draft-store.ts';
import { useHub } from '#renderer/link/hub-store.ts';
import { ConfirmDialog, type Danger } from '#renderer/pieces/confirm-dialog.tsx';
import { deploymentPath } from '#renderer/words/paths.ts';
import { safeText } from '#renderer/words/safe-text.ts';
import type { WantedDeployment } from './deployment-reading.ts';
import { devicesInterrupted, type Effect, EffectCounts } from './effect-view.tsx';

export function DeploymentApply(props: {
  readonly wanted: WantedDeployment;
  readonly effect: Effect;
  readonly onClose: () => void;
}) {
  const { wanted, effect } = props;
  const client = useHub((state) => state.client);
  const [, navigate] = useLocation();
  return (
    <ConfirmDialog
      title={`Create ${safeText(wanted.id)}?`}
      act="Create and apply"
      danger={dangerOf(effect)}
      onConfirm={async () => {
        if (client === null) throw new Error('The page is not connected to its hub: wait until it is, and try again.');
        await client.createDeployment.mutate(wanted);
        // The address first: the editor would begin anew with what its address asks for.
        navigate(deploymentPath(wanted.id));
        forgetDraft();
      }}
      onClose={props.onClose}
    >
      <EffectCounts counts={effect.counts} subject="It" />
      <p>
        All of them get it at once; those that are away, when they are back. For waves and a way to stop, make it a
        rollout.
      </p>
    </ConfirmDialog>
  );
}

function dangerOf({ counts, groups }: Effect): Danger {
  const interrupted = devicesInterrupted(groups);
  if (interrupted.count > 0) {
    const hit = { noun: 'interrupted device', names: interrupted.ids, count: interrupted.count };
    return { grade: 'named', hits: [hit] };
  }
  if (counts.changed === 0) return { grade: 'plain' };
  return {
    grade: 'named',
    hits: [{ noun: 'device', names: groups.flatMap(({ deviceIds }) => deviceIds), count: counts.changed }],
  };
}
