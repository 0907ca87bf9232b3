// How to go back to a copy: by hand, since a hub cannot put another database under itself while devices talk to it. Every step with its
// command, for the copy that is chosen, and before them what comes of it.
import { Select } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { SiteSettings } from '#contract/console-site.ts';
import { isDesktop } from '#renderer/link/desktop.ts';
import { useHub } from '#renderer/link/hub-store.ts';
import { useSite } from '#renderer/link/site-store.ts';
import { useAnswer } from '#renderer/link/use-answer.ts';
import { CopiedFact } from '#renderer/pieces/copied-fact.tsx';
import { clockTime } from '#renderer/words/age.ts';
import { bytesInWords } from '#renderer/words/bytes.ts';
import { restoreCommands } from './restore-commands.ts';

export function SettingsRestore({ settings }: { readonly settings: SiteSettings }) {
  const client = useHub((state) => state.client);
  const isMaking = useSite((state) => (state.news?.backup ?? null) !== null);
  const ask = useMemo(() => (client === null ? null : () => client.backups.query()), [client]);
  const { value } = useAnswer(ask, isMaking ? 1 : 0);
  const [chosen, setChosen] = useState<string | null>(null);
  const rows = value?.rows ?? [];
  const copy = rows.find(({ fileName }) => fileName === chosen) ?? rows[0];
  const commands = restoreCommands(settings, copy?.fileName ?? 'hub-asked-….db');
  return (
    <>
      <p>
        <b>What came after the copy is gone from the hub</b>: devices that were added since have to be added again, and
        deployments and groups are those of the copy. Devices run on while the hub is away; when they are back they are
        given what the copy says. Images stay on the disk; those that came since are no longer listed: import them
        again.
      </p>
      {copy === undefined ? (
        <p className="dimmed">There is no copy to go back to yet: make one above.</p>
      ) : (
        <Select
          label="Go back to"
          size="md"
          maw={520}
          mb={12}
          allowDeselect={false}
          value={copy.fileName}
          data={rows.map(({ fileName, madeAtMs, bytes, reason }) => ({
            value: fileName,
            label: `${clockTime(madeAtMs)}, ${bytesInWords(bytes)}${reason === 'asked' ? '' : ', of an older version'}`,
          }))}
          onChange={setChosen}
        />
      )}
      <ol className="restore-steps">
        <li>
          {isDesktop() ? 'Quit the app.' : 'Stop the hub: Ctrl+C in the window where it was started.'} The page stays,
          and shows these steps until it is back.
        </li>
        <li>
          Put the present database aside, so that you can come back to it.
          <dl className="surface copied-facts">
            <CopiedFact name="Command" text={commands.aside} />
          </dl>
        </li>
        <li>
          Put the copy in its place, under its name.
          <dl className="surface copied-facts">
            <CopiedFact name="Command" text={commands.back} />
          </dl>
        </li>
        <li>
          {isDesktop()
            ? 'Start the app again.'
            : 'Start the hub again as before. It prints a new address, which this page asks for.'}{' '}
          The history tells which changes the copy has: it ends where the copy was made.
        </li>
      </ol>
      <p className="dimmed">
        On another machine: install Lanyard there, copy <span className="mono">site-ca-key.pem</span>,{' '}
        <span className="mono">site-ca.pem</span> and the copy as <span className="mono">hub.db</span> into its data
        folder before its first start, and give it the address that the devices know. Without that key every device has
        to be set up anew.
      </p>
    </>
  );
}
