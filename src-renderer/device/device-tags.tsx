// The tags of a device, changed in place: one value at a time, under the etag of the twin as it was shown.
import { TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { Link } from 'wouter';
import { parseJson } from '#base/json-text.ts';
import { isJsonObject, type Json, type JsonObject } from '#base/json.ts';
import type { DeviceDetail } from '#contract/console-rows.ts';
import { useHub } from '#renderer/link/hub-store.ts';
import { useAction } from '#renderer/link/use-action.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { ProblemView } from '#renderer/pieces/problem-view.tsx';
import { safeText } from '#renderer/words/safe-text.ts';
import { tabPath } from './device-tabs.tsx';

interface Edit {
  readonly name: string;
  readonly value: string;
  readonly isNew: boolean;
}

export function DeviceTags({ detail }: { readonly detail: DeviceDetail }) {
  const [edit, setEdit] = useState<Edit | null>(null);
  const tags = Object.entries(detail.tags);
  const { deviceId } = detail.row;
  return (
    <>
      {tags.length === 0 && edit === null && <div className="dimmed">none</div>}
      <ul className="tag-list">
        {tags.map(([name, value]) =>
          edit !== null && !edit.isNew && edit.name === name ? (
            <li key={name}>
              <TagForm deviceId={deviceId} edit={edit} onEdit={setEdit} />
            </li>
          ) : (
            <li key={name}>
              <span className="mono">
                {safeText(name)} = {safeText(shownValue(value))}
              </span>
              {isJsonObject(value) ? (
                <Link href={tabPath(deviceId, 'twin')} className="plain-link tag-act">
                  Edit in the twin
                </Link>
              ) : (
                <button
                  type="button"
                  className="tag-act plain-link"
                  aria-label={`Change the tag ${safeText(name)}`}
                  onClick={() => setEdit({ name, value: shownValue(value), isNew: false })}
                >
                  Change
                </button>
              )}
            </li>
          ),
        )}
        {edit?.isNew === true && (
          <li>
            <TagForm deviceId={deviceId} edit={edit} onEdit={setEdit} />
          </li>
        )}
      </ul>
      {edit === null && (
        <Act variant="default" onClick={() => setEdit({ name: '', value: '', isNew: true })}>
          Add a tag
        </Act>
      )}
    </>
  );
}

function TagForm(props: {
  readonly deviceId: string;
  readonly edit: Edit;
  readonly onEdit: (edit: Edit | null) => void;
}) {
  const { deviceId, edit, onEdit } = props;
  const client = useHub((state) => state.client);
  const action = useAction();

  async function write(value: Json): Promise<void> {
    // One tag is one value: whatever else of the twin changed meanwhile stays as it is.
    const tags: JsonObject = Object.fromEntries([[edit.name, value]]);
    await client?.changeTwin.mutate({ deviceId, moduleId: null, etag: '*', tags });
  }

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (edit.name !== '') void action.run(() => write(readValue(edit.value))).then((isDone) => isDone && onEdit(null));
  }

  return (
    <form className="tag-form" onSubmit={submit} onKeyDown={(event) => event.key === 'Escape' && onEdit(null)}>
      {edit.isNew && (
        <TextInput
          label="Name"
          data-autofocus
          autoFocus
          value={edit.name}
          onChange={(event) => onEdit({ ...edit, name: event.currentTarget.value })}
        />
      )}
      <TextInput
        label={edit.isNew ? 'Value' : `Value of ${safeText(edit.name)}`}
        description="true, false and numbers are kept as such; put quotes around them for text"
        autoFocus={!edit.isNew}
        value={edit.value}
        onChange={(event) => onEdit({ ...edit, value: event.currentTarget.value })}
      />
      <div className="tag-form-acts">
        <Act type="submit" loading={action.isBusy} disabled={edit.name === ''}>
          Save
        </Act>
        {!edit.isNew && (
          <Act
            variant="outline"
            color="red"
            onClick={() => void action.run(() => write(null)).then((isDone) => isDone && onEdit(null))}
          >
            Remove
          </Act>
        )}
        <Act variant="default" onClick={() => onEdit(null)}>
          Cancel
        </Act>
      </div>
      {action.problem !== null && <ProblemView text={action.problem} where={`the tag ${edit.name} of ${deviceId}`} />}
    </form>
  );
}

function shownValue(value: Json): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  // A text that would be read as something else keeps its quotes.
  return typeof readValue(value) === 'string' ? value : JSON.stringify(value);
}

/** `12` and `true` are what they say, `"12"` and all else is text. */
function readValue(text: string): Json {
  if (!/^(?:true|false|-?\d|"|\[)/.test(text.trim())) return text;
  try {
    return parseJson(text);
  } catch {
    // What only begins like a number, an address or a date, is text.
    return text;
  }
}
