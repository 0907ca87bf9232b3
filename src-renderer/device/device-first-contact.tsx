// What to do so that a registered device connects for the first time: nothing else is known of it, and nobody else says how.
import { useState } from 'react';
import type { DeviceKeysView } from '#contract/console-device-page.ts';
import type { DeviceDetail } from '#contract/console-rows.ts';
import { useHub } from '#renderer/link/hub-store.ts';
import { useAction } from '#renderer/link/use-action.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { AgentStart, HubToTrust } from '#renderer/pieces/first-connection.tsx';
import { ProblemView } from '#renderer/pieces/problem-view.tsx';
import { SecretText } from '#renderer/pieces/secret-text.tsx';
import { loginWords } from './device-keys.tsx';

export function DeviceFirstContact({ detail }: { readonly detail: DeviceDetail }) {
  const { isEdge } = detail;
  return (
    <section className="surface first-contact" aria-labelledby="first-contact">
      <h2 id="first-contact">Connect it for the first time</h2>
      <p>
        {isEdge
          ? 'Take the authority’s certificate and the package of the agent to the device, and start the agent there. It calls this hub at the address below; this page shows it as soon as it does.'
          : 'Give its own program the connection string and the authority’s certificate. It calls this hub at the address below; this page shows it as soon as it does.'}
      </p>
      <HubToTrust />
      <Login deviceId={detail.row.deviceId} isEdge={isEdge} />
    </section>
  );
}

function Login({ deviceId, isEdge }: { readonly deviceId: string; readonly isEdge: boolean }) {
  const client = useHub((state) => state.client);
  const action = useAction();
  const [keys, setKeys] = useState<DeviceKeysView | null>(null);
  if (keys === null)
    return (
      <>
        <Act
          loading={action.isBusy}
          onClick={() => void action.run(async () => setKeys((await client?.deviceKeys.query({ deviceId })) ?? null))}
        >
          {isEdge ? 'Show the commands for the device' : 'Show its connection string'}
        </Act>
        {action.problem !== null && <ProblemView text={action.problem} where={deviceId} />}
      </>
    );
  if (keys.connectionString === null) return <p>{loginWords(keys.authentication)}</p>;
  return isEdge ? (
    <AgentStart connectionString={keys.connectionString} />
  ) : (
    <SecretText label="Its connection string" text={keys.connectionString} />
  );
}
