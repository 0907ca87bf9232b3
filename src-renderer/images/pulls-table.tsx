// The transfers of layers from the hub to devices: what is sent, what waits for its turn, and since when.
import { Link } from 'wouter';
import type { PullRow } from '#contract/image-shares.ts';
import { useView } from '#renderer/link/view-store.ts';
import { StatusMark } from '#renderer/pieces/status-mark.tsx';
import { ageInWords } from '#renderer/words/age.ts';
import { bytesInWords, shareInWords } from '#renderer/words/bytes.ts';
import { shortDigest } from '#renderer/words/image-words.ts';
import { devicePath } from '#renderer/words/paths.ts';
import { safeText } from '#renderer/words/safe-text.ts';
import type { StatusWords } from '#renderer/words/status-words.ts';

const words: Readonly<Record<PullRow['state'], StatusWords>> = {
  sending: { word: 'Taking', meaning: 'The hub sends it bytes.', color: 'blue', icon: 'busy' },
  waiting: {
    word: 'Waiting',
    meaning: 'It waits for its turn; turns are even between devices.',
    color: 'gray',
    icon: 'idle',
  },
  stalled: {
    word: 'Stalled',
    meaning: 'It takes nothing now, so others have its turn. It gets one again when it goes on.',
    color: 'orange',
    icon: 'bad',
  },
};

export function PullsTable({ rows }: { readonly rows: readonly PullRow[] }) {
  return (
    <div className="surface scroll">
      <table className="grid">
        <thead>
          <tr>
            <th scope="col">Who</th>
            <th scope="col">State</th>
            <th scope="col">Layer</th>
            <th scope="col" className="number">
              Sent
            </th>
            <th scope="col" className="number">
              Now
            </th>
            <th scope="col">For</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            // A device may take two layers, and one of them twice.
            <Row key={`${index} ${row.digest}`} row={row} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ row }: { readonly row: PullRow }) {
  const nowMs = useView((view) => view.nowMs);
  return (
    <tr data-pull={row.deviceId ?? ''}>
      <td>
        {row.deviceId === null ? (
          'A person'
        ) : (
          <Link href={devicePath(row.deviceId)} className="strong-link">
            {safeText(row.deviceId)}
          </Link>
        )}
      </td>
      <td>
        <StatusMark words={words[row.state]} />
      </td>
      <td className="mono">{shortDigest(row.digest)}</td>
      <td className="number nowrap">
        {bytesInWords(row.sentBytes)} of {bytesInWords(row.totalBytes)}
        <div className="dimmed">{shareInWords(row.sentBytes, row.totalBytes)}</div>
      </td>
      <td className="number nowrap">{row.state === 'sending' ? `${bytesInWords(row.bytesPerSecond)}/s` : '–'}</td>
      <td className="nowrap">{ageInWords(Math.max(0, nowMs - row.sinceMs)).replace('now', 'a moment')}</td>
    </tr>
  );
}
