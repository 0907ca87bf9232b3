// A target condition as it is typed: the mistake with its place at once, and what it may go on with.
import './condition-input.css';
import { type KeyboardEvent, useId, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { parseCondition } from '#domain/conditions/condition.ts';
import { safeText } from '#renderer/words/safe-text.ts';
import { completed, type Completions, completionsAt } from './condition-completion.ts';

export interface ConditionInputProps {
  readonly label: string;
  readonly value: string;
  readonly onValue: (text: string) => void;
  /** Called by Enter when nothing is wrong with it. */
  readonly onDone?: () => void;
  /** What tags there are, the most frequent first: asked when somebody begins to type. */
  readonly tagPaths: () => readonly string[];
  readonly placeholder?: string;
}

/** The first mistake; null: none, or nothing is written. */
export function conditionProblem(text: string): { readonly message: string; readonly at: number } | null {
  if (text.trim() === '') return null;
  const parsed = parseCondition(text);
  const [problem] = parsed.ok ? [] : parsed.problems;
  return problem === undefined ? null : { message: problem.message, at: Number(problem.at) };
}

export function ConditionInput(props: ConditionInputProps) {
  const { label, value, onValue } = props;
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [offer, setOffer] = useState<Completions | null>(null);
  const [chosen, setChosen] = useState(-1);
  const caretWanted = useRef<number | null>(null);
  const problem = useMemo(() => conditionProblem(value), [value]);

  function change(text: string, caret: number): void {
    onValue(text);
    setOffer(completionsAt(text, caret, props.tagPaths()));
    setChosen(-1);
  }

  function take(option: string): void {
    if (offer === null) return;
    const next = completed(value, offer, option);
    onValue(next.text);
    setOffer(null);
    caretWanted.current = next.caret;
  }

  // Behind what was taken as soon as it is written: a frame later the next letters would already stand there.
  useLayoutEffect(() => {
    if (caretWanted.current === null || input.current === null) return;
    input.current.setSelectionRange(caretWanted.current, caretWanted.current);
    caretWanted.current = null;
  });

  function onKeyDown(event: KeyboardEvent): void {
    const options = offer?.options ?? [];
    if (event.key === 'Escape' && offer !== null) setOffer(null);
    else if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && options.length > 0) {
      const step = event.key === 'ArrowDown' ? 1 : -1;
      setChosen((chosen + step + options.length + (chosen === -1 && step === -1 ? 1 : 0)) % options.length);
    } else if (event.key === 'Enter' && options[chosen] !== undefined) take(options[chosen]);
    else if (event.key === 'Enter' && problem === null) {
      setOffer(null);
      props.onDone?.();
    } else return;
    event.preventDefault();
  }

  return (
    <div className="condition">
      <input
        ref={input}
        type="text"
        role="combobox"
        aria-label={label}
        aria-expanded={offer !== null}
        aria-controls={`${id}-offer`}
        aria-autocomplete="list"
        aria-activedescendant={chosen === -1 ? undefined : `${id}-${chosen}`}
        aria-invalid={problem !== null}
        aria-describedby={problem === null ? undefined : `${id}-problem`}
        className="condition-input"
        value={value}
        placeholder={props.placeholder}
        spellCheck={false}
        autoComplete="off"
        autoCapitalize="off"
        onChange={(event) => change(event.currentTarget.value, event.currentTarget.selectionStart ?? 0)}
        onKeyDown={onKeyDown}
        onBlur={() => setOffer(null)}
      />
      <ul id={`${id}-offer`} role="listbox" aria-label="What it may go on with" hidden={offer === null}>
        {offer?.options.map((option, at) => (
          <li
            key={option}
            id={`${id}-${at}`}
            role="option"
            aria-selected={at === chosen}
            onMouseDown={(event) => {
              // The focus stays where one types.
              event.preventDefault();
              take(option);
            }}
          >
            {safeText(option)}
          </li>
        ))}
      </ul>
      {problem !== null && <ConditionProblem id={`${id}-problem`} text={value} problem={problem} />}
    </div>
  );
}

function ConditionProblem(props: {
  readonly id: string;
  readonly text: string;
  readonly problem: { readonly message: string; readonly at: number };
}) {
  const { text, problem } = props;
  // As many characters around it as a line has room for.
  const from = Math.max(0, problem.at - 24);
  const rest = text.slice(problem.at);
  const word = /^(?:\w+|.)?/s.exec(rest)?.[0] ?? '';
  return (
    <div id={props.id} className="condition-problem" role="status">
      <span>
        At character {problem.at + 1}: {safeText(problem.message)}
      </span>
      <code className="mono" aria-hidden>
        {from > 0 && '…'}
        {safeText(text.slice(from, problem.at))}
        <mark>{word === '' ? '▏' : safeText(word)}</mark>
        {safeText(rest.slice(word.length, word.length + 24))}
      </code>
    </div>
  );
}
