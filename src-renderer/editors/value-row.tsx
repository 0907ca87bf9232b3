// One value that a deployment writes at a path: typed as JSON, taken over when it is some.
import { ActionIcon, TextInput } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useState } from 'react';
import type { JsonObject } from '#base/json.ts';
import { parseJson } from '#domain/values/deployment-file-json.ts';
import { safeText } from '#renderer/words/safe-text.ts';
import { withValueIn } from './json-edit.ts';
import { type ValueForm, withoutPlace, withPlaceNamed, writeKey } from './manifest-form.ts';

export function ValueRow(props: {
  readonly document: JsonObject;
  readonly value: ValueForm;
  readonly onChange: (document: JsonObject) => void;
}) {
  const { document, value, onChange } = props;
  const [typed, setTyped] = useState<string | null>(null);
  const [path, setPath] = useState<string | null>(null);
  const shown = typed ?? value.text;
  const read = parseJson(shown);
  const where = safeText(`${value.moduleId === '' ? '' : `${value.moduleId} `}${value.path}`);
  return (
    <div className="value-row">
      <TextInput
        size="md"
        label={value.moduleId === '' ? 'Path' : `Path on ${safeText(value.moduleId)}`}
        classNames={{ input: 'mono' }}
        value={path ?? value.path}
        spellCheck={false}
        onChange={(event) => setPath(event.currentTarget.value)}
        onBlur={() => {
          if (path !== null && path !== value.path) onChange(withPlaceNamed(document, value.keys, writeKey(path)));
          setPath(null);
        }}
      />
      <TextInput
        size="md"
        label="Value, as JSON"
        aria-label={`Value of ${where}`}
        classNames={{ input: 'mono' }}
        value={shown}
        spellCheck={false}
        error={read.ok ? null : 'No JSON yet: a text stands in "double quotes".'}
        onChange={(event) => {
          const text = event.currentTarget.value;
          const next = parseJson(text);
          setTyped(text);
          if (next.ok) onChange(withValueIn(document, value.keys, next.value));
        }}
        onBlur={() => setTyped(null)}
      />
      <ActionIcon
        variant="subtle"
        color="gray"
        size={44}
        aria-label={`Remove value ${where}`}
        onClick={() => onChange(withoutPlace(document, value.keys))}
      >
        <IconX size={18} />
      </ActionIcon>
    </div>
  );
}
