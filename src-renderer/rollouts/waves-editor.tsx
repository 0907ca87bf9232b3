// The waves of a policy: who is in each and what must hold before the next opens. The last takes whoever is left.
import { Checkbox, NativeSelect, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import type { GroupRow, RolloutPlan } from '#contract/console-rollouts.ts';
import type { WaveGate, WaveMembers, WavePlan } from '#domain/rollouts/rollout-policy.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { NumberField } from '#renderer/pieces/number-field.tsx';
import { devicesInWords, namesInWords } from '#renderer/words/rollout-words.ts';
import { safeText } from '#renderer/words/safe-text.ts';
import { type PolicyProblem, problemAt, type WavePreset, withWave } from './rollout-policy-draft.ts';

const minuteMs = 60_000;

interface WavesEditorProps {
  readonly waves: readonly WavePlan[];
  readonly groups: readonly GroupRow[];
  readonly presets: readonly WavePreset[];
  readonly problems: readonly PolicyProblem[];
  /** Who would be in each; undefined: not known yet, or nothing can be made of it. */
  readonly planned: RolloutPlan['waves'] | undefined;
  readonly onChange: (waves: readonly WavePlan[]) => void;
}

export function WavesEditor(props: WavesEditorProps) {
  const { waves, presets, problems, onChange } = props;
  const problem = problemAt(problems, 'waves');
  return (
    <>
      <div className="rollout-acts" role="group" aria-label="Usual waves">
        {presets.map((preset) => (
          <Act key={preset.id} variant="default" onClick={() => onChange(preset.waves)}>
            {safeText(preset.word)}
          </Act>
        ))}
      </div>
      {problem !== undefined && <p className="field-problem">{problem}</p>}
      <ol className="waves-editor">
        {waves.map((wave, index) => (
          <li key={index}>
            <WaveFields {...props} wave={wave} index={index} />
          </li>
        ))}
      </ol>
      <Act variant="default" leftSection={<IconPlus size={18} aria-hidden />} onClick={() => onChange(withWave(waves))}>
        Add a wave
      </Act>
    </>
  );
}

function WaveFields(props: WavesEditorProps & { readonly wave: WavePlan; readonly index: number }) {
  const { wave, index, waves, problems, onChange } = props;
  const at = `waves[${index}]`;
  const isLast = index === waves.length - 1;
  const change = (part: Partial<WavePlan>) => onChange(waves.with(index, { ...wave, ...part }));
  const problem = problemAt(problems, at);
  return (
    <fieldset className="wave-fields">
      <legend>
        Wave {index + 1}
        {isLast ? ', the last: whoever is left' : ''}
      </legend>
      <div className="field-row">
        <TextInput
          label="Name"
          size="md"
          w={170}
          value={wave.name}
          autoComplete="off"
          error={problemAt(problems, `${at}.name`)}
          onChange={(event) => change({ name: event.currentTarget.value })}
        />
        <MembersFields {...props} at={at} onMembers={(members) => change({ members })} />
        {waves.length > 1 && (
          <Act
            variant="subtle"
            color="gray"
            aria-label={`Remove wave ${index + 1}`}
            onClick={() => onChange(waves.toSpliced(index, 1))}
          >
            <IconX size={18} aria-hidden />
          </Act>
        )}
      </div>
      {!isLast && (
        <GateFields at={`${at}.gate`} gate={wave.gate} problems={problems} onChange={(gate) => change({ gate })} />
      )}
      {problem !== undefined && <p className="field-problem">{problem}</p>}
      <PlannedDevices planned={props.planned?.[index]} />
    </fieldset>
  );
}

function MembersFields(
  props: WavesEditorProps & {
    readonly wave: WavePlan;
    readonly at: string;
    readonly onMembers: (members: WaveMembers) => void;
  },
) {
  const { groups, problems, onMembers } = props;
  const { members } = props.wave;
  const at = `${props.at}.members`;
  return (
    <>
      <NativeSelect
        label="Who"
        size="md"
        w={240}
        value={members.kind}
        data={[
          { value: 'count', label: 'a number of devices' },
          { value: 'percent', label: 'a share of them' },
          { value: 'group', label: 'a group' },
          { value: 'condition', label: 'a condition' },
          { value: 'rest', label: 'all that are left' },
        ]}
        onChange={(event) => onMembers(membersOf(event.currentTarget.value, groups))}
      />
      {members.kind === 'count' && (
        <NumberField
          label="How many"
          value={members.count}
          error={problemAt(problems, `${at}.count`)}
          onChange={(count) => onMembers({ kind: 'count', count })}
        />
      )}
      {members.kind === 'percent' && (
        <NumberField
          label="Of all, rounded up"
          unit="%"
          value={members.percent}
          error={problemAt(problems, `${at}.percent`)}
          onChange={(percent) => onMembers({ kind: 'percent', percent })}
        />
      )}
      {members.kind === 'group' && (
        <NativeSelect
          label="Group"
          size="md"
          w={190}
          value={members.groupId}
          error={problemAt(problems, `${at}.groupId`)}
          data={[
            ...(groups.some(({ id }) => id === members.groupId)
              ? []
              : [{ value: members.groupId, label: '– choose –' }]),
            ...groups.map(({ id }) => ({ value: id, label: safeText(id) })),
          ]}
          onChange={(event) => onMembers({ kind: 'group', groupId: event.currentTarget.value })}
        />
      )}
      {members.kind === 'condition' && (
        <TextInput
          label="Condition"
          size="md"
          className="field-wide"
          classNames={{ input: 'mono' }}
          value={members.condition}
          autoComplete="off"
          spellCheck={false}
          error={problemAt(problems, `${at}.condition`)}
          onChange={(event) => onMembers({ kind: 'condition', condition: event.currentTarget.value })}
        />
      )}
    </>
  );
}

function membersOf(kind: string, groups: readonly GroupRow[]): WaveMembers {
  switch (kind) {
    case 'count':
      return { kind: 'count', count: 1 };
    case 'percent':
      return { kind: 'percent', percent: 25 };
    case 'group':
      return { kind: 'group', groupId: groups[0]?.id ?? '–' };
    case 'condition':
      return { kind: 'condition', condition: "tags.ring = 'canary'" };
    default:
      return { kind: 'rest' };
  }
}

function GateFields(props: {
  readonly at: string;
  readonly gate: WaveGate;
  readonly problems: readonly PolicyProblem[];
  readonly onChange: (gate: WaveGate) => void;
}) {
  const { at, gate, problems, onChange } = props;
  return (
    <div className="field-row">
      <NumberField
        label="The next opens when ≥"
        unit="% succeeded"
        width={200}
        value={gate.successPercent}
        error={problemAt(problems, `${at}.successPercent`)}
        onChange={(successPercent) => onChange({ ...gate, successPercent })}
      />
      <NumberField
        label="and stayed so for"
        unit="min"
        value={gate.soakMs / minuteMs}
        error={problemAt(problems, `${at}.soakMs`)}
        onChange={(minutes) => onChange({ ...gate, soakMs: Math.round(minutes * minuteMs) })}
      />
      <Checkbox
        className="field-check"
        label="and a person opens it"
        checked={gate.needsPerson}
        onChange={(event) => onChange({ ...gate, needsPerson: event.currentTarget.checked })}
      />
    </div>
  );
}

function PlannedDevices({ planned }: { readonly planned: RolloutPlan['waves'][number] | undefined }) {
  if (planned === undefined) return null;
  const names = namesInWords(planned.deviceIds.map(safeText), { of: planned.devices, most: 12 });
  return (
    <p className="wave-devices" data-planned={planned.devices}>
      <b>{devicesInWords(planned.devices)}</b>
      {names !== '' && `: ${names}`}
    </p>
  );
}
