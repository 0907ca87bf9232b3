// Named texts to be edited as rows: labels, variables, metrics. A name takes effect when one leaves its field, so that a half-typed
// one never replaces another.
import { ActionIcon, TextInput } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { Act } from '#renderer/pieces/act.tsx';
import { safeText } from '#renderer/words/safe-text.ts';
import type { NamedText } from './manifest-form.ts';

export function PairRows(props: {
  /** What one row is: `label`. */
  readonly noun: string;
  readonly rows: readonly NamedText[];
  readonly onChange: (rows: readonly NamedText[]) => void;
  readonly valueWord?: string;
}) {
  const { noun, rows, onChange, valueWord = 'value' } = props;
  const [fresh, setFresh] = useState('');
  const change = (at: number, row: NamedText) => onChange(rows.map((other, index) => (index === at ? row : other)));
  const isTaken = (name: string) => rows.some((row) => row.name === name);
  return (
    <div className="pair-rows">
      {rows.map((row, at) => (
        <div key={row.name} className="pair-row">
          <NameField
            label={`Name of ${noun} ${row.name}`}
            name={row.name}
            isTaken={isTaken}
            onName={(name) => change(at, { ...row, name })}
          />
          <TextInput
            size="md"
            aria-label={`${valueWord} of ${noun} ${safeText(row.name)}`}
            value={row.value}
            spellCheck={false}
            onChange={(event) => change(at, { ...row, value: event.currentTarget.value })}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            size={44}
            aria-label={`Remove ${noun} ${safeText(row.name)}`}
            onClick={() => onChange(rows.filter((_other, index) => index !== at))}
          >
            <IconX size={18} />
          </ActionIcon>
        </div>
      ))}
      <div className="pair-row">
        <TextInput
          size="md"
          aria-label={`Name of a new ${noun}`}
          placeholder={`New ${noun}`}
          value={fresh}
          spellCheck={false}
          onChange={(event) => setFresh(event.currentTarget.value)}
        />
        <Act
          variant="default"
          disabled={fresh.trim() === '' || isTaken(fresh.trim())}
          onClick={() => {
            onChange([...rows, { name: fresh.trim(), value: '' }]);
            setFresh('');
          }}
        >
          Add {noun}
        </Act>
      </div>
    </div>
  );
}

export function NameField(props: {
  readonly label: string;
  readonly name: string;
  readonly isTaken: (name: string) => boolean;
  readonly onName: (name: string) => void;
}) {
  const { name, isTaken, onName } = props;
  const [typed, setTyped] = useState<string | null>(null);
  const wanted = typed ?? name;
  const fault = wanted === name ? null : faultOf(wanted, isTaken);
  return (
    <TextInput
      size="md"
      aria-label={safeText(props.label)}
      value={wanted}
      spellCheck={false}
      error={fault}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onBlur={() => {
        if (wanted !== name && fault === null) onName(wanted);
        setTyped(null);
      }}
    />
  );
}

function faultOf(name: string, isTaken: (name: string) => boolean): string | null {
  if (name === '') return 'a name is needed';
  return isTaken(name) ? 'this name is taken' : null;
}
