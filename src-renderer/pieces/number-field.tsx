// A whole number in a form, with its unit beside it. What is no number is 0, and the hub says which ones will do.
import { TextInput } from '@mantine/core';
import { useState } from 'react';

export function NumberField(props: {
  readonly label: string;
  readonly value: number;
  /** Written behind the number: `%`, `min`. */
  readonly unit?: string;
  readonly error?: string | undefined;
  readonly width?: number;
  readonly onChange: (value: number) => void;
}) {
  const { label, value, unit, error, onChange } = props;
  // What is being typed, such as nothing at all on the way to another number.
  const [typed, setTyped] = useState<string | null>(null);
  return (
    <TextInput
      label={label}
      size="md"
      className="field"
      miw={props.width ?? 150}
      inputMode="numeric"
      autoComplete="off"
      value={typed ?? String(value)}
      error={error}
      rightSection={unit === undefined ? undefined : <span className="field-unit">{unit}</span>}
      rightSectionWidth={unit === undefined ? undefined : 24 + unit.length * 8}
      rightSectionPointerEvents="none"
      onChange={(event) => {
        const text = event.currentTarget.value;
        setTyped(text);
        const read = Number(text.replace(',', '.'));
        onChange(Number.isFinite(read) ? read : 0);
      }}
      onBlur={() => setTyped(null)}
    />
  );
}
