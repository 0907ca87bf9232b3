// A moment as a person sets it: the day from the browser's calendar, the time by 24 hours whatever the browser's language is.
import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { fieldTime, timeOfField } from '#renderer/link/history-query.ts';

export function MomentField(props: {
  readonly label: string;
  readonly atMs: number | null;
  readonly onChange: (atMs: number | null) => void;
}) {
  const { label, atMs, onChange } = props;
  const [day = '', time = ''] = fieldTime(atMs).split('T');
  const [typed, setTyped] = useState({ day, time });
  const [told, setTold] = useState(atMs);
  // Another address came: what was typed is of the one before.
  if (told !== atMs) {
    setTold(atMs);
    setTyped({ day, time });
  }
  const isTimeWrong = typed.time !== '' && hours(typed.time) === null;

  function put(next: typeof typed): void {
    setTyped(next);
    if (next.day === '' && next.time === '') return tell(null);
    const clock = next.time === '' ? '00:00' : hours(next.time);
    const chosenMs = clock === null || next.day === '' ? null : timeOfField(`${next.day}T${clock}`);
    if (chosenMs !== null) tell(chosenMs);
  }

  function tell(chosenMs: number | null): void {
    setTold(chosenMs);
    if (chosenMs !== atMs) onChange(chosenMs);
  }

  return (
    <div className="moment-field" role="group" aria-label={label}>
      <TextInput
        type="date"
        label={label}
        value={typed.day}
        onChange={(event) => put({ ...typed, day: event.currentTarget.value })}
      />
      <TextInput
        label="at"
        aria-label={`${label}, time by 24 hours`}
        placeholder="17:05"
        value={typed.time}
        error={isTimeWrong}
        inputMode="numeric"
        maxLength={5}
        onChange={(event) => put({ ...typed, time: event.currentTarget.value })}
      />
    </div>
  );
}

/** `7:5` → null, `7:05` → `07:05`, `1705` → `17:05`, `25:00` → null. */
export function hours(text: string): string | null {
  const [, hour = '', minute = ''] = /^\s*(\d{1,2})[:.]?(\d{2})\s*$/.exec(text) ?? [];
  if (hour === '' || Number(hour) > 23 || Number(minute) > 59) return null;
  return `${hour.padStart(2, '0')}:${minute}`;
}
