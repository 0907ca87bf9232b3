// Before a deployment for a group is written: whom it will be for, and whether that stays or grows.
import { useMemo } from 'react';
import { useLocation } from 'wouter';
import type { GroupRow } from '#contract/console-rollouts.ts';
import { useHub } from '#renderer/link/hub-store.ts';
import { useAnswer } from '#renderer/link/use-answer.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { DeployStart, useDeployStart } from '#renderer/pieces/deploy-start.tsx';
import { DialogView } from '#renderer/pieces/dialog-view.tsx';
import { ProblemView } from '#renderer/pieces/problem-view.tsx';
import { groupCondition } from '#renderer/words/group-words.ts';
import { devicesInWords } from '#renderer/words/rollout-words.ts';
import { safeText } from '#renderer/words/safe-text.ts';

/** Whoever matches is asked for their names only to choose between a base and a layer. */
const mostLookedAt = 200;

export function GroupDeployDialog({ group, onClose }: { readonly group: GroupRow; readonly onClose: () => void }) {
  const client = useHub((state) => state.client);
  const [, navigate] = useLocation();
  const condition = groupCondition(group);
  const isStatic = group.condition === null;
  const ask = useMemo(
    () =>
      client === null || isStatic || condition === null
        ? null
        : () => client.matchesOf.query({ condition, limit: mostLookedAt }),
    [client, condition, isStatic],
  );
  const { value: matched, problem } = useAnswer(ask, 0);
  const found = matched?.ok === true && matched.of === 'devices' ? matched : null;
  const members = isStatic ? (group.deviceIds ?? []) : (found?.deviceIds ?? []);
  const start = useDeployStart(members);
  const title = `Deploy to group ${safeText(group.id)}`;
  if (condition === null)
    return (
      <DialogView title={title} onClose={onClose}>
        <p>
          {members.length === 0
            ? 'Nobody is in this group: change it first, and name its devices.'
            : `A deployment reaches devices by a condition, and ${devicesInWords(members.length)} are too many to name in one: give them a tag in the list of devices, and deploy to the tag, or let a wave of a rollout name this group.`}
        </p>
        <div className="dialog-acts">
          <Act onClick={onClose}>Close</Act>
        </div>
      </DialogView>
    );
  return (
    <DialogView title={title} onClose={onClose}>
      <p>
        {isStatic
          ? `It will be for the ${devicesInWords(members.length)} that the list names now, and for nobody else: who is added to the group later is not given it.`
          : `It will be for whoever matches the condition of the group${found === null ? '' : `, ${devicesInWords(found.count)} now`}: devices come and go by themselves. A group whose condition is changed later does not change the deployment.`}
      </p>
      {problem !== null && <ProblemView text={problem} where={title} />}
      <code className="code">{safeText(condition)}</code>
      <DeployStart {...start} />
      <div className="dialog-acts">
        <Act variant="default" onClick={onClose}>
          Cancel
        </Act>
        <Act onClick={() => navigate(start.pathFor(condition))}>Write the deployment</Act>
      </div>
    </DialogView>
  );
}
