// What a rollout brings, as a person chooses it: a deployment that is there, or the one that was just written.
import { NativeSelect, TextInput } from '@mantine/core';
import { useMemo } from 'react';
import { Link, useLocation } from 'wouter';
import type { DeploymentDraft } from '#renderer/link/deployment-draft-store.ts';
import { useProjection } from '#renderer/link/projection-store.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { NumberField } from '#renderer/pieces/number-field.tsx';
import { ProblemView } from '#renderer/pieces/problem-view.tsx';
import { deploymentsPath, newRolloutPath } from '#renderer/words/paths.ts';
import { devicesInWords } from '#renderer/words/rollout-words.ts';
import { safeText } from '#renderer/words/safe-text.ts';
import { canBeRolledOut, type Source } from './rollout-source.ts';

export function SourceFields({
  source,
  written,
}: {
  readonly source: Source;
  readonly written: DeploymentDraft | null;
}) {
  const [, navigate] = useLocation();
  return (
    <>
      {written === null ? (
        <Chosen source={source} />
      ) : (
        <p>
          The deployment that you wrote, <b className="break">{safeText(written.id)}</b>. It is made when the rollout
          starts.{' '}
          <Act variant="subtle" onClick={() => navigate(newRolloutPath)}>
            Choose another
          </Act>
        </p>
      )}
      {source.problem !== null && <ProblemView text={source.problem} where={source.chosen ?? ''} />}
      {source.head !== null && <HeadFields source={source} head={source.head} />}
    </>
  );
}

function Chosen({ source }: { readonly source: Source }) {
  const deployments = useProjection((state) => state.deployments);
  const [, navigate] = useLocation();
  const rows = useMemo(
    () =>
      [...deployments.values()]
        .map(({ row }) => row)
        .filter(canBeRolledOut)
        .sort((left, right) => right.createdAtMs - left.createdAtMs),
    [deployments],
  );
  if (rows.length === 0)
    return (
      <p>
        There is no deployment of modules yet.{' '}
        <Link href={deploymentsPath} className="plain-link">
          Make one
        </Link>
      </p>
    );
  return (
    <>
      <NativeSelect
        label="Deployment"
        size="md"
        w={360}
        value={source.chosen ?? ''}
        data={[
          { value: '', label: '– choose –' },
          ...rows.map(({ id, type, targetedCount }) => ({
            value: id,
            label: `${safeText(id)} (${type}, ${targetedCount === 0 ? 'reached nobody' : `on ${targetedCount}`})`,
          })),
        ]}
        onChange={(event) =>
          navigate(`${newRolloutPath}?${new URLSearchParams({ deployment: event.currentTarget.value }).toString()}`)
        }
      />
      {source.isCopy && (
        <p className="dimmed">
          {source.failed === null
            ? `${safeText(source.chosen ?? '')} is on devices already: its content goes out as a new deployment, which ranks above it.`
            : `The content of ${safeText(source.chosen ?? '')} goes out again as a new deployment, for the ${devicesInWords(source.failed)} that failed in its rollout.`}
        </p>
      )}
    </>
  );
}

function HeadFields({ source, head }: { readonly source: Source; readonly head: NonNullable<Source['head']> }) {
  return (
    <div className="field-row">
      <TextInput
        label="New deployment"
        size="md"
        w={240}
        value={head.id}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => source.setHead({ ...head, id: event.currentTarget.value })}
      />
      <NumberField
        label="Priority"
        value={head.priority}
        onChange={(priority) => source.setHead({ ...head, priority })}
      />
      <TextInput
        label="Target condition"
        size="md"
        className="field-wide"
        classNames={{ input: 'mono' }}
        value={head.targetCondition}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => source.setHead({ ...head, targetCondition: event.currentTarget.value })}
      />
    </div>
  );
}
