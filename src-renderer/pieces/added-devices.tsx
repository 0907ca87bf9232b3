// What to do on the devices that were just added: their connection strings, hidden until somebody wants to see them, where this
// hub is and whom to trust, and the very commands that start the agent.
import { Link } from 'wouter';
import type { NewDeviceOutcome } from '#contract/console-devices.ts';
import { devicePath } from '#renderer/words/paths.ts';
import { safeText } from '#renderer/words/safe-text.ts';
import { Act } from './act.tsx';
import { AgentStart, HubToTrust } from './first-connection.tsx';
import { ProblemView } from './problem-view.tsx';
import { SecretText } from './secret-text.tsx';

export function AddedDevices(props: {
  readonly outcomes: readonly NewDeviceOutcome[];
  readonly isEdge: boolean;
  readonly onAnother: () => void;
  readonly onClose: () => void;
}) {
  const { outcomes, isEdge } = props;
  const added = outcomes.filter(({ problem }) => problem === null);
  const failed = outcomes.filter(({ problem }) => problem !== null);
  const strings = added.flatMap(({ connectionString }) => connectionString ?? []);
  const [single] = strings;
  return (
    <>
      {failed.length > 0 && (
        <ProblemView
          text={failed.length === 1 ? 'One device was not added.' : `${failed.length} devices were not added.`}
          details={failed.map(({ problem }) => problem).join('\n')}
          next="Mend what each of them says below, and add it again."
        >
          <ul>
            {failed.map(({ deviceId, problem }) => (
              <li key={deviceId}>{safeText(problem ?? '')}</li>
            ))}
          </ul>
        </ProblemView>
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
      {strings.length === 1 && single !== undefined && <SecretText label="Connection string" text={single} />}
      {strings.length > 1 && (
        <SecretText label={`${strings.length} connection strings, one a line`} text={strings.join('\n')} />
      )}
      {added.length > 0 && <HubToTrust />}
      {isEdge && strings.length > 0 && <AgentStart connectionString={strings.length === 1 ? (single ?? null) : null} />}
      {added.length > 0 && strings.length === 0 && <p>It logs in with its certificate.</p>}
      <div className="dialog-acts">
        <Act variant="default" onClick={props.onAnother}>
          Add another
        </Act>
        <Act onClick={props.onClose}>Done</Act>
      </div>
    </>
  );
}
