// Devices that pass layers on to their neighbours, and why one of them is passed over.
import { Link } from 'wouter';
import type { SiblingRow } from '#contract/image-shares.ts';
import { StatusMark } from '#renderer/pieces/status-mark.tsx';
import { devicePath } from '#renderer/words/paths.ts';
import { safeText } from '#renderer/words/safe-text.ts';
import type { StatusWords } from '#renderer/words/status-words.ts';

const helping: StatusWords = {
  word: 'Helping',
  meaning: 'The hub names it to its neighbours.',
  color: 'green',
  icon: 'good',
};
const passedOver: StatusWords = {
  word: 'Passed over',
  meaning: 'The hub does not name it now.',
  color: 'orange',
  icon: 'none',
};

export function SiblingsTable({ rows }: { readonly rows: readonly SiblingRow[] }) {
  return (
    <>
      <h2 className="section">Neighbours that help</h2>
      <div className="surface scroll">
        <table className="grid">
          <thead>
            <tr>
              <th scope="col">Device</th>
              <th scope="col">State</th>
              <th scope="col">Address</th>
              <th scope="col" className="number">
                Layers it holds
              </th>
              <th scope="col" className="number">
                Serving
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.deviceId}>
                <td>
                  <Link href={devicePath(row.deviceId)} className="strong-link">
                    {safeText(row.deviceId)}
                  </Link>
                </td>
                <td>
                  <StatusMark words={row.passedOverFor === null ? helping : passedOver} />
                  {row.passedOverFor !== null && <div className="dimmed">{safeText(row.passedOverFor)}</div>}
                </td>
                <td className="mono">{safeText(row.address)}</td>
                <td className="number">{row.holds}</td>
                <td className="number">{row.serving}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
