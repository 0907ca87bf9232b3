// Before an image goes: what that hits. One that is named by somebody is removed by typing its name.
import { TextInput } from '@mantine/core';
import { type FormEvent, useMemo, useState } from 'react';
import type { ImageRemovalPlan, ImageRow } from '#contract/console-image-rows.ts';
import { Act } from '../pieces/act.tsx';
import { bytesInWords } from '../words/bytes.ts';
import { DialogView } from '../pieces/dialog-view.tsx';
import { ImageUsersWords } from './image-users.tsx';
import { imageTitle } from '../words/image-words.ts';
import { useImages } from '../link/images-store.ts';
import { ProblemView } from '../pieces/problem-view.tsx';
import { safeText } from '../words/safe-text.ts';
import { useAction } from '../link/use-action.ts';
import { useAnswer } from '../link/use-answer.ts';

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
