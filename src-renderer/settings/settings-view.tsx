// The settings of this site: how it is reached, what proves it, what it keeps and how much, and how this app looks and listens.
import './settings.css';
import '#renderer/look/site.css';
import { IconArrowRight } from '@tabler/icons-react';
import { type ReactNode, useMemo, useRef } from 'react';
import type { SiteSettings } from '#contract/console-site.ts';
import { useHub } from '#renderer/link/hub-store.ts';
import { useAnswer } from '#renderer/link/use-answer.ts';
import { ProblemView } from '#renderer/pieces/problem-view.tsx';
import { SettingsAbout } from './settings-about.tsx';
import { SettingsAccess } from './settings-access.tsx';
import { SettingsBackups } from './settings-backups.tsx';
import { SettingsCertificates } from './settings-certificates.tsx';
import { SettingsKept } from './settings-kept.tsx';
import { SettingsKeys } from './settings-keys.tsx';
import { SettingsLimits } from './settings-limits.tsx';
import { SettingsLook } from './settings-look.tsx';
import { SettingsReach } from './settings-reach.tsx';
import { SettingsRestore } from './settings-restore.tsx';
import { SettingsSecret } from './settings-secret.tsx';

export function SettingsView() {
  const client = useHub((state) => state.client);
  const ask = useMemo(() => (client === null ? null : () => client.siteSettings.query()), [client]);
  const { value, problem } = useAnswer(ask, null);
  return (
    <>
      <div className="screen-head">
        <h1>Settings</h1>
      </div>
      {problem !== null && <ProblemView text={problem} />}
      {value === undefined ? <p className="dimmed">Asking the hub …</p> : <Parts settings={value} />}
    </>
  );
}

interface Part {
  readonly word: string;
  readonly view: ReactNode;
}

function Parts({ settings }: { readonly settings: SiteSettings }) {
  const parts: readonly Part[] = [
    { word: 'How the hub is reached', view: <SettingsReach settings={settings} /> },
    { word: 'Who may do what', view: <SettingsAccess /> },
    { word: 'Connection string for scripts', view: <SettingsSecret /> },
    { word: 'Certificates', view: <SettingsCertificates settings={settings} /> },
    { word: 'Limits of deployments', view: <SettingsLimits /> },
    { word: 'What is kept', view: <SettingsKept settings={settings} /> },
    { word: 'Backups', view: <SettingsBackups settings={settings} /> },
    { word: 'Going back to a backup', view: <SettingsRestore settings={settings} /> },
    { word: 'Look, size and language', view: <SettingsLook /> },
    { word: 'Keys', view: <SettingsKeys /> },
    { word: 'About and diagnostics', view: <SettingsAbout settings={settings} /> },
  ];
  const shown = useRef<HTMLDivElement>(null);
  function goTo(at: number): void {
    const heading = shown.current?.querySelectorAll<HTMLElement>('.settings-part > h2')[at];
    heading?.scrollIntoView({ block: 'start' });
    heading?.focus({ preventScroll: true });
  }
  return (
    <div className="settings" ref={shown}>
      <nav className="settings-nav" aria-label="Parts of the settings">
        <ul>
          {parts.map(({ word }, at) => (
            <li key={word}>
              <button type="button" className="settings-to" onClick={() => goTo(at)}>
                {word}
                <IconArrowRight size={15} aria-hidden />
              </button>
            </li>
          ))}
        </ul>
      </nav>
      <div className="settings-parts">
        {parts.map(({ word, view }) => (
          <section key={word} className="settings-part" aria-label={word}>
            <h2 tabIndex={-1}>{word}</h2>
            {view}
          </section>
        ))}
      </div>
    </div>
  );
}
