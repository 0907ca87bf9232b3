// The whole site as a file: for another Lanyard, or for the az CLI. With devices it holds their keys, and says so before.
import { Checkbox, Radio } from '@mantine/core';
import { useState } from 'react';
import { saveText } from '#renderer/link/desktop.ts';
import { useHub } from '#renderer/link/hub-store.ts';
import { useAction } from '#renderer/link/use-action.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { DialogView } from '#renderer/pieces/dialog-view.tsx';
import { ModulesExport } from '#renderer/pieces/modules-export.tsx';
import { NoticeList } from '#renderer/pieces/problem-list.tsx';
import { ProblemView } from '#renderer/pieces/problem-view.tsx';
import { countOf } from '#renderer/words/deployment-words.ts';

type Saved = {
  readonly words: string;
  readonly notices: readonly { readonly at: number | string; readonly message: string }[];
};

export function SiteExportDialog({ onClose }: { readonly onClose: () => void }) {
  const client = useHub((state) => state.client);
  const [reader, setReader] = useState<'lanyard' | 'iot-hub'>('lanyard');
  const [devices, setDevices] = useState(false);
  const [saved, setSaved] = useState<Saved | null>(null);
  const action = useAction();
  const run = () =>
    action.run(async () => {
      if (client === null) return;
      const site = await client.exportSite.query({ reader, devices });
      const outcome = await saveText(site.fileName, site.text);
      if (outcome.kind === 'refused') throw new Error(outcome.words);
      if (outcome.kind === 'none') return;
      const what = `${countOf(site.deployments, 'deployment')} and ${countOf(site.devices, 'device')}`;
      setSaved({ words: `${what} are in ${outcome.path ?? site.fileName}.`, notices: site.notices });
    });
  return (
    <DialogView title="Export the site" onClose={onClose}>
      <Radio.Group
        label="Who reads the file"
        value={reader}
        onChange={(value) => setReader(value === 'iot-hub' ? 'iot-hub' : 'lanyard')}
      >
        <Radio size="md" py={6} value="lanyard" label="Lanyard: everything as it is here" />
        <Radio
          size="md"
          py={6}
          value="iot-hub"
          label="IoT Hub and the az CLI: conditions only Lanyard knows are rewritten, or refused with the reason"
        />
      </Radio.Group>
      <Checkbox
        size="md"
        mt={12}
        label="With the devices"
        description="The file then holds the keys of every device: whoever has it can pretend to be them. Keep it like a password."
        checked={devices}
        onChange={(event) => setDevices(event.currentTarget.checked)}
      />
      <ModulesExport />
      {action.problem !== null && <ProblemView text={action.problem} />}
      {saved !== null && (
        <div role="status">
          <p>{saved.words}</p>
          <NoticeList title="What to know about it" problems={saved.notices} />
        </div>
      )}
      <div className="dialog-acts">
        <Act variant="default" onClick={onClose}>
          {saved === null ? 'Cancel' : 'Close'}
        </Act>
        <Act loading={action.isBusy} color={devices ? 'red' : 'blue'} onClick={() => void run()}>
          {devices ? 'Export with keys' : 'Export'}
        </Act>
      </div>
    </DialogView>
  );
}
