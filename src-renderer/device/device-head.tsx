// The head of a device's page: its name, how it stands, how old that knowledge is, and what can be done with it.
import type { DeviceDetail } from '#contract/console-rows.ts';
import { ageInWords, agoInWords, clockTime } from '../words/age.ts';
import { DeviceActions } from './device-actions.tsx';
import { Pill } from '../pieces/pill.tsx';
import { safeText } from '../words/safe-text.ts';
import { stateMeaning } from '../words/state-meaning.ts';
import { StatusMark } from '../pieces/status-mark.tsx';
import { deviceStateWords } from '../words/status-words.ts';
import { useView } from '../link/view-store.ts';

export function DeviceHead({ detail }: { readonly detail: DeviceDetail }) {
  const { row, isEdge, enabled, statusReason } = detail;
  return (
    <header className="device-head">
      <div className="device-title">
        <h1>{safeText(row.deviceId)}</h1>
        <StatusMark words={deviceStateWords[row.state]} />
        <Pill color={isEdge ? 'blue' : 'gray'} word={isEdge ? 'edge device' : 'no edge device'} />
      </div>
      <p className="device-meaning">{stateMeaning(detail)}</p>
      {!enabled && statusReason !== null && statusReason !== '' && (
        <p className="device-meaning">Reason given: {safeText(statusReason)}</p>
      )}
      <Knowledge detail={detail} />
      <DeviceActions detail={detail} />
    </header>
  );
}

/** Apart, so that only this line is drawn anew each second. */
function Knowledge({ detail }: { readonly detail: DeviceDetail }) {
  const nowMs = useView((view) => view.nowMs);
  const { row, connectionChangedAtMs } = detail;
  if (connectionChangedAtMs === null || row.lastSeenAtMs === null)
    return <p className="dimmed">Nothing is known of it yet: it never connected.</p>;
  const age = ageInWords(nowMs - connectionChangedAtMs);
  if (row.connected)
    return (
      <p className="dimmed">
        Connected {age === 'now' ? 'just now' : `for ${age}`} (since {clockTime(connectionChangedAtMs)}) · last news{' '}
        {agoInWords(nowMs - row.lastSeenAtMs)}
      </p>
    );
  return (
    <p>
      <strong>No news since {clockTime(row.lastSeenAtMs)}</strong>{' '}
      <span className="dimmed">
        ({agoInWords(nowMs - row.lastSeenAtMs)}; disconnected {agoInWords(nowMs - connectionChangedAtMs)}). What stands
        below is as it last told.
      </span>
    </p>
  );
}
