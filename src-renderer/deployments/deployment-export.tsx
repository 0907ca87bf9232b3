// One deployment as a file, for Lanyard or for the az CLI, with the command that creates it in the cloud.
import { Radio } from '@mantine/core';
import { useState } from 'react';
import type { ExportedDeploymentFile } from '#contract/file-report.ts';
import { saveText } from '#renderer/link/desktop.ts';
import { useHub } from '#renderer/link/hub-store.ts';
import { useAction } from '#renderer/link/use-action.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { copyText } from '#renderer/pieces/copy-text.ts';
import { DialogView } from '#renderer/pieces/dialog-view.tsx';
import { NoticeList } from '#renderer/pieces/problem-list.tsx';
import { ProblemView } from '#renderer/pieces/problem-view.tsx';
import { safeText } from '#renderer/words/safe-text.ts';

export function DeploymentExport({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const client = useHub((state) => state.client);
  const [reader, setReader] = useState<'lanyard' | 'iot-hub'>('iot-hub');
  const [saved, setSaved] = useState<{ readonly file: ExportedDeploymentFile; readonly path: string | null } | null>(
    null,
  );
  const [isCopied, setIsCopied] = useState(false);
  const action = useAction();
  const run = () =>
    action.run(async () => {
      if (client === null) return;
      const file = await client.exportDeployment.query({ id, reader });
      const outcome = await saveText(file.fileName, file.text);
      if (outcome.kind === 'refused') throw new Error(outcome.words);
      if (outcome.kind === 'saved') setSaved({ file, path: outcome.path });
    });
  return (
    <DialogView title={`Export ${safeText(id)}`} onClose={onClose}>
      <Radio.Group
        label="Who reads the file"
        value={reader}
        onChange={(value) => setReader(value === 'lanyard' ? 'lanyard' : 'iot-hub')}
      >
        <Radio size="md" py={6} value="iot-hub" label="IoT Hub and the az CLI (Lanyard reads it too)" />
        <Radio size="md" py={6} value="lanyard" label="Lanyard: the condition exactly as it is here" />
      </Radio.Group>
      {action.problem !== null && <ProblemView text={action.problem} where={id} done="No file was written." />}
      {saved !== null && (
        <div role="status">
          <p className="break">Saved as {safeText(saved.path ?? saved.file.fileName)}.</p>
          <NoticeList title="What to know about it" problems={saved.file.notices} />
          {reader === 'iot-hub' && (
            <>
              <p>In the cloud this creates it:</p>
              <code className="code">{safeText(saved.file.command)}</code>
              <Act variant="default" mt={8} onClick={() => setIsCopied(copyText(saved.file.command))}>
                {isCopied ? 'Copied' : 'Copy the command'}
              </Act>
            </>
          )}
        </div>
      )}
      <div className="dialog-acts">
        <Act variant="default" onClick={onClose}>
          {saved === null ? 'Cancel' : 'Close'}
        </Act>
        <Act loading={action.isBusy} onClick={() => void run()}>
          Export
        </Act>
      </div>
    </DialogView>
  );
}
