// Makes a group or gives it other members: a list of devices, or a condition with who matches it as one types.
import { Radio, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, useMemo, useState } from 'react';
import type { GroupRow } from '#contract/console-rollouts.ts';
import { useHub } from '#renderer/link/hub-store.ts';
import { useProjection } from '#renderer/link/projection-store.ts';
import { useAction } from '#renderer/link/use-action.ts';
import { useAnswer } from '#renderer/link/use-answer.ts';
import { useCalm } from '#renderer/link/use-calm.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { DialogView } from '#renderer/pieces/dialog-view.tsx';
import { ProblemView } from '#renderer/pieces/problem-view.tsx';
import { groupKindWords, idsIn } from '#renderer/words/group-words.ts';
import { devicesInWords } from '#renderer/words/rollout-words.ts';
import { safeText } from '#renderer/words/safe-text.ts';

const askEveryMs = 300;
const mostNamed = 12;

export function GroupDialog(props: {
  /** Null: a new one. */
  readonly group: GroupRow | null;
  readonly groups: readonly GroupRow[];
  /** To begin a new one with. */
  readonly deviceIds: readonly string[] | null;
  readonly onClose: () => void;
}) {
  const { group, onClose } = props;
  const client = useHub((state) => state.client);
  const action = useAction();
  const [id, setId] = useState(group?.id ?? '');
  const isListAtFirst = group === null ? props.deviceIds !== null : group.condition === null;
  const [kind, setKind] = useState<'list' | 'condition'>(isListAtFirst ? 'list' : 'condition');
  const [condition, setCondition] = useState(group?.condition ?? '');
  const [list, setList] = useState((group?.deviceIds ?? props.deviceIds ?? []).join('\n'));
  const deviceIds = useMemo(() => idsIn(list), [list]);
  const isTaken = group === null && props.groups.some((other) => other.id === id);

  function submit(event: FormEvent): void {
    event.preventDefault();
    const members = kind === 'condition' ? { condition } : { deviceIds: [...deviceIds] };
    void action.run(async () => client?.setGroup.mutate({ id, members })).then((isDone) => isDone && onClose());
  }

  return (
    <DialogView title={group === null ? 'New group' : `Change ${safeText(group.id)}`} onClose={onClose}>
      <form onSubmit={submit} className="group-form">
        <TextInput
          label="Name"
          size="md"
          value={id}
          disabled={group !== null}
          autoComplete="off"
          spellCheck={false}
          maxLength={128}
          error={
            isTaken ? `There is a group '${safeText(id)}' already: change that one, or choose another name.` : undefined
          }
          onChange={(event) => setId(event.currentTarget.value)}
        />
        <Radio.Group
          label="Who is in it"
          value={kind}
          onChange={(value) => setKind(value === 'list' ? 'list' : 'condition')}
        >
          <Radio
            className="way"
            value="condition"
            label={`${groupKindWords.dynamic.word}: ${groupKindWords.dynamic.who}`}
            description={groupKindWords.dynamic.meaning}
          />
          <Radio
            className="way"
            value="list"
            label={`${groupKindWords.static.word}: ${groupKindWords.static.who}`}
            description={groupKindWords.static.meaning}
          />
        </Radio.Group>
        {kind === 'condition' ? (
          <>
            <TextInput
              label="Condition"
              size="md"
              classNames={{ input: 'mono' }}
              value={condition}
              placeholder="tags.ring = 'canary'"
              autoComplete="off"
              spellCheck={false}
              onChange={(event) => setCondition(event.currentTarget.value)}
            />
            <LiveMatches condition={condition} />
          </>
        ) : (
          <>
            <Textarea
              label="Device ids, one a line"
              size="md"
              classNames={{ input: 'mono' }}
              rows={8}
              value={list}
              spellCheck={false}
              onChange={(event) => setList(event.currentTarget.value)}
            />
            <ListedDevices deviceIds={deviceIds} />
          </>
        )}
        {action.problem !== null && (
          <ProblemView text={action.problem} where={id === '' ? 'New group' : `Group ${id}`} />
        )}
        <div className="dialog-acts">
          <Act variant="default" onClick={onClose}>
            Cancel
          </Act>
          <Act type="submit" loading={action.isBusy} disabled={id.trim() === '' || isTaken}>
            {group === null ? 'Make the group' : 'Save'}
          </Act>
        </div>
      </form>
    </DialogView>
  );
}

function LiveMatches({ condition }: { readonly condition: string }) {
  const client = useHub((state) => state.client);
  const calm = useCalm(condition, askEveryMs);
  const ask = useMemo(
    () =>
      client === null || calm.trim() === ''
        ? null
        : async () => ({ of: calm, answer: await client.matchesOf.query({ condition: calm, limit: mostNamed }) }),
    [client, calm],
  );
  const { value, problem } = useAnswer(ask, null);
  if (condition.trim() === '') return <p className="dimmed">Who matches is named here as you type.</p>;
  if (problem !== null) return <ProblemView text={problem} where="Condition" />;
  if (value === undefined) return <p className="dimmed">Looking who matches …</p>;
  const { answer } = value;
  if (!answer.ok)
    return (
      <p className="field-problem" aria-live="polite">
        {answer.problems.map(({ message }) => safeText(message)).join(' ')}
      </p>
    );
  if (answer.of !== 'devices') return null;
  const more = answer.count - answer.deviceIds.length;
  return (
    <p className="wave-devices" aria-live="polite" data-matches={answer.count}>
      <b>{devicesInWords(answer.count)} now</b>
      {answer.deviceIds.length > 0 && `: ${answer.deviceIds.map(safeText).join(', ')}`}
      {more > 0 && ` and ${more} more`}
    </p>
  );
}

function ListedDevices({ deviceIds }: { readonly deviceIds: readonly string[] }) {
  const known = useProjection((state) => state.devices);
  const unknown = deviceIds.filter((id) => !known.has(id));
  return (
    <p className={unknown.length > 0 ? 'field-problem' : 'wave-devices'} aria-live="polite">
      {devicesInWords(deviceIds.length)}
      {unknown.length > 0 &&
        `, ${unknown.length} of them not registered: ${unknown.slice(0, 5).map(safeText).join(', ')}${unknown.length > 5 ? ' …' : ''}`}
    </p>
  );
}
