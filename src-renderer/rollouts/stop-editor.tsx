// What stops a rollout by itself, and what then happens.
import { Checkbox, NativeSelect } from '@mantine/core';
import type { DeploymentId } from '#base/ids.ts';
import type { StopRule } from '#domain/rollouts/rollout-policy.ts';
import { NumberField } from '#renderer/pieces/number-field.tsx';
import { stopInWords } from '#renderer/words/rollout-policy-words.ts';
import { safeText } from '#renderer/words/safe-text.ts';
import { firstPolicy, type PolicyProblem, problemAt } from './rollout-policy-draft.ts';

export function StopEditor(props: {
  readonly stop: StopRule | null;
  /** That can stand in its place. */
  readonly earlier: readonly string[];
  readonly problems: readonly PolicyProblem[];
  readonly onChange: (stop: StopRule | null) => void;
}) {
  const { stop, problems, onChange } = props;
  return (
    <>
      <Checkbox
        className="field-check"
        label="It stops itself when too many devices fail"
        checked={stop !== null}
        onChange={(event) => onChange(event.currentTarget.checked ? firstPolicy.stop : null)}
      />
      {stop !== null && (
        <>
          <div className="field-row">
            <NativeSelect
              label="Failure is"
              size="md"
              w={170}
              value={stop.comparison}
              data={['>', '≥']}
              onChange={(event) => onChange({ ...stop, comparison: event.currentTarget.value === '>' ? '>' : '≥' })}
            />
            <NumberField
              label="of the devices tried"
              unit="%"
              value={stop.percent}
              error={problemAt(problems, 'stop.percent')}
              onChange={(percent) => onChange({ ...stop, percent })}
            />
            <NumberField
              label="and is ≥"
              unit="devices"
              value={stop.atLeastFailed}
              error={problemAt(problems, 'stop.atLeastFailed')}
              onChange={(atLeastFailed) => onChange({ ...stop, atLeastFailed })}
            />
            <NativeSelect
              label="Then"
              size="md"
              w={320}
              value={stop.action.kind}
              data={[
                { value: 'pause', label: 'it pauses' },
                { value: 'roll-back', label: 'it is rolled back' },
                { value: 'roll-back-to', label: 'it is rolled back to an earlier content' },
              ]}
              onChange={(event) => onChange({ ...stop, action: actionOf(event.currentTarget.value, props.earlier) })}
            />
            {stop.action.kind === 'roll-back-to' && (
              <NativeSelect
                label="The earlier deployment"
                size="md"
                w={220}
                value={stop.action.deploymentId}
                error={problemAt(problems, 'stop.action.deploymentId')}
                data={['', ...props.earlier].map((id) => ({
                  value: id,
                  label: id === '' ? '– choose –' : safeText(id),
                }))}
                onChange={(event) =>
                  onChange({
                    ...stop,
                    action: { kind: 'roll-back-to', deploymentId: event.currentTarget.value as DeploymentId },
                  })
                }
              />
            )}
          </div>
          <p className="dimmed">{stopInWords(stop)}</p>
        </>
      )}
    </>
  );
}

function actionOf(kind: string, earlier: readonly string[]): StopRule['action'] {
  if (kind === 'roll-back') return { kind };
  if (kind === 'roll-back-to') return { kind, deploymentId: (earlier[0] ?? '') as DeploymentId };
  return { kind: 'pause' };
}
