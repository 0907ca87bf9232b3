// What to do on the devices that were just added: their connection strings, hidden until somebody wants to see them, and the very
// command that starts the agent.
import { useState } from 'react';
import { Link } from 'wouter';
import type { NewDeviceOutcome } from '#contract/console-devices.ts';
import { useProjection } from '#renderer/link/projection-store.ts';
import { devicePath } from '#renderer/words/paths.ts';
import { safeText } from '#renderer/words/safe-text.ts';
import { Act } from './act.tsx';
import { copyText } from './copy-text.ts';

const hiddenKey = /(SharedAccessKey=)[^;"]+/g;

export function AddedDevices(props: {
  readonly outcomes: readonly NewDeviceOutcome[];
  readonly isEdge: boolean;
  readonly onAnother: () => void;
  readonly onClose: () => void;
}) {
  const { outcomes, isEdge } = props;
  const caFile = useProjection((state) => state.site?.caFile) ?? 'FILE';
  const added = outcomes.filter(({ problem }) => problem === null);
  const failed = outcomes.filter(({ problem }) => problem !== null);
  const strings = added.flatMap(({ connectionString }) => connectionString ?? []);
  const [single] = strings;
  return (
    <>
      {failed.length > 0 && (
        <div className="problem" role="alert">
          <ul className="problem-text">
            {failed.map(({ deviceId, problem }) => (
              <li key={deviceId}>{safeText(problem ?? '')}</li>
            ))}
          </ul>
        </div>
      )}
      {added.length > 0 && added.length <= 5 && (
        <p>
          {added.map(({ deviceId }, at) => (
            <span key={deviceId}>
              {at > 0 && ', '}
              <Link href={devicePath(deviceId)} className="plain-link" onClick={props.onClose}>
                {safeText(deviceId)}
              </Link>
            </span>
          ))}{' '}
          {added.length === 1 ? 'waits' : 'wait'} for the first connection.
        </p>
      )}
      {strings.length === 1 && single !== undefined && <Secret label="Connection string" text={single} />}
      {strings.length > 1 && (
        <Secret label={`${strings.length} connection strings, one a line`} text={strings.join('\n')} />
      )}
      {isEdge && strings.length > 0 && (
        <>
          <Secret
            label={
              strings.length === 1 ? 'Start the agent on the device' : 'Start the agent on each, with its own string'
            }
            text={commandOf(
              strings.length === 1 && single !== undefined ? single : 'HostName=…;DeviceId=…;SharedAccessKey=…',
              caFile,
            )}
          />
          <p className="dimmed">
            Bring the CA certificate along: it is <span className="mono">{safeText(caFile)}</span> on this machine.
          </p>
        </>
      )}
      {added.length > 0 && strings.length === 0 && (
        <p>
          It logs in with its certificate. The hub’s own CA certificate, which it has to trust, is{' '}
          <span className="mono">{safeText(caFile)}</span> on this machine.
        </p>
      )}
      <div className="dialog-acts">
        <Act variant="default" onClick={props.onAnother}>
          Add another
        </Act>
        <Act onClick={props.onClose}>Done</Act>
      </div>
    </>
  );
}

function commandOf(connectionString: string, caFile: string): string {
  return `npm run agent -- --connection-string ${inQuotes(connectionString)} --ca ${inQuotes(caFile)}`;
}

/** For a shell: an id may hold a $ or a quote. */
function inQuotes(text: string): string {
  return /[$`\\!"]/.test(text) ? `'${text.replaceAll("'", String.raw`'\''`)}'` : `"${text}"`;
}

/** Its key stands in dots until it is asked for; copying it needs no look at it. */
function Secret({ label, text }: { readonly label: string; readonly text: string }) {
  const [isShown, setIsShown] = useState(false);
  const [isCopied, setIsCopied] = useState(false);
  const shown = isShown ? text : text.replaceAll(hiddenKey, '$1••••••••');
  return (
    <section className="secret" aria-label={label}>
      <div className="secret-head">
        <h3>{label}</h3>
        {shown !== text || isShown ? (
          <Act
            variant="subtle"
            aria-label={`${isShown ? 'Hide' : 'Show'} the key: ${label}`}
            onClick={() => setIsShown(!isShown)}
          >
            {isShown ? 'Hide' : 'Show'}
          </Act>
        ) : null}
        <Act variant="subtle" aria-label={`Copy: ${label}`} onClick={() => setIsCopied(copyText(text))}>
          {isCopied ? 'Copied' : 'Copy'}
        </Act>
      </div>
      <code className="code">{shown.split('\n').slice(0, 20).join('\n')}</code>
    </section>
  );
}
