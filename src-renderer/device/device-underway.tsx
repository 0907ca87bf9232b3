// What is on its way to a device: its rollout with the reason it stands where it stands, values it has not answered for, messages
// that wait for it. What cannot wait, calls of methods, is said to be none of it.
import { Link } from 'wouter';
import type { DeviceRolloutRow, DeviceUnderway } from '#contract/console-device-page.ts';
import type { DeviceDetail } from '#contract/console-rows.ts';
import { StatusMark } from '#renderer/pieces/status-mark.tsx';
import { ageInWords } from '#renderer/words/age.ts';
import { bytesInWords } from '#renderer/words/bytes.ts';
import { withExitWords } from '#renderer/words/exit-code-words.ts';
import { rolloutPath } from '#renderer/words/paths.ts';
import { standingWords } from '#renderer/words/rollout-words.ts';
import { safeText } from '#renderer/words/safe-text.ts';
import { tabPath } from './device-tabs.tsx';

export function DeviceUnderwayView(props: { readonly detail: DeviceDetail; readonly underway: DeviceUnderway }) {
  const { detail, underway } = props;
  const { rollouts, messages, unreported } = underway;
  const isQueued = unreported !== null && detail.base !== null;
  if (rollouts.length === 0 && messages.length === 0 && !isQueued) return null;
  return (
    <>
      <h2 className="section">
        {rollouts.some(({ isOpen }) => isOpen) || isQueued ? 'Under way' : 'Rollout and queue'}
      </h2>
      <div className="surface underway">
        {rollouts.map((rollout) => (
          <Rollout key={rollout.deploymentId} rollout={rollout} />
        ))}
        {isQueued && (
          <p>
            {detail.row.connected ? (
              <>
                <strong>Sent:</strong> version {unreported.wanted} of what is wanted. The agent has not answered for it
                yet
              </>
            ) : (
              <>
                <strong>Queued:</strong> version {unreported.wanted} of what is wanted waits here, and is sent as soon
                as the device connects
              </>
            )}
            {unreported.reported === null ? '' : `; it last answered for version ${unreported.reported}`}.
          </p>
        )}
        {messages.length > 0 && (
          <p>
            <strong>Queued:</strong>{' '}
            <Link href={tabPath(detail.row.deviceId, 'methods')} className="plain-link">
              {messages.length} {messages.length === 1 ? 'message' : 'messages'}
            </Link>{' '}
            {messages.length === 1 ? 'waits' : 'wait'} for the device, the oldest for{' '}
            {ageInWords(messages[0]?.ageMs ?? 0)}.
          </p>
        )}
        {!detail.row.connected && (
          <p className="dimmed">Method calls and restarts are not queued: a device that is away is not called later.</p>
        )}
      </div>
    </>
  );
}

function Rollout({ rollout }: { readonly rollout: DeviceRolloutRow }) {
  const { deploymentId, explanation, attempt, wave, isOpen, bytes, standing } = rollout;
  return (
    <div className="underway-row">
      <div className="underway-head">
        Rollout{' '}
        <Link href={rolloutPath(deploymentId)} className="strong-link">
          {safeText(deploymentId)}
        </Link>{' '}
        <StatusMark words={standingWords[standing]} />
      </div>
      <p>{safeText(withExitWords(explanation))}</p>
      <p className="dimmed">
        {wave === null ? 'In no wave yet' : `Wave ${wave + 1}`} · attempt {attempt}
        {bytes.done > 0 &&
          ` · ${bytesInWords(bytes.done)}${bytes.total > 0 ? ` of ${bytesInWords(bytes.total)}` : ''} fetched`}
        {!isOpen && ' · the rollout is over'}
      </p>
    </div>
  );
}
