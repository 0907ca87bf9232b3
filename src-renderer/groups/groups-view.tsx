// Groups of devices: lists that stay as they are, conditions that grow and shrink by themselves, and the quality rings in their order.
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import type { GroupRow } from '#contract/console-rollouts.ts';
import '../look/rollouts.css';
import { Act } from '../pieces/act.tsx';
import { BackLink } from '../pieces/back-link.tsx';
import { ConfirmDialog } from '../pieces/confirm-dialog.tsx';
import { EmptyView } from '../pieces/empty-view.tsx';
import { GroupDialog } from './group-dialog.tsx';
import { useGroupDraft } from '../link/group-draft-store.ts';
import { GroupTable } from './group-table.tsx';
import { useHub } from '../link/hub-store.ts';
import { rolloutsPath } from '../words/paths.ts';
import { ProblemView } from '../pieces/problem-view.tsx';
import { RingList } from './ring-list.tsx';
import { safeText } from '../words/safe-text.ts';
import { useShortcuts } from '../keys/shortcuts.ts';
import { useGroupRows } from '../link/use-groups.ts';

type Question =
  | { readonly kind: 'edit'; readonly group: GroupRow | null }
  | { readonly kind: 'delete'; readonly group: GroupRow };

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
      <BackLink path={rolloutsPath} word="Rollouts" />
      <div className="screen-head under-back">
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
            onEdit={(group) => setQuestion({ kind: 'edit', group })}
            onDelete={(group) => setQuestion({ kind: 'delete', group })}
          />
        </>
      )}
      {question?.kind === 'edit' && (
        <GroupDialog group={question.group} groups={groups ?? []} deviceIds={handed} onClose={close} />
      )}
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
