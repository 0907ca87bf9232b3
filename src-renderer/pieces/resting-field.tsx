// A field that asks when the typing rests, so that no answer is fetched for half a word.
import { TextInput } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';

const restMs = 350;

export function RestingField(props: {
  readonly label: string;
  readonly description?: string;
  readonly value: string;
  readonly offered?: readonly string[];
  readonly field?: React.RefObject<HTMLInputElement | null>;
  readonly onRest: (value: string) => void;
}) {
  const { label, description = 'any', value, offered = [], field, onRest } = props;
  const [typed, setTyped] = useState(value);
  const [told, setTold] = useState(value);
  // Another address came: what was typed is of the one before.
  if (told !== value) {
    setTold(value);
    setTyped(value);
  }
  const rest = useRef(onRest);
  useEffect(() => {
    rest.current = onRest;
  });
  useEffect(() => {
    if (typed === value) return;
    const timer = setTimeout(() => rest.current(typed.trim()), restMs);
    return () => clearTimeout(timer);
  }, [typed, value]);
  const listId = `rest-${label.toLowerCase()}`;
  return (
    <>
      <TextInput
        ref={field}
        label={label}
        placeholder={description}
        value={typed}
        maxLength={128}
        list={offered.length > 0 ? listId : undefined}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      {offered.length > 0 && (
        <datalist id={listId}>
          {offered.map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
      )}
    </>
  );
}
