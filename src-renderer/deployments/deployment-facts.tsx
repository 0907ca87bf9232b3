// What a deployment is beside its content: whom it means, how it ranks, its labels, and what becomes of its values in the end.
import { Switch } from '@mantine/core';
import { Link } from 'wouter';
import type { DeploymentDetail } from '#contract/console-deployments.ts';
import { useHub } from '#renderer/link/hub-store.ts';
import { useAction } from '#renderer/link/use-action.ts';
import { ProblemView } from '#renderer/pieces/problem-view.tsx';
import { clockTime } from '#renderer/words/age.ts';
import { typeMeanings } from '#renderer/words/deployment-words.ts';
import { filterPath } from '#renderer/words/device-filter.ts';
import { safeText } from '#renderer/words/safe-text.ts';

export function DeploymentFacts({
  detail,
  onChanged,
}: {
  readonly detail: DeploymentDetail;
  readonly onChanged: () => void;
}) {
  const { type, kind, priority, targetCondition, createdAtMs, updatedAtMs, labels } = detail;
  const entries = Object.entries(labels ?? {});
  return (
    <dl className="facts">
      <div>
        <dt>Type</dt>
        <dd>{typeMeanings[type]}</dd>
      </div>
      <div>
        <dt>Target condition</dt>
        <dd className="mono">
          {targetCondition === '' ? (
            'none: targets nobody'
          ) : kind === 'module' ? (
            safeText(targetCondition)
          ) : (
            <Link href={filterPath({ query: targetCondition })} className="plain-link">
              {safeText(targetCondition)}
            </Link>
          )}
        </dd>
      </div>
      <div>
        <dt>Priority</dt>
        <dd>{priority}. The higher one goes first; of equal ones the newer.</dd>
      </div>
      <div>
        <dt>Made</dt>
        <dd>
          {clockTime(createdAtMs)}
          {updatedAtMs !== createdAtMs && `, changed ${clockTime(updatedAtMs)}`}
        </dd>
      </div>
      <div>
        <dt>Labels</dt>
        <dd>
          {entries.length === 0 && <span className="dimmed">none</span>}
          {entries.map(([name, text]) => (
            <div key={name}>
              {safeText(name)}: {safeText(text)}
            </div>
          ))}
        </dd>
      </div>
      {detail.onRemoval !== null && <Removal id={detail.id} rule={detail.onRemoval} onChanged={onChanged} />}
    </dl>
  );
}

function Removal(props: { readonly id: string; readonly rule: 'leave' | 'remove'; readonly onChanged: () => void }) {
  const client = useHub((state) => state.client);
  const action = useAction();
  const isRemoving = props.rule === 'remove';
  const set = (onRemoval: 'leave' | 'remove') =>
    void action.run(async () => {
      await client?.setOnRemoval.mutate({ id: props.id, onRemoval });
      props.onChanged();
    });
  return (
    <div>
      <dt>When it no longer matches, or is deleted</dt>
      <dd>
        <Switch
          size="md"
          my={6}
          checked={isRemoving}
          disabled={action.isBusy}
          label="Take its values away"
          onChange={(event) => set(event.currentTarget.checked ? 'remove' : 'leave')}
        />
        {isRemoving
          ? 'What it wrote and nobody changed since goes with it.'
          : 'What it wrote stays on the twins, as in IoT Hub, and can be taken away later.'}
        {action.problem !== null && <ProblemView text={action.problem} />}
      </dd>
    </div>
  );
}
