// Tags and desired properties of one twin in an editor: what is wrong with the text, what it would change, who else writes there, and
// what to do when somebody changed the twin meanwhile.
import { type RefObject, useMemo, useRef, useState } from 'react';
import type { DeviceTwinView } from '#contract/console-device-page.ts';
import { CodeEditor, type CodeEditorHandle, type TextProblem } from '#renderer/editors/code-editor.tsx';
import { JsonDiff } from '#renderer/editors/json-diff.tsx';
import { useShortcuts } from '#renderer/keys/shortcuts.ts';
import { useHub } from '#renderer/link/hub-store.ts';
import { useAction } from '#renderer/link/use-action.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { ProblemView } from '#renderer/pieces/problem-view.tsx';
import { safeText } from '#renderer/words/safe-text.ts';
import { TwinConflict } from './twin-conflict.tsx';
import { draftText, overwrittenBy, readDraft, twinChanges, twinPatch, withPatch, writtenTwin } from './twin-draft.ts';
import { putAside, useAside } from './twin-drafts.ts';

const mostListed = 8;

export function TwinEditor(props: {
  readonly deviceId: string;
  /** As it was when the person began. */
  readonly base: DeviceTwinView;
  /** As it is now. */
  readonly current: DeviceTwinView;
  readonly text: string;
  readonly onText: (text: string, base?: DeviceTwinView) => void;
  readonly onDropped: () => void;
  /** As it stands after it was written. */
  readonly onWritten: (twin: DeviceTwinView) => void;
  /** It could not be written: somebody else may have been faster. */
  readonly onRefused: () => void;
}) {
  const { deviceId, base, current, text, onText, onDropped, onWritten, onRefused } = props;
  const { moduleId } = base;
  const key = `${deviceId}/${moduleId ?? ''}`;
  const client = useHub((state) => state.client);
  const action = useAction();
  const [said, setSaid] = useState<string | null>(null);
  const editor = useRef<CodeEditorHandle>(null);
  const read = useMemo(() => readDraft(text), [text]);
  const from = writtenTwin(base);
  const changes = read.ok ? twinChanges(from, read.twin) : [];
  const isChanged = text !== draftText(from);
  const hasConflict = isChanged && base.etag !== current.etag;
  const owners = overwrittenBy(changes, current.owned);

  function write(patch: ReturnType<typeof twinPatch>, etag: string): void {
    if (client === null || action.isBusy) return;
    setSaid(null);
    void action
      .run(async () => {
        const written = await client.changeTwin.mutate({ deviceId, moduleId, etag, ...patch });
        onDropped();
        // At once: what is typed next is typed on top of it, and is no change of somebody else's.
        onWritten(written);
        setSaid(`Written: desired is version ${written.desired.version} now.`);
      })
      .then((isWritten) => isWritten || onRefused());
  }

  function apply(): void {
    if (read.ok && changes.length > 0 && !hasConflict) write(twinPatch(from, read.twin), base.etag);
  }

  useShortcuts([
    { keys: 'Ctrl+Enter', word: 'Twin: apply the changes', run: apply },
    { keys: 'Ctrl+S', word: 'Twin: apply the changes', run: apply },
  ]);

  const isMergeable = hasConflict && read.ok;
  return (
    <>
      <h2 className="section">Tags and desired properties</h2>
      <CodeEditor
        label="Tags and desired properties"
        language="json"
        value={text}
        onChange={(next) => {
          setSaid(null);
          onText(next);
        }}
        problems={read.ok ? [] : read.marks}
        describedBy="twin-problems"
        handle={editor}
        className="twin-text"
      />
      <div id="twin-problems" className="twin-problems">
        {!read.ok && <DraftProblems problems={read.problems} marks={read.marks} editor={editor} />}
      </div>
      {hasConflict && (
        <TwinConflict
          base={from}
          theirs={writtenTwin(current)}
          mine={read.ok ? read.twin : null}
          isBusy={action.isBusy}
          onTheirs={() => {
            putAside(key, text);
            onDropped();
          }}
          onMine={() => isMergeable && write(twinPatch(from, read.twin), current.etag)}
          onReadAgain={() =>
            isMergeable && onText(draftText(withPatch(writtenTwin(current), twinPatch(from, read.twin))), current)
          }
        />
      )}
      {!hasConflict && changes.length > 0 && read.ok && (
        <JsonDiff
          before={draftText(from)}
          after={draftText(read.twin)}
          beforeTitle="Now"
          afterTitle="With your changes"
          className="twin-diff"
        />
      )}
      {owners.length > 0 && <Owners owners={owners} />}
      {action.problem !== null && <ProblemView text={action.problem} where={moduleId === null ? deviceId : key} />}
      <div className="twin-acts">
        <Act disabled={!read.ok || changes.length === 0 || hasConflict} loading={action.isBusy} onClick={apply}>
          {changes.length === 0 ? 'Apply' : `Apply ${changes.length} ${changes.length === 1 ? 'change' : 'changes'}`}
        </Act>
        <Act variant="default" disabled={!isChanged} onClick={onDropped}>
          Undo all
        </Act>
        <SetAside draftKey={key} onBack={(kept) => onText(kept, current)} />
        <span className="dimmed">
          <kbd>Ctrl</kbd> <kbd>Enter</kbd> applies · <kbd>Ctrl</kbd> <kbd>F</kbd> searches · <kbd>Tab</kbd> leaves
        </span>
        <span role="status">{said}</span>
      </div>
    </>
  );
}

/** What was given up for somebody else's change. */
function SetAside({ draftKey, onBack }: { readonly draftKey: string; readonly onBack: (text: string) => void }) {
  const aside = useAside(draftKey);
  if (aside === undefined) return null;
  return (
    <Act
      variant="default"
      onClick={() => {
        putAside(draftKey, undefined);
        onBack(aside);
      }}
    >
      Bring my text back
    </Act>
  );
}

function DraftProblems(props: {
  readonly problems: readonly string[];
  readonly marks: readonly TextProblem[];
  readonly editor: RefObject<CodeEditorHandle | null>;
}) {
  const { problems, marks, editor } = props;
  const [first] = marks;
  return (
    <div className="problem" role="status">
      <ul className="twin-faults">
        {problems.slice(0, mostListed).map((problem) => (
          <li key={problem}>{safeText(problem)}</li>
        ))}
        {problems.length > mostListed && <li>and {problems.length - mostListed} more</li>}
      </ul>
      {first !== undefined && (
        <Act variant="subtle" color="red" onClick={() => editor.current?.reveal(first.from, first.to)}>
          Go there
        </Act>
      )}
    </div>
  );
}

function Owners({ owners }: { readonly owners: ReturnType<typeof overwrittenBy> }) {
  return (
    <div className="twin-warning" role="status">
      <strong>Deployments write here too, and will write over it when they are evaluated next:</strong>
      <ul>
        {owners.slice(0, mostListed).map(({ path, writtenBy }) => (
          <li key={`${path} ${writtenBy}`}>
            <span className="mono">{safeText(path)}</span> is of <strong>{safeText(writtenBy)}</strong>
          </li>
        ))}
        {owners.length > mostListed && <li>and {owners.length - mostListed} more</li>}
      </ul>
      To keep your value, change the deployment, or write it with a higher one.
    </div>
  );
}
