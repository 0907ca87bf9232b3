// One deployment: what it says, how its devices stand and why not, where it stands among the others, and what can be done with it.
import '#renderer/look/deployments.css';
import { IconCopyPlus, IconDownload, IconPencil, IconRocket, IconTrash } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import type { DeploymentDetail } from '#contract/console-deployments.ts';
import type { DeploymentRow } from '#contract/console-rows.ts';
import { useShortcuts } from '#renderer/keys/shortcuts.ts';
import { useHub } from '#renderer/link/hub-store.ts';
import { useProjection } from '#renderer/link/projection-store.ts';
import { useAnswer } from '#renderer/link/use-answer.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { BackLink } from '#renderer/pieces/back-link.tsx';
import { EmptyView } from '#renderer/pieces/empty-view.tsx';
import { LeftValues } from '#renderer/pieces/left-values.tsx';
import { ProblemView } from '#renderer/pieces/problem-view.tsx';
import { deploymentsPath, newRolloutPath, nextVersionPath, rolloutPath } from '#renderer/words/paths.ts';
import { safeText } from '#renderer/words/safe-text.ts';
import { DeploymentChange } from './deployment-change.tsx';
import { DeploymentContent } from './deployment-content.tsx';
import { DeploymentDelete } from './deployment-delete.tsx';
import { DeploymentDevices } from './deployment-devices.tsx';
import { DeploymentExport } from './deployment-export.tsx';
import { DeploymentFacts } from './deployment-facts.tsx';
import { TypeMark } from './deployment-marks.tsx';
import { DeploymentNumbers } from './deployment-numbers.tsx';
import { DeploymentStack } from './deployment-stack.tsx';

export function DeploymentView({ deploymentId }: { readonly deploymentId: string }) {
  const row = useProjection((state) => state.deployments.get(deploymentId)?.row);
  const isComplete = useProjection((state) => state.isComplete);
  if (row !== undefined) return <Shown row={row} />;
  if (!isComplete) return <p className="dimmed">Reading the deployments …</p>;
  return (
    <>
      <BackLink path={deploymentsPath} word="Deployments" />
      <EmptyView isScreen title={`There is no deployment ${safeText(deploymentId)}`}>
        It was deleted, or never made here. Devices keep what they were given by it only as long as nothing else
        applies.
        <LeftValues configurationId={deploymentId} />
      </EmptyView>
    </>
  );
}

type Question = 'change' | 'delete' | 'export';

function Shown({ row }: { readonly row: DeploymentRow }) {
  const { id, priority, targetCondition } = row;
  const client = useHub((state) => state.client);
  const [revision, setRevision] = useState(0);
  const [question, setQuestion] = useState<Question | null>(null);
  const [, navigate] = useLocation();
  const hasRollout = useProjection((state) => state.rollouts.has(id));
  const close = () => setQuestion(null);
  // Asked again where its row tells that somebody changed it.
  const read = `${priority} ${targetCondition}`;
  const ask = useMemo(
    () => client && (() => client.deployment.query({ id }, { context: { read } })),
    [client, id, read],
  );
  const { value: detail, problem } = useAnswer(ask, revision);
  const rollout = hasRollout ? rolloutPath(id) : `${newRolloutPath}?deployment=${encodeURIComponent(id)}`;
  useShortcuts([
    { keys: 'e', word: 'Change priority, target or labels', run: () => setQuestion('change') },
    { keys: 'v', word: 'New version from this', run: () => navigate(nextVersionPath(id)) },
    { keys: 'Delete', word: 'Delete', run: () => setQuestion('delete') },
  ]);
  const isEdge = row.healthyCount !== null;
  return (
    <>
      <BackLink path={deploymentsPath} word="Deployments" />
      <div className="screen-head under-back">
        <h1 className="break">{safeText(id)}</h1>
        <TypeMark type={row.type} />
      </div>
      <div className="deployment-acts">
        {isEdge && (
          <Act leftSection={<IconRocket size={18} aria-hidden />} onClick={() => navigate(rollout)}>
            {hasRollout ? 'Its rollout' : 'Start a rollout …'}
          </Act>
        )}
        <Act
          variant="default"
          leftSection={<IconCopyPlus size={18} aria-hidden />}
          onClick={() => navigate(nextVersionPath(id))}
        >
          New version from this
        </Act>
        <Act
          variant="default"
          disabled={detail === undefined}
          leftSection={<IconPencil size={18} aria-hidden />}
          onClick={() => setQuestion('change')}
        >
          Change …
        </Act>
        <Act
          variant="default"
          leftSection={<IconDownload size={18} aria-hidden />}
          onClick={() => setQuestion('export')}
        >
          Export …
        </Act>
        <Act
          variant="outline"
          color="red"
          disabled={detail === undefined}
          leftSection={<IconTrash size={18} aria-hidden />}
          onClick={() => setQuestion('delete')}
        >
          Delete …
        </Act>
      </div>
      {problem !== null && <ProblemView text={problem} where={id} />}
      <DeploymentNumbers row={row} metrics={detail?.metrics ?? []} />
      {detail !== undefined && <Sections row={row} detail={detail} onChanged={() => setRevision(revision + 1)} />}
      <LeftValues configurationId={id} />
      {question === 'export' && <DeploymentExport id={id} onClose={close} />}
      {question === 'change' && detail !== undefined && (
        <DeploymentChange detail={detail} onClose={close} onChanged={() => setRevision(revision + 1)} />
      )}
      {question === 'delete' && detail !== undefined && (
        <DeploymentDelete detail={detail} onClose={close} onDeleted={() => navigate(deploymentsPath)} />
      )}
    </>
  );
}

function Sections(props: {
  readonly row: DeploymentRow;
  readonly detail: DeploymentDetail;
  readonly onChanged: () => void;
}) {
  const { row, detail } = props;
  return (
    <>
      <h2 className="section">What it is</h2>
      <DeploymentFacts detail={detail} onChanged={props.onChanged} />
      <h2 className="section">What it gives</h2>
      <DeploymentContent kind={detail.kind} content={detail.content} />
      <h2 className="section">Its devices</h2>
      <DeploymentDevices row={row} kind={detail.kind} />
      {detail.kind === 'edge' && <DeploymentStack row={row} />}
    </>
  );
}
