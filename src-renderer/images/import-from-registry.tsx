// An image from its own registry, while the hub has internet. A password that is asked for here is used and forgotten.
import { PasswordInput, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useImages } from '#renderer/link/images-store.ts';
import { useAction } from '#renderer/link/use-action.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { ProblemView } from '#renderer/pieces/problem-view.tsx';

export function ImportFromRegistry({ onDone }: { readonly onDone: () => void }) {
  const api = useImages((state) => state.api);
  const action = useAction();
  const [image, setImage] = useState('');
  const [user, setUser] = useState('');
  const [password, setPassword] = useState('');

  function submit(event: FormEvent): void {
    event.preventDefault();
    void action.run(async () => {
      await api?.fetch({ image: image.trim(), credential: user === '' ? null : { user, password } });
      onDone();
    });
  }

  return (
    <form onSubmit={submit} autoComplete="off">
      <TextInput
        label="Image"
        description="As a deployment names it. Of an image for many platforms, those of the site's devices come."
        placeholder="mcr.microsoft.com/azureiotedge-agent:1.5"
        size="md"
        value={image}
        autoFocus
        required
        maxLength={512}
        onChange={(event) => setImage(event.currentTarget.value)}
      />
      <TextInput
        label="User"
        description="Only for a private registry. Empty: what the deployments know of it is used."
        size="md"
        mt={14}
        value={user}
        maxLength={256}
        autoComplete="off"
        onChange={(event) => setUser(event.currentTarget.value)}
      />
      {user !== '' && (
        <PasswordInput
          label="Password or token"
          description="Used for this fetch and kept nowhere."
          size="md"
          mt={14}
          value={password}
          maxLength={8192}
          autoComplete="new-password"
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
      )}
      {action.problem !== null && <ProblemView text={action.problem} />}
      <div className="dialog-acts">
        <Act type="submit" loading={action.isBusy} disabled={image.trim() === ''}>
          Fetch
        </Act>
      </div>
    </form>
  );
}
