// Copies of the database: made beside the work, checked before they are called one, with how to go back to one.
import { IconCheck, IconDatabaseExport } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import type { BackupProgress, BackupRow, SiteSettings } from '#contract/console-site.ts';
import { Act } from '../pieces/act.tsx';
import { bytesInWords, shareInWords } from '../words/bytes.ts';
import { CopiedFact } from '../pieces/copied-fact.tsx';
import { useHub } from '../link/hub-store.ts';
import { ProblemView } from '../pieces/problem-view.tsx';
import { safeText } from '../words/safe-text.ts';
import { Since } from '../pieces/since.tsx';
import { useSite } from '../link/site-store.ts';
import { useAction } from '../link/use-action.ts';
import { useAnswer } from '../link/use-answer.ts';

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
      {value !== undefined && value.rows.length === 0 && <p className="dimmed">No copy was made yet.</p>}
      <dl className="surface copied-facts">
        <CopiedFact name="Copies lie in" text={settings.backupsDir} />
      </dl>
      <p className="dimmed">
        To go back to one: stop the hub, put the copy in the place of <span className="mono">{settings.database}</span>{' '}
        under that name, and start the hub again. What came after the copy is gone then; devices go on as they are.
      </p>
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
