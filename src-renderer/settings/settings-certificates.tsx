// The certificates of the site: what devices trust, what the hub shows them, and until when.
import { IconDownload } from '@tabler/icons-react';
import { useState } from 'react';
import type { CertificateRow, SiteSettings } from '#contract/console-site.ts';
import { saveText } from '#renderer/link/desktop.ts';
import { useView } from '#renderer/link/view-store.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { CopiedFact } from '#renderer/pieces/copied-fact.tsx';
import { ProblemView } from '#renderer/pieces/problem-view.tsx';
import { StatusMark } from '#renderer/pieces/status-mark.tsx';
import { clockTime } from '#renderer/words/age.ts';
import { safeText } from '#renderer/words/safe-text.ts';
import { unreadInWords, untilInWords } from '#renderer/words/site-words.ts';
import type { StatusWords } from '#renderer/words/status-words.ts';

const minuteMs = 60_000;

export function SettingsCertificates({ settings }: { readonly settings: SiteSettings }) {
  const [said, setSaid] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);

  async function save(): Promise<void> {
    if (settings.caPem === null) return;
    const outcome = await saveText('site-ca.pem', settings.caPem);
    setProblem(outcome.kind === 'refused' ? outcome.words : null);
    if (outcome.kind === 'saved') setSaid(`Saved${outcome.path === null ? '' : ` as ${outcome.path}`}.`);
  }

  return (
    <>
      {settings.unread.map((file) => (
        <ProblemView key={file.path} {...unreadInWords(file)} where={file.path} />
      ))}
      {settings.certificates.map((row) => (
        <Certificate key={row.purpose} row={row} />
      ))}
      <div className="settings-acts">
        <Act
          variant="default"
          leftSection={<IconDownload size={18} aria-hidden />}
          disabled={settings.caPem === null}
          onClick={() => void save()}
        >
          Save the authority’s certificate
        </Act>
        {said !== null && <span role="status">{safeText(said)}</span>}
      </div>
      {problem !== null && <ProblemView text={problem} />}
      <p className="dimmed">
        The authority is made once and never replaced, for every device trusts it. The hub’s own certificate is made
        anew by itself: sixty days before its end, and when this machine gets another address.
      </p>
      <p>
        <b>The authority’s key</b> lies in the data folder (<span className="mono">site-ca-key.pem</span>) and nowhere
        else: take it along when you move the hub. It is readable by your user alone, and not wrapped: neither a
        password nor the system’s key store guards it. Whoever gets at your files can sign for this site, so let the
        disk of this machine be encrypted.
      </p>
    </>
  );
}

const purposeWords: Readonly<Record<CertificateRow['purpose'], { readonly title: string; readonly meaning: string }>> =
  {
    'site-ca': { title: 'Authority of the site', meaning: 'Devices are given it, and trust what it signed.' },
    server: { title: 'Certificate of this hub', meaning: 'What devices and tools see when they connect.' },
  };

function Certificate({ row }: { readonly row: CertificateRow }) {
  const nowMs = useView((view) => Math.floor(view.nowMs / minuteMs) * minuteMs);
  const { title, meaning } = purposeWords[row.purpose];
  return (
    <div className="surface settings-card" data-certificate={row.purpose}>
      <div className="settings-card-head">
        <h3>{title}</h3>
        <StatusMark words={validityWords(row, nowMs)} />
      </div>
      <p className="dimmed">{meaning}</p>
      <dl className="copied-facts">
        <CopiedFact name="SHA-256 fingerprint" text={row.fingerprint} />
        <div className="copied-fact">
          <dt>Valid</dt>
          <dd>
            {row.issuedAtMs === 0 ? 'until ' : `${clockTime(row.issuedAtMs)} – `}
            {clockTime(row.endsAtMs)}
            {row.issuedAtMs === 0 && ', also by a clock that is behind'}
          </dd>
        </div>
        {row.names.length > 0 && <CopiedFact name="For" text={row.names.join(', ')} />}
        <CopiedFact name="File" text={row.file} />
      </dl>
    </div>
  );
}

function validityWords({ issuedAtMs, endsAtMs, warnBeforeMs }: CertificateRow, nowMs: number): StatusWords {
  const until = untilInWords(endsAtMs, nowMs);
  if (nowMs > endsAtMs) return { word: `Ended ${until}`, meaning: 'Devices refuse it.', color: 'red', icon: 'bad' };
  if (nowMs < issuedAtMs)
    return {
      word: 'Not valid yet',
      meaning: 'By this machine’s clock it begins in the future: look at the clock.',
      color: 'red',
      icon: 'bad',
    };
  const isNear = endsAtMs - nowMs < warnBeforeMs;
  return isNear
    ? { word: `Ends ${until}`, meaning: 'It should have been renewed by now.', color: 'orange', icon: 'bad' }
    : { word: `Ends ${until}`, meaning: 'It holds.', color: 'green', icon: 'good' };
}
