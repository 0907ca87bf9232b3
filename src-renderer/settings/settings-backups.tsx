// Copies of the database: made beside the work, checked before they are called one, with how to go back to one.
import { IconCheck, IconDatabaseExport } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import type { BackupProgress, BackupRow, SiteSettings } from '#contract/console-site.ts';
import { useHub } from '#renderer/link/hub-store.ts';
import { useSite } from '#renderer/link/site-store.ts';
import { useAction } from '#renderer/link/use-action.ts';
import { useAnswer } from '#renderer/link/use-answer.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { CopiedFact } from '#renderer/pieces/copied-fact.tsx';
import { ProblemView } from '#renderer/pieces/problem-view.tsx';
import { Since } from '#renderer/pieces/since.tsx';
import { bytesInWords, shareInWords } from '#renderer/words/bytes.ts';
import { safeText } from '#renderer/words/safe-text.ts';
import { unreadInWords } from '#renderer/words/site-words.ts';

export function SettingsBackups({ settings }: { readonly settings: SiteSettings }) {
  const client = useHub((state) => state.client);
  const underWay = useSite((state) => state.news?.backup ?? null);
  const action = useAction();
  const [made, setMade] = useState<BackupRow | null>(null);
  // Read again when one that is under way came to its end, whoever asked for it.
  const [revision, setRevision] = useState(0);
  const ask = useMemo(() => (client === null ? null : () => client.backups.query()), [client]);
  const { value, problem } = useAnswer(ask, revision + (underWay === null ? 0 : 0.5));

  async function backUp(): Promise<void> {
    setMade(null);
    await action.run(async () => setMade((await client?.backUp.mutate()) ?? null));
    setRevision((before) => before + 1);
  }

  const asked = (value?.rows ?? []).filter(({ reason }) => reason === 'asked');
  const goes = value !== undefined && asked.length >= value.mostKept ? asked.at(-1) : undefined;
  return (
    <>
      <p>
        A copy of the database as it is at one moment: devices, keys, deployments, rollouts and the whole history.
        Images, and the site’s authority (<span className="mono">site-ca-key.pem</span>), lie beside it in the data
        folder and are not in it.
      </p>
      <div className="settings-acts">
        <Act
          leftSection={<IconDatabaseExport size={18} aria-hidden />}
          loading={action.isBusy && underWay === null}
          disabled={underWay !== null}
          onClick={() => void backUp()}
        >
          Back up now
        </Act>
        {underWay !== null && (
          <Act variant="default" onClick={() => void client?.cancelBackup.mutate()}>
            Cancel
          </Act>
        )}
        {goes !== undefined && (
          <span className="dimmed">
            The newest {value?.mostKept} are kept: {goes.fileName} goes.
          </span>
        )}
      </div>
      {underWay !== null && <Progress underWay={underWay} />}
      {made !== null && underWay === null && (
        <p role="status" className="backup-made">
          <IconCheck size={18} aria-hidden /> {made.fileName} is on disk, {bytesInWords(made.bytes)}, and passed
          SQLite’s check.
        </p>
      )}
      {action.problem !== null && <ProblemView text={action.problem} where={settings.backupsDir} />}
      {problem !== null && <ProblemView text={problem} />}
      {value !== undefined && value.rows.length > 0 && <BackupTable rows={value.rows} />}
      {value?.unread.map((file) => (
        <ProblemView key={file.path} {...unreadInWords(file)} where={file.path} />
      ))}
      {value !== undefined && value.rows.length + value.unread.length === 0 && (
        <p className="dimmed">No copy was made yet.</p>
      )}
      <dl className="surface copied-facts">
        <CopiedFact name="Copies lie in" text={settings.backupsDir} />
      </dl>
    </>
  );
}

function Progress({ underWay: { step, doneBytes, totalBytes, startedAtMs } }: { readonly underWay: BackupProgress }) {
  const words = step === 'copying' ? 'Copying' : 'Checking the copy';
  return (
    <div className="surface settings-card backup-progress">
      <b>{words}</b>
      {totalBytes > 0 && step === 'copying' && <progress value={doneBytes} max={totalBytes} aria-label={words} />}
      <span className="dimmed">
        {step === 'copying' && totalBytes > 0
          ? `${bytesInWords(doneBytes)} of ${bytesInWords(totalBytes)} · ${shareInWords(doneBytes, totalBytes)} · begun `
          : 'begun '}
        <Since atMs={startedAtMs} />. It goes on when you leave this screen.
      </span>
    </div>
  );
}

function BackupTable({ rows }: { readonly rows: readonly BackupRow[] }) {
  return (
    <div className="surface scroll settings-table" role="region" aria-label="Copies" tabIndex={0}>
      <table className="grid">
        <thead>
          <tr>
            <th scope="col">Copy</th>
            <th scope="col">Made</th>
            <th scope="col">Because</th>
            <th scope="col" className="number">
              Size
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ fileName, madeAtMs, bytes, reason }) => (
            <tr key={fileName}>
              <th scope="row" className="mono">
                {safeText(fileName)}
              </th>
              <td>
                <Since atMs={madeAtMs} />
              </td>
              <td>{reason === 'asked' ? 'a person asked' : 'before the database changed its form'}</td>
              <td className="number">{bytesInWords(bytes)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
