// The modules of one device as a file, as the az CLI takes it to set the modules of a device.
import { TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { saveText } from '#renderer/link/desktop.ts';
import { useHub } from '#renderer/link/hub-store.ts';
import { useAction } from '#renderer/link/use-action.ts';
import { safeText } from '#renderer/words/safe-text.ts';
import { Act } from './act.tsx';
import { NoticeList } from './problem-list.tsx';
import { ProblemView } from './problem-view.tsx';

export function ModulesExport() {
  const client = useHub((state) => state.client);
  const action = useAction();
  const [deviceId, setDeviceId] = useState('');
  const [saved, setSaved] = useState<{
    readonly place: string;
    readonly notices: readonly { readonly at: number | string; readonly message: string }[];
  } | null>(null);
  function submit(event: FormEvent): void {
    event.preventDefault();
    void action.run(async () => {
      if (client === null || deviceId.trim() === '') return;
      const file = await client.exportModules.query({ deviceId: deviceId.trim() });
      const outcome = await saveText(file.fileName, file.text);
      if (outcome.kind === 'refused') throw new Error(outcome.words);
      if (outcome.kind === 'saved') setSaved({ place: outcome.path ?? file.fileName, notices: file.notices });
    });
  }
  return (
    <details className="found">
      <summary>Only the modules of one device</summary>
      <form className="ask-form" onSubmit={submit}>
        <TextInput
          size="md"
          label="Device id"
          value={deviceId}
          spellCheck={false}
          onChange={(event) => setDeviceId(event.currentTarget.value)}
        />
        <Act type="submit" variant="default" loading={action.isBusy}>
          Export its modules
        </Act>
        <div role="status">
          {saved !== null && <p className="break">Saved as {safeText(saved.place)}.</p>}
          {saved !== null && <NoticeList title="What to know about it" problems={saved.notices} />}
        </div>
      </form>
      {action.problem !== null && <ProblemView text={action.problem} done="No file was written." />}
    </details>
  );
}
