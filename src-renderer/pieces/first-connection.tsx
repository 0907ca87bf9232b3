// How a device connects for the first time: where this hub is, whom it has to trust, and what is typed on it.
import '#renderer/look/site.css';
import { IconDownload } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import type { SiteSettings } from '#contract/console-site.ts';
import { saveText } from '#renderer/link/desktop.ts';
import { useHub } from '#renderer/link/hub-store.ts';
import { useProjection } from '#renderer/link/projection-store.ts';
import { useSiteFacts } from '#renderer/link/use-site-facts.ts';
import { useAnswer } from '#renderer/link/use-answer.ts';
import { safeText } from '#renderer/words/safe-text.ts';
import { Act } from './act.tsx';
import { CopiedFact } from './copied-fact.tsx';
import { ProblemView } from './problem-view.tsx';
import { OtherAddresses, ReachWarning } from './reach-warning.tsx';
import { SecretText } from './secret-text.tsx';
import { agentCommand, anyConnectionString, packageCommands, savedAuthorityName } from './start-commands.ts';

/** What any device needs, whatever runs on it. */
export function HubToTrust() {
  const client = useHub((state) => state.client);
  const site = useSiteFacts();
  const ask = useMemo(() => (client === null ? null : () => client.siteSettings.query()), [client]);
  const { value: settings, problem } = useAnswer(ask, null);
  const authority = settings?.certificates.find(({ purpose }) => purpose === 'site-ca');
  return (
    <>
      <ReachWarning />
      <dl className="surface copied-facts">
        {site !== null && <CopiedFact name="Address of this hub" text={site.mqtts} />}
        {authority !== undefined && <CopiedFact name="Its authority (SHA-256)" text={authority.fingerprint} />}
      </dl>
      <OtherAddresses />
      {problem !== null && <ProblemView text={problem} where="Certificates of this hub" />}
      {settings !== undefined && <SaveAuthority settings={settings} />}
    </>
  );
}

function SaveAuthority({ settings }: { readonly settings: SiteSettings }) {
  const { caPem, caFile } = settings;
  const [said, setSaid] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);

  async function save(): Promise<void> {
    if (caPem === null) return;
    const outcome = await saveText(savedAuthorityName, caPem);
    setProblem(outcome.kind === 'refused' ? outcome.words : null);
    if (outcome.kind === 'saved') setSaid(`Saved${outcome.path === null ? '' : ` as ${outcome.path}`}.`);
  }

  if (caPem === null)
    return (
      <ProblemView
        text="The certificate that devices have to trust cannot be read."
        where={caFile}
        next="See Certificates in Settings: there it stands why."
      />
    );
  return (
    <>
      <div className="authority-acts">
        <Act variant="default" leftSection={<IconDownload size={18} aria-hidden />} onClick={() => void save()}>
          Save the authority’s certificate
        </Act>
        <span className="dimmed">
          Bring it along as <span className="mono">{savedAuthorityName}</span>: the device trusts no other hub.
        </span>
        {said !== null && <span role="status">{safeText(said)}</span>}
      </div>
      {problem !== null && <ProblemView text={problem} where={caFile} />}
    </>
  );
}

/** For an edge device, whose agent is ours; `connectionString` null: for several, each with its own. */
export function AgentStart({ connectionString }: { readonly connectionString: string | null }) {
  const caFile = useProjection((state) => state.site?.caFile) ?? savedAuthorityName;
  const whom = connectionString === null ? 'on each, with its own string' : 'on the device';
  const given = connectionString ?? anyConnectionString;
  return (
    <>
      <SecretText label={`Start the agent ${whom}`} text={packageCommands(given)} />
      <p className="dimmed">
        In the folder with the package and the certificate. The package puts the agent’s settings into{' '}
        <span className="mono">/etc/lanyard-agent</span> and starts it with the device.
      </p>
      <SecretText label="Or without the package, from a copy of Lanyard" text={agentCommand(given, caFile)} />
      <p className="dimmed">
        The certificate is named as it lies on this machine: on another one, name the file that you brought.
      </p>
    </>
  );
}
