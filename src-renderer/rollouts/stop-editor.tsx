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
              w={400}
              value={stop.action.kind}
              data={[
                { value: 'pause', label: 'it pauses' },
                { value: 'roll-back', label: 'it goes back to the next lower deployment' },
                { value: 'roll-back-to-last-good', label: 'it goes back to what each device ran before' },
                { value: 'roll-back-to', label: 'it goes back to an earlier content' },
              ]}
              onChange={(event) => onChange({ ...stop, action: actionOf(event.currentTarget.value, props.earlier) })}
            />
            {(stop.action.kind === 'roll-back' || stop.action.kind === 'roll-back-to-last-good') && (
              <WithoutBase action={stop.action} onChange={(action) => onChange({ ...stop, action })} />
            )}
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

type Back = Extract<StopRule['action'], { readonly kind: 'roll-back' | 'roll-back-to-last-good' }>;

const withoutBase = [
  { value: 'keep', label: 'keeps what it runs' },
  { value: 'last-good', label: 'goes to its last good revision' },
  { value: 'empty', label: 'gets an empty base' },
] as const;

/** Offered where it is chosen, for then there is still time. */
function WithoutBase({ action, onChange }: { readonly action: Back; readonly onChange: (action: Back) => void }) {
  const isLastGood = action.kind === 'roll-back-to-last-good';
  return (
    <NativeSelect
      label={isLastGood ? 'A device with neither that nor a lower base' : 'A device that no lower base is left for'}
      size="md"
      w={320}
      value={action.withoutBase ?? 'keep'}
      data={withoutBase.filter(({ value }) => !isLastGood || value !== 'last-good')}
      onChange={(event) => {
        const chosen = withoutBase.find(({ value }) => value === event.currentTarget.value)?.value ?? 'keep';
        if (action.kind === 'roll-back') onChange({ kind: 'roll-back', withoutBase: chosen });
        else onChange({ kind: action.kind, withoutBase: chosen === 'empty' ? chosen : 'keep' });
      }}
    />
  );
}

function actionOf(kind: string, earlier: readonly string[]): StopRule['action'] {
  if (kind === 'roll-back') return { kind, withoutBase: 'last-good' };
  if (kind === 'roll-back-to-last-good') return { kind, withoutBase: 'keep' };
  if (kind === 'roll-back-to') return { kind, deploymentId: (earlier[0] ?? '') as DeploymentId };
  return { kind: 'pause' };
}
