// The head of a device's page: its name, how it stands, how old that knowledge is, and what can be done with it.
import type { DeviceContact } from '#contract/console-device-page.ts';
import type { DeviceDetail } from '#contract/console-rows.ts';
import { useView } from '#renderer/link/view-store.ts';
import { Pill } from '#renderer/pieces/pill.tsx';
import { StatusMark } from '#renderer/pieces/status-mark.tsx';
import { ageInWords, agoInWords, clockTime } from '#renderer/words/age.ts';
import { safeText } from '#renderer/words/safe-text.ts';
import { stateMeaning } from '#renderer/words/state-meaning.ts';
import { deviceStateWords } from '#renderer/words/status-words.ts';
import { DeviceActions } from './device-actions.tsx';
import { ClockWords, ContactProblems, useContact } from './device-contact.tsx';

export function DeviceHead({ detail }: { readonly detail: DeviceDetail }) {
  const { row, isEdge, enabled, statusReason } = detail;
  const contact = useContact(detail);
  return (
    <header className="device-head">
      <div className="device-title">
        <div className="device-name">
          <h1>{safeText(row.deviceId)}</h1>
          <StatusMark words={deviceStateWords[row.state]} />
          <Pill color={isEdge ? 'blue' : 'gray'} word={isEdge ? 'edge device' : 'no edge device'} />
        </div>
        <DeviceActions detail={detail} />
      </div>
      <div className="device-told">
        <p>{stateMeaning(detail)}</p>
        {!enabled && statusReason !== null && statusReason !== '' && <p>Reason given: {safeText(statusReason)}</p>}
        <Knowledge detail={detail} contact={contact} />
      </div>
      <ContactProblems detail={detail} contact={contact} />
    </header>
  );
}

/** Apart, so that only this line is drawn anew each second. */
function Knowledge(props: { readonly detail: DeviceDetail; readonly contact: DeviceContact | undefined }) {
  const { detail, contact } = props;
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
        <ClockWords contact={contact} nowMs={nowMs} />
      </p>
    );
  return (
    <p>
      <strong>No news since {clockTime(row.lastSeenAtMs)}</strong>{' '}
      <span className="dimmed">
        ({agoInWords(nowMs - row.lastSeenAtMs)}; disconnected {agoInWords(nowMs - connectionChangedAtMs)}). What stands
        below is as it last told
        <ClockWords contact={contact} nowMs={nowMs} />.
      </span>
    </p>
  );
}
