// Where devices and tools reach the hub: what holds in this run, and what a person chooses for the next start.
import { useMemo } from 'react';
import type { ListeningView } from '#contract/console-listening.ts';
import type { SiteSettings } from '#contract/console-site.ts';
import { useHub } from '#renderer/link/hub-store.ts';
import { useAnswer } from '#renderer/link/use-answer.ts';
import { CopiedFact } from '#renderer/pieces/copied-fact.tsx';
import { ProblemView } from '#renderer/pieces/problem-view.tsx';
import { ReachWarning } from '#renderer/pieces/reach-warning.tsx';
import { ListeningForm } from './listening-form.tsx';

export function SettingsReach({ settings }: { readonly settings: SiteSettings }) {
  const client = useHub((state) => state.client);
  const ask = useMemo(
    () => (client === null ? null : (): Promise<ListeningView> => client.listening.query()),
    [client],
  );
  const { value, problem, take } = useAnswer(ask, null);
  const { https, mqtts, host, names, dataDir } = settings;
  const isOpen = host === '0.0.0.0' || host === '::';
  return (
    <>
      <ReachWarning isInSettings />
      <dl className="surface copied-facts">
        <CopiedFact name="MQTT over TLS" text={mqtts} />
        <CopiedFact name="HTTPS" text={https} />
        <CopiedFact name="Listens at" text={isOpen ? `${host} (every address of this machine)` : host} copied={host} />
        <CopiedFact name="Names and addresses" text={names.join(', ')} />
        <CopiedFact name="Data folder" text={dataDir} />
      </dl>
      {problem !== null && <ProblemView text={problem} />}
      {value !== undefined && <ListeningForm view={value} onChosen={take} />}
    </>
  );
}
