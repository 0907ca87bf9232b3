// A new deployment: what it begins with, and the draft of before, which is offered and never silently replaced.
import '#renderer/look/deployments.css';
import { useEffect, useMemo } from 'react';
import { useLocation, useSearch } from 'wouter';
import type { HubClient } from '#renderer/link/console-client.ts';
import { forgetDraft, keepDraft, useDeploymentDraft } from '#renderer/link/deployment-draft-store.ts';
import { useHub } from '#renderer/link/hub-store.ts';
import { useLatest } from '#renderer/link/use-latest.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { BackLink } from '#renderer/pieces/back-link.tsx';
import { ProblemView } from '#renderer/pieces/problem-view.tsx';
import { clockTime } from '#renderer/words/age.ts';
import { deploymentsPath, newDeploymentPath } from '#renderer/words/paths.ts';
import { safeText } from '#renderer/words/safe-text.ts';
import { DeploymentEditor } from './deployment-editor.tsx';
import { textOfDocument } from './deployment-reading.ts';
import { templateOf } from './deployment-templates.ts';
import { documentAfter } from './document-after.ts';
import { TemplateGallery } from './template-gallery.tsx';

const emptyDocument = {
  id: '',
  priority: 10,
  targetCondition: '',
  labels: {},
  content: { modulesContent: { $edgeAgent: {} } },
};

export function DeploymentEditorView() {
  const search = useSearch();
  const [, navigate] = useLocation();
  const client = useHub((state) => state.client);
  const draft = useDeploymentDraft();
  const asked = originOf(search);
  const isOther = draft.text !== null && asked !== '' && asked !== draft.origin;
  // What is asked for and not in the way of a draft begins by itself.
  const isWanted = asked !== '' && draft.text === null;
  const ask = useMemo(
    () => (client !== null && isWanted ? () => firstText(client, asked) : null),
    [client, isWanted, asked],
  );
  const first = useLatest(ask);
  useEffect(() => {
    if (isWanted && first.value !== undefined) keepDraft(first.value, asked);
  }, [isWanted, first.value, asked]);

  const startAnew = () => {
    // The address first: what it asked for would begin again otherwise.
    navigate(newDeploymentPath);
    forgetDraft();
  };
  return (
    <>
      <BackLink path={deploymentsPath} word="Deployments" />
      <div className="screen-head under-back">
        <h1>New deployment</h1>
        {draft.text !== null && !isOther && (
          <>
            <span className="dimmed">Draft kept on this computer, {clockTime(draft.changedAtMs)}</span>
            <Act variant="default" onClick={startAnew}>
              Discard it
            </Act>
          </>
        )}
      </div>
      {first.problem !== null && <ProblemView text={first.problem} />}
      {isOther && (
        <section className="surface offer" aria-labelledby="offer-head">
          <h2 id="offer-head">A draft is here already</h2>
          <p>
            It was begun {wordsOf(draft.origin)} and changed last at {clockTime(draft.changedAtMs)}. Starting anew{' '}
            {wordsOf(asked)} discards it.
          </p>
          <div className="deployment-acts">
            <Act onClick={() => navigate(newDeploymentPath)}>Go on with the draft</Act>
            <Act variant="default" onClick={forgetDraft}>
              Discard it and start anew
            </Act>
          </div>
        </section>
      )}
      {draft.text === null && asked === '' && (
        <>
          <p>What does it begin with?</p>
          <TemplateGallery />
          <Act variant="default" onClick={() => keepDraft(textOfDocument(emptyDocument), 'nothing')}>
            Begin with nothing
          </Act>
        </>
      )}
      {draft.text !== null && !isOther && <DeploymentEditor text={draft.text} origin={draft.origin} />}
    </>
  );
}

/** `template=base`, `from=site-base`, `condition=…` alone or with one of them; '' for none. In the address's own writing. */
function originOf(search: string): string {
  const query = new URLSearchParams(search);
  const [template, from, condition] = [query.get('template'), query.get('from'), query.get('condition')];
  const origin = new URLSearchParams();
  if (from !== null) origin.set('from', from);
  else if (template !== null && templateOf(template) !== null) origin.set('template', template);
  if (condition !== null && condition !== '') origin.set('condition', condition);
  return origin.toString();
}

function wordsOf(origin: string): string {
  const query = new URLSearchParams(origin);
  const [template, from, condition] = [templateOf(query.get('template')), query.get('from'), query.get('condition')];
  const begun =
    from !== null ? `from ${safeText(from)}` : template === null ? 'with nothing' : `with “${template.title}”`;
  return condition === null ? begun : `${begun} for ${safeText(condition)}`;
}

async function firstText(client: HubClient, origin: string): Promise<string> {
  const query = new URLSearchParams(origin);
  const [from, condition] = [query.get('from'), query.get('condition')];
  const document =
    from === null ? (templateOf(query.get('template'))?.document ?? emptyDocument) : await documentAfter(client, from);
  return textOfDocument(condition === null ? document : { ...document, targetCondition: condition });
}
