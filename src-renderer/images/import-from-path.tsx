// A file or folder that the hub can read: what is in it is told before anything is stored.
import { TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { ImageFileReport } from '#contract/console-image-rows.ts';
import { useImages } from '#renderer/link/images-store.ts';
import { useAction } from '#renderer/link/use-action.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { PathChoice } from '#renderer/pieces/path-choice.tsx';
import { ProblemView } from '#renderer/pieces/problem-view.tsx';
import { FoundImages } from './found-images.tsx';

export function ImportFromPath({ onDone }: { readonly onDone: () => void }) {
  const api = useImages((state) => state.api);
  const action = useAction();
  const [path, setPath] = useState('');
  const [name, setName] = useState('');
  const [report, setReport] = useState<ImageFileReport | null>(null);
  const hasNameless = report?.images.some((image) => image.name === null) === true;

  function choose(chosen: string): void {
    setPath(chosen);
    setReport(null);
  }

  function submit(event: FormEvent): void {
    event.preventDefault();
    void action.run(async () => {
      if (report === null) {
        setReport((await api?.inspect(path)) ?? null);
        return;
      }
      await api?.importPath(path, hasNameless && name.trim() !== '' ? name.trim() : null);
      onDone();
    });
  }

  return (
    <form onSubmit={submit}>
      <TextInput
        label="Path of a file or folder on the hub's machine"
        description="A tar of docker save, an OCI archive, or the folder of an OCI layout, such as one on a USB stick."
        placeholder="/media/usb/images"
        size="md"
        value={path}
        autoFocus
        required
        maxLength={4096}
        onChange={(event) => choose(event.currentTarget.value)}
      />
      <PathChoice
        ways={[
          { words: 'Choose a file …', request: { purpose: 'image-archive' } },
          { words: 'Choose a folder …', request: { purpose: 'image-folder' } },
        ]}
        onPath={choose}
      />
      {report !== null && <FoundImages report={report} />}
      {hasNameless && (
        <TextInput
          label="Name for the image without one"
          placeholder="plant/web:1.0"
          size="md"
          mt={14}
          value={name}
          maxLength={512}
          onChange={(event) => setName(event.currentTarget.value)}
        />
      )}
      {action.problem !== null && <ProblemView text={action.problem} />}
      <div className="dialog-acts">
        <Act type="submit" loading={action.isBusy} disabled={path.trim() === ''}>
          {report === null ? 'Look inside' : 'Import'}
        </Act>
      </div>
    </form>
  );
}
