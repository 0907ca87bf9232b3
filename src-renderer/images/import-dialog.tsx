// The ways in for images: a file of this computer, a path that the hub can read, a registry while there is internet.
import { Tabs } from '@mantine/core';
import { DialogView } from '#renderer/pieces/dialog-view.tsx';
import { FileChoice } from '#renderer/pieces/file-choice.tsx';
import { ImportFromPath } from './import-from-path.tsx';
import { ImportFromRegistry } from './import-from-registry.tsx';

export function ImportDialog(props: {
  readonly onFiles: (files: readonly File[]) => void;
  readonly onClose: () => void;
}) {
  return (
    <DialogView title="Import images" onClose={props.onClose}>
      <Tabs defaultValue="file" keepMounted={false}>
        <Tabs.List mb={18}>
          <Tabs.Tab value="file" h={44}>
            Files
          </Tabs.Tab>
          <Tabs.Tab value="path" h={44}>
            A path on the hub
          </Tabs.Tab>
          <Tabs.Tab value="registry" h={44}>
            A registry
          </Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="file">
          <p>
            What <span className="mono">docker save</span> writes, or an OCI layout as a tar, of any size. What is here
            already is not stored twice.
          </p>
          <FileChoice
            words="Choose files"
            onFiles={(files) => {
              props.onFiles(files);
              props.onClose();
            }}
          />
        </Tabs.Panel>
        <Tabs.Panel value="path">
          <ImportFromPath onDone={props.onClose} />
        </Tabs.Panel>
        <Tabs.Panel value="registry">
          <ImportFromRegistry onDone={props.onClose} />
        </Tabs.Panel>
      </Tabs>
    </DialogView>
  );
}
