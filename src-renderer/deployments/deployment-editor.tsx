// A deployment being written: a form and its JSON, both of one document. A mistake in the JSON leaves the form as it was, and says
// where it is; below stands what the deployment would do, and for a device what it would be given.
import { IconCheck, IconRocket } from '@tabler/icons-react';
import { useMemo, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import type { JsonObject } from '#base/json.ts';
import { CodeEditor, type CodeEditorHandle } from '#renderer/editors/code-editor.tsx';
import { useShortcuts } from '#renderer/keys/shortcuts.ts';
import { handToRollout, keepDraft } from '#renderer/link/deployment-draft-store.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { NoticeList, type PlacedWords } from '#renderer/pieces/problem-list.tsx';
import { countOf } from '#renderer/words/deployment-words.ts';
import { newRolloutPath } from '#renderer/words/paths.ts';
import { DeploymentApply } from './deployment-apply.tsx';
import { DeploymentForm } from './deployment-form.tsx';
import {
  type DraftReading,
  type PlacedProblem,
  readDraft,
  textOfDocument,
  type WantedDeployment,
} from './deployment-reading.ts';
import { DeviceEffect } from './device-effect.tsx';
import { type Changes, EffectView, useEffectOn } from './effect-view.tsx';
import { LeftOutPasswords } from './left-out-passwords.tsx';

export function DeploymentEditor({ text, origin }: { readonly text: string; readonly origin: string }) {
  const handle = useRef<CodeEditorHandle>(null);
  const reading = useMemo(() => readDraft(text), [text]);
  const document = useLastGood(reading.document);
  const [isApplying, setIsApplying] = useState(false);
  const [, navigate] = useLocation();
  const wanted = useSame(reading.wanted);
  const changes = useMemo<Changes | null>(() => (wanted === null ? null : [creationOf(wanted)]), [wanted]);
  const answer = useEffectOn(changes);
  const refused = answer.value?.ok === false ? answer.value.problems : [];
  const errors = reading.problems.filter(({ severity }) => severity === 'error');
  const canBeMade = wanted !== null && answer.value?.ok === true && !answer.isAsking;
  const effect = answer.value?.ok === true ? answer.value : null;
  const apply = () => canBeMade && setIsApplying(true);
  const rollOut = () => {
    if (wanted === null) return;
    const { id, priority, targetCondition, labels, content } = wanted;
    handToRollout({ id, priority, targetCondition, labels, content });
    navigate(`${newRolloutPath}?draft=1`);
  };
  useShortcuts([
    { keys: 'Ctrl+S', word: 'Save: create the deployment', run: apply },
    { keys: 'Ctrl+Enter', word: 'Create the deployment', run: apply, whileTyping: true },
  ]);
  const lead = ({ at }: PlacedWords) => {
    const found = reading.problems.find((problem) => problem.at === at);
    if (found !== undefined) handle.current?.reveal(found.from, found.to);
  };
  return (
    <>
      {reading.document !== null && (
        <LeftOutPasswords
          document={reading.document}
          from={new URLSearchParams(origin).get('from')}
          onText={(next) => keepDraft(next, origin)}
        />
      )}
      <div className="editor-panes">
        <section aria-label="Form">
          {reading.document === null && (
            <p className="warning">
              The JSON has a mistake: the form shows it as it was before, and waits until it is mended.
            </p>
          )}
          {document !== null && (
            <DeploymentForm
              document={document}
              isWaiting={reading.document === null}
              onChange={(next: JsonObject) => keepDraft(textOfDocument(next), origin)}
            />
          )}
        </section>
        <section aria-label="JSON" className="editor-json-side">
          <CodeEditor
            language="json"
            label="Deployment as JSON"
            className="editor-json"
            value={text}
            onChange={(next) => keepDraft(next, origin)}
            problems={reading.problems}
            handle={handle}
          />
          <div aria-live="polite">
            <NoticeList title={countOf(errors.length, 'mistake')} tone="problem" problems={errors} onPlace={lead} />
            <NoticeList title="Seldom meant" problems={warningsOf(reading)} onPlace={lead} />
            <NoticeList title="The hub would refuse it" tone="problem" problems={refused} />
          </div>
        </section>
      </div>
      <h2 className="section">What it would do</h2>
      {wanted === null ? (
        <p className="dimmed">It is told as soon as nothing is wrong with it.</p>
      ) : (
        <>
          <EffectView answer={answer} subject="This deployment" />
          {changes !== null && effect !== null && <DeviceEffect changes={changes} effect={effect} />}
        </>
      )}
      <div className="editor-foot">
        <FootWords
          mistake={errors[0] ?? refused[0] ?? null}
          mistakes={errors.length + refused.length}
          changed={effect?.counts.changed ?? null}
          {...(errors.length > 0 && { onPlace: lead })}
        />
        {(wanted?.kind ?? 'edge') === 'edge' && (
          <Act
            variant="default"
            disabled={!canBeMade}
            leftSection={<IconRocket size={18} aria-hidden />}
            onClick={rollOut}
          >
            As a rollout, wave by wave …
          </Act>
        )}
        <Act disabled={!canBeMade} leftSection={<IconCheck size={18} aria-hidden />} onClick={apply}>
          Apply at once …
        </Act>
      </div>
      {isApplying && wanted !== null && effect !== null && (
        <DeploymentApply wanted={wanted} effect={effect} onClose={() => setIsApplying(false)} />
      )}
    </>
  );
}

/** What keeps it from being made is told where its buttons are, wherever the page is scrolled to. */
function FootWords(props: {
  readonly mistake: PlacedWords | null;
  readonly mistakes: number;
  readonly changed: number | null;
  readonly onPlace?: (problem: PlacedWords) => void;
}) {
  const { mistake, mistakes, changed, onPlace } = props;
  if (mistake === null)
    return <span role="status">{changed === null ? '' : `${countOf(changed, 'device')} would change.`}</span>;
  const words = `${countOf(mistakes, 'mistake')} to mend.`;
  return (
    <span role="status" className="foot-mistake">
      {words}{' '}
      {onPlace !== undefined && (
        <button type="button" className="link-button" onClick={() => onPlace(mistake)}>
          Show {mistakes === 1 ? 'it' : 'the first'}
        </button>
      )}
    </span>
  );
}

function warningsOf({ problems }: DraftReading): readonly PlacedProblem[] {
  return problems.filter(({ severity }) => severity === 'warning');
}

/** What was read last; a document that cannot be read leaves it. */
function useLastGood(document: JsonObject | null): JsonObject | null {
  const [good, setGood] = useState(document);
  if (document !== null && document !== good) setGood(document);
  return document ?? good;
}

/** The same value as long as it says the same, so that blanks in the text ask the hub nothing. */
function useSame(wanted: WantedDeployment | null): WantedDeployment | null {
  const said = JSON.stringify(wanted);
  return useMemo(() => JSON.parse(said) as WantedDeployment | null, [said]);
}

function creationOf({ kind, ...wanted }: WantedDeployment): Changes[number] {
  return { ...wanted, kind: 'create', deploymentKind: kind };
}
