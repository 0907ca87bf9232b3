// How fast a rollout goes: when it begins, how many at once, who stays up, how often it tries, and who says "now".
import { Checkbox, NativeSelect, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import type { GroupRow } from '#contract/console-rollouts.ts';
import type { DisruptionBudget, RolloutPolicy } from '#domain/rollouts/rollout-policy.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { NumberField } from '#renderer/pieces/number-field.tsx';
import { safeText } from '#renderer/words/safe-text.ts';
import { type PolicyProblem, problemAt } from './rollout-policy-draft.ts';

const minuteMs = 60_000;

interface PaceEditorProps {
  readonly policy: RolloutPolicy;
  readonly groups: readonly GroupRow[];
  readonly problems: readonly PolicyProblem[];
  readonly onChange: (policy: RolloutPolicy) => void;
}

export function PaceEditor(props: PaceEditorProps) {
  const { policy, problems } = props;
  const change = (part: Partial<RolloutPolicy>) => props.onChange({ ...policy, ...part });
  return (
    <>
      <div className="field-row">
        <TextInput
          type="datetime-local"
          label="Begins (empty: at once)"
          size="md"
          w={240}
          value={policy.startsAtMs === null ? '' : localText(policy.startsAtMs)}
          error={problemAt(problems, 'startsAtMs')}
          onChange={(event) => change({ startsAtMs: momentOf(event.currentTarget.value) })}
        />
        <NumberField
          label="At once (0: all of a wave)"
          unit="devices"
          width={210}
          value={policy.concurrency ?? 0}
          error={problemAt(problems, 'concurrency')}
          onChange={(concurrency) => change({ concurrency: concurrency === 0 ? null : concurrency })}
        />
        <NumberField
          label="Further attempts"
          value={policy.retries}
          error={problemAt(problems, 'retries')}
          onChange={(retries) => change({ retries })}
        />
        <NumberField
          label="Must run well for"
          unit="s"
          value={policy.settleMs / 1_000}
          error={problemAt(problems, 'settleMs')}
          onChange={(seconds) => change({ settleMs: Math.round(seconds * 1_000) })}
        />
        <NumberField
          label="A step may stand still for"
          unit="min"
          width={210}
          value={policy.stepLimitMs / minuteMs}
          error={problemAt(problems, 'stepLimitMs')}
          onChange={(minutes) => change({ stepLimitMs: Math.round(minutes * minuteMs) })}
        />
      </div>
      <Checkbox
        className="field-check"
        label="Each device waits for a person’s “now” before it stops anything"
        checked={policy.needsPersonToSwitch}
        onChange={(event) => change({ needsPersonToSwitch: event.currentTarget.checked })}
      />
      <TargetsFields {...props} />
      <BudgetFields {...props} />
    </>
  );
}

function TargetsFields({ policy, problems, onChange }: PaceEditorProps) {
  const { targets } = policy;
  return (
    <div className="field-row">
      <NativeSelect
        label="Devices that match later"
        size="md"
        w={260}
        value={targets.kind}
        data={[
          { value: 'fixed', label: 'do not get it (fixed set)' },
          { value: 'growing', label: 'join (growing set)' },
        ]}
        onChange={(event) =>
          onChange({
            ...policy,
            targets: event.currentTarget.value === 'fixed' ? { kind: 'fixed' } : { kind: 'growing', maxDevices: null },
          })
        }
      />
      {targets.kind === 'growing' && (
        <NumberField
          label="Up to (0: without end)"
          unit="devices"
          width={200}
          value={targets.maxDevices ?? 0}
          error={problemAt(problems, 'targets.maxDevices')}
          onChange={(most) =>
            onChange({ ...policy, targets: { kind: 'growing', maxDevices: most === 0 ? null : most } })
          }
        />
      )}
    </div>
  );
}

function BudgetFields({ policy, groups, problems, onChange }: PaceEditorProps) {
  const { budgets } = policy;
  const [first] = groups;
  const change = (changed: readonly DisruptionBudget[]) => onChange({ ...policy, budgets: changed });
  return (
    <>
      {budgets.map((budget, index) => (
        <div key={index} className="field-row">
          <NativeSelect
            label="Of group"
            size="md"
            w={220}
            value={budget.groupId}
            error={problemAt(problems, `budgets[${index}].groupId`)}
            data={groups.map(({ id }) => ({ value: id, label: safeText(id) }))}
            onChange={(event) => change(budgets.with(index, { ...budget, groupId: event.currentTarget.value }))}
          />
          <NumberField
            label="stay up ≥"
            unit="devices"
            value={budget.atLeastUp}
            error={problemAt(problems, `budgets[${index}].atLeastUp`)}
            onChange={(atLeastUp) => change(budgets.with(index, { ...budget, atLeastUp }))}
          />
          <Act
            variant="subtle"
            color="gray"
            aria-label={`Remove budget ${index + 1}`}
            onClick={() => change(budgets.toSpliced(index, 1))}
          >
            <IconX size={18} aria-hidden />
          </Act>
        </div>
      ))}
      {first === undefined ? (
        <p className="dimmed">With groups, a number of devices of each can be kept up at all times.</p>
      ) : (
        <Act
          variant="default"
          leftSection={<IconPlus size={18} aria-hidden />}
          onClick={() => change([...budgets, { groupId: first.id, atLeastUp: 1 }])}
        >
          Keep some of a group up
        </Act>
      )}
    </>
  );
}

/** As the field wants it: the wall time of this machine. */
function localText(atMs: number): string {
  const at = new Date(atMs - new Date(atMs).getTimezoneOffset() * minuteMs);
  return at.toISOString().slice(0, 16);
}

function momentOf(text: string): number | null {
  const atMs = new Date(text).getTime();
  return text === '' || Number.isNaN(atMs) ? null : atMs;
}
