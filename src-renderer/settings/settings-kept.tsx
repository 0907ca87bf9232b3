// What the hub keeps, how much room it takes, and what never goes: nobody should find that out from a full disk.
import { Link } from 'wouter';
import type { RetentionRow, SiteSettings } from '#contract/console-site.ts';
import { useSite } from '#renderer/link/site-store.ts';
import { StatusMark } from '#renderer/pieces/status-mark.tsx';
import { bytesInWords } from '#renderer/words/bytes.ts';
import { imagesPath, pullsPath } from '#renderer/words/paths.ts';
import type { StatusWords } from '#renderer/words/status-words.ts';

const whatWords: Readonly<Record<RetentionRow['what'], string>> = {
  journal: 'Journal (history)',
  revisions: 'Configurations given',
  telemetry: 'Messages from devices',
  'cloud-messages': 'Messages to devices',
  'module-messages': 'Messages between modules',
  'attempt-logs': 'Logs of attempts',
  log: 'Log of the hub',
};

const keptForEver: StatusWords = {
  word: 'Never goes',
  meaning: 'It grows for as long as the site lives.',
  color: 'orange',
  icon: 'none',
};
const bounded: StatusWords = { word: 'Bounded', meaning: 'Older ones go by themselves.', color: 'green', icon: 'good' };

export function SettingsKept({ settings }: { readonly settings: SiteSettings }) {
  const news = useSite((state) => state.news);
  return (
    <>
      {news !== null && (
        <dl className="facts">
          <div>
            <dt>Database</dt>
            <dd>{news.databaseBytes === null ? 'its size cannot be read' : bytesInWords(news.databaseBytes)}</dd>
          </div>
          <div>
            <dt>Images</dt>
            <dd>
              {bytesInWords(news.imageBytes)} ·{' '}
              <Link href={imagesPath} className="plain-link">
                quota and clearing
              </Link>
              {' · '}
              <Link href={pullsPath} className="plain-link">
                shares of devices
              </Link>
            </dd>
          </div>
          <div>
            <dt>Free on the disk</dt>
            <dd>
              {news.disk === null
                ? 'The system does not tell.'
                : `${bytesInWords(news.disk.freeBytes)} of ${bytesInWords(news.disk.totalBytes)}`}
            </dd>
          </div>
        </dl>
      )}
      <div className="surface scroll settings-table" role="region" aria-label="How much is kept" tabIndex={0}>
        <table className="grid">
          <thead>
            <tr>
              <th scope="col">What</th>
              <th scope="col">Bounded?</th>
              <th scope="col">How much is kept</th>
              <th scope="col" className="number">
                Rows now
              </th>
            </tr>
          </thead>
          <tbody>
            {settings.retention.map(({ what, rule, isPruned, rows }) => (
              <tr key={what}>
                <th scope="row">{whatWords[what]}</th>
                <td>
                  <StatusMark words={isPruned ? bounded : keptForEver} />
                </td>
                <td>{rule}</td>
                <td className="number">{rows === null ? 'not counted' : rows.toLocaleString('en')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="dimmed">
        These bounds are the hub’s own, the same on every site: nothing of them is set here. What never goes grows with
        the site: deleting a device takes away what it was given, and its history stays.
      </p>
    </>
  );
}
