// What is read of a log, and how it is shown: two rows of controls above it, no more, for what one came for are the lines.
import { Checkbox, NativeSelect, TextInput } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { Act } from '#renderer/pieces/act.tsx';
import { safeText } from '#renderer/words/safe-text.ts';
import type { LogWindow } from './use-module-logs.ts';

const tails = [100, 1_000, 5_000, 10_000];
const sinces: readonly { readonly value: string; readonly label: string }[] = [
  { value: '', label: 'any time' },
  { value: '5m', label: 'the last 5 minutes' },
  { value: '15m', label: 'the last 15 minutes' },
  { value: '1h', label: 'the last hour' },
  { value: '1d', label: 'the last day' },
  { value: 'at', label: 'a time …' },
];

export interface LogLook {
  readonly words: string;
  readonly isRegex: boolean;
  readonly isOnlyHits: boolean;
  readonly isWrapped: boolean;
  readonly hasTimes: boolean;
}

export function LogWindowForm(props: {
  readonly names: readonly string[];
  /** Empty: all of them. */
  readonly module: string;
  readonly onModule: (module: string) => void;
  readonly span: LogWindow;
  readonly onSpan: (span: LogWindow) => void;
}) {
  const { names, module, onModule, span, onSpan } = props;
  return (
    <div className="log-controls">
      <NativeSelect
        label="Module"
        value={module}
        data={[{ value: '', label: 'all, by time' }, ...names.map((name) => ({ value: name, label: safeText(name) }))]}
        onChange={(event) => onModule(event.currentTarget.value)}
      />
      <NativeSelect
        label="Newest lines"
        value={String(span.tail)}
        data={tails.map((tail) => ({ value: String(tail), label: tail.toLocaleString('en') }))}
        onChange={(event) => onSpan({ ...span, tail: Number(event.currentTarget.value) })}
      />
      <NativeSelect
        label="Time"
        value={span.since}
        data={[...sinces]}
        onChange={(event) => onSpan({ ...span, since: event.currentTarget.value })}
      />
      {span.since === 'at' && (
        <TextInput
          label="From"
          type="datetime-local"
          value={span.sinceAt}
          onChange={(event) => onSpan({ ...span, sinceAt: event.currentTarget.value })}
        />
      )}
      <TextInput
        label="Until"
        type="datetime-local"
        value={span.untilAt}
        onChange={(event) => onSpan({ ...span, untilAt: event.currentTarget.value })}
      />
    </div>
  );
}

export function LogLookForm(props: {
  readonly look: LogLook;
  readonly onLook: (look: LogLook) => void;
  /** Of the pattern that is looked for. */
  readonly problem: string | null;
  /** To the next line that matches, or the one before. */
  readonly onStep: (direction: 1 | -1) => void;
}) {
  const { look, onLook, problem, onStep } = props;
  return (
    <div className="log-controls">
      <TextInput
        className="log-search"
        label="Search"
        placeholder={look.isRegex ? 'a regular expression' : 'words'}
        value={look.words}
        error={problem}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return;
          event.preventDefault();
          onStep(event.shiftKey ? -1 : 1);
        }}
        onChange={(event) => onLook({ ...look, words: event.currentTarget.value })}
      />
      <Act px="sm" variant="default" aria-label="The match before (Shift+Enter)" onClick={() => onStep(-1)}>
        <IconArrowUp size={18} aria-hidden />
      </Act>
      <Act px="sm" variant="default" aria-label="The next match (Enter)" onClick={() => onStep(1)}>
        <IconArrowDown size={18} aria-hidden />
      </Act>
      <Checkbox
        label="Regular expression"
        checked={look.isRegex}
        onChange={(event) => onLook({ ...look, isRegex: event.currentTarget.checked })}
      />
      <Checkbox
        label="Only lines that match"
        checked={look.isOnlyHits}
        onChange={(event) => onLook({ ...look, isOnlyHits: event.currentTarget.checked })}
      />
      <Checkbox
        label="Wrap"
        checked={look.isWrapped}
        onChange={(event) => onLook({ ...look, isWrapped: event.currentTarget.checked })}
      />
      <Checkbox
        label="Times"
        checked={look.hasTimes}
        onChange={(event) => onLook({ ...look, hasTimes: event.currentTarget.checked })}
      />
    </div>
  );
}
