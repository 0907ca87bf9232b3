// Images on their way out, as an OCI layout: to a path of the hub's machine (a USB stick), or as one file through the browser.
import { Select, TextInput } from '@mantine/core';
import { type FormEvent, useMemo, useState } from 'react';
import type { ImageExportWhat, ImageRequest } from '#contract/console-images.ts';
import { archiveAddress } from '#renderer/link/archive-address.ts';
import { useImages } from '#renderer/link/images-store.ts';
import { useProjection } from '#renderer/link/projection-store.ts';
import { useAction } from '#renderer/link/use-action.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { DialogView } from '#renderer/pieces/dialog-view.tsx';
import { PathChoice } from '#renderer/pieces/path-choice.tsx';
import { ProblemView } from '#renderer/pieces/problem-view.tsx';
import { safeText } from '#renderer/words/safe-text.ts';

const everything = ' all';

export function ExportDialog(props: {
  /** Null: what deployments name, which is asked. */
  readonly images: readonly ImageRequest[] | null;
  readonly onClose: () => void;
}) {
  const api = useImages((state) => state.api);
  const action = useAction();
  const [path, setPath] = useState('');
  const [chosen, setChosen] = useState<string>(everything);
  const what: ImageExportWhat =
    props.images === null ? { deploymentIds: chosen === everything ? null : [chosen] } : { images: [...props.images] };

  function submit(event: FormEvent): void {
    event.preventDefault();
    void action.run(async () => {
      await api?.exportPath(path.trim(), what);
      props.onClose();
    });
  }

  return (
    <DialogView title="Export images" onClose={props.onClose}>
      <form onSubmit={submit}>
        {props.images === null && <DeploymentChoice chosen={chosen} onChoose={setChosen} />}
        <p>For another hub, or for any tool that reads OCI layouts.</p>
        <div className="found">
          <a className="download" href={archiveAddress(what)} download onClick={props.onClose}>
            Download as one file
          </a>
        </div>
        <TextInput
          label="Or write it to a path on the hub's machine"
          description="A new folder, or a file that ends in .tar."
          placeholder="/media/usb/images"
          size="md"
          value={path}
          maxLength={4096}
          onChange={(event) => setPath(event.currentTarget.value)}
        />
        <PathChoice
          ways={[{ words: 'Choose where …', request: { purpose: 'image-export', name: 'images.tar' } }]}
          onPath={setPath}
        />
        {action.problem !== null && <ProblemView text={action.problem} />}
        <div className="dialog-acts">
          <Act type="submit" variant="default" loading={action.isBusy} disabled={path.trim() === ''}>
            Write to the path
          </Act>
        </div>
      </form>
    </DialogView>
  );
}

function DeploymentChoice(props: { readonly chosen: string; readonly onChoose: (id: string) => void }) {
  const deployments = useProjection((state) => state.deployments);
  const options = useMemo(
    () => [
      { value: everything, label: 'Everything that deployments name' },
      ...[...deployments.keys()].sort().map((id) => ({ value: id, label: `What ${safeText(id)} names` })),
    ],
    [deployments],
  );
  return (
    <Select
      label="What"
      data={options}
      value={props.chosen}
      size="md"
      allowDeselect={false}
      searchable
      // Inside the dialog, for the rest of the page is inert.
      comboboxProps={{ withinPortal: false }}
      onChange={(value) => props.onChoose(value ?? everything)}
    />
  );
}
