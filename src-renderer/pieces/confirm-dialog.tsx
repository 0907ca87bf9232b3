// A question before something that cannot simply be taken back. It says what it will hit, with names and numbers, and asks for
// the more care the more is lost: a click, a click below the names of all that is hit, or the name typed.
import { TextInput } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useAction } from '#renderer/link/use-action.ts';
import { safeText } from '#renderer/words/safe-text.ts';
import { Act } from './act.tsx';
import { DialogView } from './dialog-view.tsx';
import { ProblemView } from './problem-view.tsx';

/** What is hit: the first of them by name, and how many there are in all. */
interface Hit {
  /** `device`, `deployment`; more than one gets an s. */
  readonly noun: string;
  readonly names: readonly string[];
  /** Usual: as many as there are names. */
  readonly count?: number;
}

export type Danger =
  /** It can be taken back, or costs little. */
  | { readonly grade: 'plain' }
  /** Others are hit by it: all of them are named. */
  | { readonly grade: 'named'; readonly hits: readonly Hit[] }
  /** It is gone for good: its name has to be typed. */
  | { readonly grade: 'typed'; readonly hits: readonly Hit[]; readonly name: string };

const mostNames = 12;

export function ConfirmDialog(props: {
  /** The question: `Delete press-3?` */
  readonly title: string;
  /** The button: what is done, never OK. */
  readonly act: string;
  readonly keep?: string;
  readonly danger: Danger;
  /** What comes of it, in words. */
  readonly children?: ReactNode;
  /** When it went well the dialog closes; when it fails, the dialog says why and stays. */
  readonly onConfirm: () => Promise<unknown>;
  readonly onClose: () => void;
}) {
  const { danger, onClose } = props;
  const action = useAction();
  const [typed, setTyped] = useState('');
  const isLocked = danger.grade === 'typed' && typed.trim() !== safeText(danger.name);

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (isLocked) return;
    void action.run(props.onConfirm).then((isDone) => isDone && onClose());
  }

  return (
    <DialogView title={props.title} onClose={onClose}>
      <form onSubmit={submit}>
        {props.children}
        {danger.grade !== 'plain' && danger.hits.map((hit) => <HitList key={hit.noun} hit={hit} />)}
        {danger.grade === 'typed' && (
          <TextInput
            label={`To do it, type ${safeText(danger.name)}`}
            size="md"
            value={typed}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
        )}
        {action.problem !== null && <ProblemView text={action.problem} />}
        <div className="dialog-acts">
          <Act variant="default" onClick={onClose}>
            {props.keep ?? 'Cancel'}
          </Act>
          <Act
            type="submit"
            color={danger.grade === 'plain' ? 'blue' : 'red'}
            loading={action.isBusy}
            disabled={isLocked}
          >
            {props.act}
          </Act>
        </div>
      </form>
    </DialogView>
  );
}

function HitList({ hit }: { readonly hit: Hit }) {
  const count = hit.count ?? hit.names.length;
  if (count === 0) return null;
  const shown = hit.names.slice(0, mostNames);
  return (
    <div className="found">
      <p>
        {count} {hit.noun}
        {count === 1 ? '' : 's'}:
      </p>
      <ul className="hit-names">
        {shown.map((name) => (
          <li key={name} className="break">
            {safeText(name)}
          </li>
        ))}
        {count > shown.length && <li>and {count - shown.length} more</li>}
      </ul>
    </div>
  );
}
