// Groups of devices: lists that stay as they are, conditions that grow and shrink by themselves, and the quality rings in their order.
import '#renderer/look/rollouts.css';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import type { GroupRow } from '#contract/console-rollouts.ts';
import { useShortcuts } from '#renderer/keys/shortcuts.ts';
import { useGroupDraft } from '#renderer/link/group-draft-store.ts';
import { useHub } from '#renderer/link/hub-store.ts';
import { useGroupRows } from '#renderer/link/use-groups.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { ConfirmDialog } from '#renderer/pieces/confirm-dialog.tsx';
import { EmptyView } from '#renderer/pieces/empty-view.tsx';
import { ProblemView } from '#renderer/pieces/problem-view.tsx';
import { safeText } from '#renderer/words/safe-text.ts';
import { GroupDeployDialog } from './group-deploy-dialog.tsx';
import { GroupDialog } from './group-dialog.tsx';
import { GroupTable } from './group-table.tsx';
import { RingList } from './ring-list.tsx';

type Question =
  | { readonly kind: 'edit'; readonly group: GroupRow | null }
  | { readonly kind: 'deploy' | 'delete'; readonly group: GroupRow };

export function GroupsView() {
  const client = useHub((state) => state.client);
  const { value: groups, problem } = useGroupRows();
  const handed = useGroupDraft((state) => state.deviceIds);
  const [question, setQuestion] = useState<Question | null>(handed === null ? null : { kind: 'edit', group: null });
  const add = () => setQuestion({ kind: 'edit', group: null });
  const close = () => {
    useGroupDraft.setState({ deviceIds: null });
    setQuestion(null);
  };
  useShortcuts([{ keys: 'n', word: 'New group', run: add }]);
  return (
    <>
      <div className="screen-head">
        <h1>Groups and rings</h1>
        {groups !== undefined && groups.length > 0 && (
          <Act leftSection={<IconPlus size={18} aria-hidden />} onClick={add}>
            New group
          </Act>
        )}
      </div>
      {problem !== null && <ProblemView text={problem} where="Groups" />}
      {groups === undefined && problem === null && <p className="dimmed">Reading the groups …</p>}
      {groups?.length === 0 && (
        <EmptyView title="No groups yet">
          <p>
            A group names devices that change together: the canaries, a line, the two gateways of which one must stay
            up. Waves and budgets of rollouts name groups.
          </p>
          <Act leftSection={<IconPlus size={18} aria-hidden />} onClick={add}>
            New group
          </Act>
        </EmptyView>
      )}
      {groups !== undefined && groups.length > 0 && (
        <>
          <RingList groups={groups} />
          <GroupTable
            groups={groups}
            onDeploy={(group) => setQuestion({ kind: 'deploy', group })}
            onEdit={(group) => setQuestion({ kind: 'edit', group })}
            onDelete={(group) => setQuestion({ kind: 'delete', group })}
          />
        </>
      )}
      {question?.kind === 'edit' && (
        <GroupDialog group={question.group} groups={groups ?? []} deviceIds={handed} onClose={close} />
      )}
      {question?.kind === 'deploy' && <GroupDeployDialog group={question.group} onClose={close} />}
      {question?.kind === 'delete' && (
        <ConfirmDialog
          title={`Delete group ${safeText(question.group.id)}?`}
          act="Delete the group"
          keep="Keep it"
          danger={{
            grade: 'named',
            hits: question.group.deviceIds === null ? [] : [{ noun: 'device', names: question.group.deviceIds }],
          }}
          onConfirm={async () => client?.deleteGroup.mutate({ id: question.group.id })}
          onClose={close}
        >
          <p>
            The devices stay as they are and only lose the name of this group
            {question.group.ring === null ? '' : ', which is a ring'}. It is refused while an open rollout names it.
          </p>
        </ConfirmDialog>
      )}
    </>
  );
}
