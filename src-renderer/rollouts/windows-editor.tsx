// When devices may change: maintenance windows on the site's own wall, each with its time zone.
import { Checkbox, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import type { MaintenanceWindow } from '#domain/rollouts/maintenance-window.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { daysInWords, minuteInWords, windowInWords } from '#renderer/words/rollout-policy-words.ts';
import { minuteOf, newWindow, type PolicyProblem, problemAt } from './rollout-policy-draft.ts';

const allDays = [1, 2, 3, 4, 5, 6, 7] as const;

export function WindowsEditor(props: {
  readonly windows: readonly MaintenanceWindow[];
  readonly problems: readonly PolicyProblem[];
  readonly onChange: (windows: readonly MaintenanceWindow[]) => void;
}) {
  const { windows, problems, onChange } = props;
  const ownZone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <>
      {windows.length === 0 && <p className="dimmed">At any time.</p>}
      {windows.map((window, index) => (
        <WindowFields
          key={index}
          window={window}
          index={index}
          problems={problems}
          onChange={(changed) => onChange(windows.with(index, changed))}
          onRemove={() => onChange(windows.toSpliced(index, 1))}
        />
      ))}
      <Act
        variant="default"
        leftSection={<IconPlus size={18} aria-hidden />}
        onClick={() => onChange([...windows, newWindow(ownZone)])}
      >
        Add a maintenance window
      </Act>
    </>
  );
}

function WindowFields(props: {
  readonly window: MaintenanceWindow;
  readonly index: number;
  readonly problems: readonly PolicyProblem[];
  readonly onChange: (window: MaintenanceWindow) => void;
  readonly onRemove: () => void;
}) {
  const { window, index, problems, onChange } = props;
  const at = `windows[${index}]`;
  const daysProblem = problemAt(problems, `${at}.days`);
  const toggle = (day: number, isOn: boolean) =>
    onChange({
      ...window,
      days: isOn
        ? [...window.days, day].sort((left, right) => left - right)
        : window.days.filter((other) => other !== day),
    });
  return (
    <fieldset className="wave-fields">
      <legend>{windowInWords(window)}</legend>
      <div className="field-row">
        {allDays.map((day) => (
          <Checkbox
            key={day}
            className="field-check"
            label={daysInWords([day])}
            checked={window.days.includes(day)}
            onChange={(event) => toggle(day, event.currentTarget.checked)}
          />
        ))}
      </div>
      {daysProblem !== undefined && <p className="field-problem">{daysProblem}</p>}
      <div className="field-row">
        <TimeField
          label="From"
          minute={window.fromMinute}
          onChange={(fromMinute) => onChange({ ...window, fromMinute })}
        />
        <TimeField label="Until" minute={window.toMinute} onChange={(toMinute) => onChange({ ...window, toMinute })} />
        <TextInput
          label="Time zone"
          size="md"
          w={230}
          value={window.timeZone}
          autoComplete="off"
          error={problemAt(problems, `${at}.timeZone`)}
          onChange={(event) => onChange({ ...window, timeZone: event.currentTarget.value })}
        />
        <Act variant="subtle" color="gray" aria-label={`Remove window ${index + 1}`} onClick={props.onRemove}>
          <IconX size={18} aria-hidden />
        </Act>
      </div>
    </fieldset>
  );
}

function TimeField(props: {
  readonly label: string;
  readonly minute: number;
  readonly onChange: (minute: number) => void;
}) {
  return (
    <TextInput
      type="time"
      label={props.label}
      size="md"
      w={130}
      value={minuteInWords(props.minute)}
      onChange={(event) => props.onChange(minuteOf(event.currentTarget.value, props.minute))}
    />
  );
}
