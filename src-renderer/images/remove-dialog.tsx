// Before an image goes: what that hits. One that is named by somebody is removed by typing its name.
import { TextInput } from '@mantine/core';
import { type FormEvent, useMemo, useState } from 'react';
import type { ImageRemovalPlan, ImageRow } from '#contract/console-image-rows.ts';
import { useImages } from '#renderer/link/images-store.ts';
import { useAction } from '#renderer/link/use-action.ts';
import { useAnswer } from '#renderer/link/use-answer.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { DialogView } from '#renderer/pieces/dialog-view.tsx';
import { ProblemView } from '#renderer/pieces/problem-view.tsx';
import { bytesInWords } from '#renderer/words/bytes.ts';
import { imageTitle } from '#renderer/words/image-words.ts';
import { safeText } from '#renderer/words/safe-text.ts';
import { ImageUsersWords } from './image-users.tsx';

export function RemoveDialog(props: {
  readonly row: ImageRow;
  readonly onClose: () => void;
  readonly onRemoved?: () => void;
}) {
  const { row, onClose } = props;
  const api = useImages((state) => state.api);
  const action = useAction();
  const { repository, digest } = row;
  const ask = useMemo(() => api && (() => api.planRemoval({ repository, digest })), [api, repository, digest]);
  // Asked once: what the dialog says is what the person agrees to.
  const { value: plan, problem } = useAnswer(ask, null);

  function submit(event: FormEvent): void {
    event.preventDefault();
    void action.run(async () => {
      await api?.remove({ repository, digest });
      onClose();
      props.onRemoved?.();
    });
  }

  return (
    <DialogView title={`Remove ${imageTitle(row)}?`} onClose={onClose}>
      {plan === undefined && problem === null && <p className="dimmed">Looking who needs it …</p>}
      {problem !== null && <ProblemView text={problem} />}
      {plan !== undefined && (
        <RemovalForm row={row} plan={plan} isBusy={action.isBusy} onSubmit={submit} onClose={onClose} />
      )}
      {action.problem !== null && <ProblemView text={action.problem} />}
    </DialogView>
  );
}

function RemovalForm(props: {
  readonly row: ImageRow;
  readonly plan: ImageRemovalPlan;
  readonly isBusy: boolean;
  readonly onSubmit: (event: FormEvent) => void;
  readonly onClose: () => void;
}) {
  const { plan } = props;
  const [typed, setTyped] = useState('');
  const isUsed = plan.deploymentCount + plan.deviceCount > 0;
  const word = safeText(props.row.name);
  return (
    <form onSubmit={props.onSubmit}>
      {isUsed ? (
        <>
          <p>It is needed:</p>
          <div className="found">
            <ImageUsersWords users={plan} />
          </div>
          <p>
            Devices that have it keep running. One that has yet to pull it, or is set up anew, will not get it from
            here.
          </p>
        </>
      ) : (
        <p>No deployment and no device names it.</p>
      )}
      <p>
        {plan.tags.length > 0 && <>Its names go: {plan.tags.map(safeText).join(', ')}. </>}
        {bytesInWords(plan.freedBytes)} can be freed afterwards, with “Free up”.
      </p>
      {isUsed && (
        <TextInput
          label={`To remove it all the same, type ${word}`}
          size="md"
          value={typed}
          autoComplete="off"
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
      )}
      <div className="dialog-acts">
        <Act variant="default" onClick={props.onClose}>
          Keep it
        </Act>
        <Act type="submit" color="red" loading={props.isBusy} disabled={isUsed && typed.trim() !== word}>
          Remove
        </Act>
      </div>
    </form>
  );
}
