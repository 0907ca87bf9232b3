// Which product this is, and one file that tells whoever helps what they need to know, and opens nothing.
import { IconFileDownload } from '@tabler/icons-react';
import { useState } from 'react';
import type { SiteSettings } from '#contract/console-site.ts';
import { isDesktop, saveText } from '#renderer/link/desktop.ts';
import { useHub } from '#renderer/link/hub-store.ts';
import { useAction } from '#renderer/link/use-action.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { ProblemView } from '#renderer/pieces/problem-view.tsx';
import { Since } from '#renderer/pieces/since.tsx';
import { safeText } from '#renderer/words/safe-text.ts';

export function SettingsAbout({ settings }: { readonly settings: SiteSettings }) {
  const client = useHub((state) => state.client);
  const action = useAction();
  const [said, setSaid] = useState<string | null>(null);

  function save(): void {
    void action.run(async () => {
      const file = await client?.diagnostics.query();
      if (file === undefined) return;
      const outcome = await saveText(file.fileName, file.text);
      if (outcome.kind === 'refused') throw new Error(outcome.words);
      if (outcome.kind === 'saved') setSaid(`Saved ${outcome.path ?? file.fileName}.`);
    });
  }

  return (
    <>
      <dl className="facts">
        <div>
          <dt>Lanyard</dt>
          <dd>{settings.version}</dd>
        </div>
        <div>
          <dt>Runs since</dt>
          <dd>
            <Since atMs={settings.startedAtMs} />
          </dd>
        </div>
        <div>
          <dt>On</dt>
          <dd>
            {settings.platform}, Node {settings.nodeVersion}
            {isDesktop() ? ', in its own window' : ', in a browser'}
          </dd>
        </div>
      </dl>
      <p>
        The diagnostics are one file of text with versions, addresses, counts, certificates without their keys, and the
        last lines of the hub’s log. No key, token or password is in it; ids of devices may be.
      </p>
      <div className="settings-acts">
        <Act
          variant="default"
          leftSection={<IconFileDownload size={18} aria-hidden />}
          loading={action.isBusy}
          onClick={save}
        >
          Save diagnostics
        </Act>
        {said !== null && <span role="status">{safeText(said)}</span>}
      </div>
      {action.problem !== null && <ProblemView text={action.problem} />}
    </>
  );
}
