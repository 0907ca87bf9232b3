// What the hub keeps, how much room it takes, and what never goes: nobody should find that out from a full disk.
import { Link } from 'wouter';
import type { RetentionRow, SiteSettings } from '#contract/console-site.ts';
import { bytesInWords } from '../words/bytes.ts';
import { imagesPath, pullsPath } from '../words/paths.ts';
import { useSite } from '../link/site-store.ts';
import { StatusMark } from '../pieces/status-mark.tsx';
import type { StatusWords } from '../words/status-words.ts';

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
            <dd>{bytesInWords(news.databaseBytes)}</dd>
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
    </>
  );
}
