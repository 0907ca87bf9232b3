// One module that a deployment brings: name, image, how it runs, its variables and what its container is made with.
import { ActionIcon, Autocomplete, NativeSelect, Textarea, TextInput } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useEffect, useMemo } from 'react';
import { create } from 'zustand';
import type { JsonObject } from '#base/json.ts';
import {
  type ModuleField,
  type ModuleForm,
  withEnv,
  withModuleField,
  withModuleNamed,
  withoutPlace,
} from '#renderer/editors/manifest-form.ts';
import { NameField, PairRows } from '#renderer/editors/pair-rows.tsx';
import { useImages } from '#renderer/link/images-store.ts';
import { safeText } from '#renderer/words/safe-text.ts';

const statuses = ['running', 'stopped'];
const policies = ['always', 'on-unhealthy', 'on-failure', 'never'];

export function ModuleFields(props: {
  readonly document: JsonObject;
  readonly module: ModuleForm;
  /** Of all modules, none of which may be there twice. */
  readonly names: readonly string[];
  readonly onChange: (document: JsonObject) => void;
}) {
  const { document, module, names, onChange } = props;
  const images = useKnownImages();
  const name = safeText(module.name);
  const set = (field: ModuleField) => (text: string) => onChange(withModuleField(document, module, field, text));
  return (
    <section className="module-fields surface" aria-label={`Module ${name}`}>
      <div className="module-head">
        <NameField
          label={`Name of module ${module.name}`}
          name={module.name}
          isTaken={(wanted) => names.includes(wanted) || wanted.includes('.')}
          onName={(to) => onChange(withModuleNamed(document, module, to))}
        />
        <ActionIcon
          variant="subtle"
          color="gray"
          size={44}
          aria-label={`Remove module ${name}`}
          onClick={() => onChange(withoutPlace(document, module.keys))}
        >
          <IconTrash size={18} />
        </ActionIcon>
      </div>
      <Autocomplete
        size="md"
        label="Image"
        placeholder="name:tag"
        data={images}
        limit={20}
        value={module.image}
        spellCheck={false}
        onChange={set('image')}
      />
      <div className="module-run">
        <NativeSelect
          size="md"
          label="Is to be"
          data={withValue(statuses, module.status)}
          value={module.status}
          onChange={(event) => set('status')(event.currentTarget.value)}
        />
        <NativeSelect
          size="md"
          label="Starts again"
          data={withValue(policies, module.restartPolicy)}
          value={module.restartPolicy}
          onChange={(event) => set('restartPolicy')(event.currentTarget.value)}
        />
        <TextInput
          size="md"
          label="Startup order"
          inputMode="numeric"
          placeholder="last"
          value={module.startupOrder}
          onChange={(event) => set('startupOrder')(event.currentTarget.value)}
        />
      </div>
      <details className="form-part">
        <summary>Variables ({module.env.length}) and container options</summary>
        <span className="field-label">Environment variables</span>
        <PairRows noun="variable" rows={module.env} onChange={(env) => onChange(withEnv(document, module, env))} />
        <Textarea
          size="md"
          mt={12}
          label="Container options (createOptions), as JSON"
          classNames={{ input: 'mono' }}
          autosize
          minRows={2}
          maxRows={14}
          spellCheck={false}
          value={module.createOptions}
          onChange={(event) => set('createOptions')(event.currentTarget.value)}
        />
      </details>
    </section>
  );
}

/** What stands there is offered too, whatever it is. */
function withValue(words: readonly string[], value: string): string[] {
  return words.includes(value) ? [...words] : [value, ...words];
}

const useImageNames = create<{ readonly names: readonly string[]; readonly isRead: boolean }>(() => ({
  names: [],
  isRead: false,
}));

/** What the site's registry holds, as deployments write it; asked once, for all modules of all forms. */
function useKnownImages(): string[] {
  const api = useImages((state) => state.api);
  const { names, isRead } = useImageNames();
  useEffect(() => {
    if (api === null || isRead) return;
    useImageNames.setState({ isRead: true });
    // A help while typing: without it any name can be typed all the same.
    void api.images(null).then(
      ({ rows }) =>
        useImageNames.setState({ names: rows.flatMap(({ name, tags }) => tags.map((tag) => `${name}:${tag}`)) }),
      () => undefined,
    );
  }, [api, isRead]);
  return useMemo(() => [...new Set(names)], [names]);
}
