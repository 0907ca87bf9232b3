// The service connection string: hidden until a person asks, never asked for by the way, and gone from the page when it is hidden.
import { IconEye, IconEyeOff } from '@tabler/icons-react';
import { useState } from 'react';
import { useHub } from '#renderer/link/hub-store.ts';
import { useAction } from '#renderer/link/use-action.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { CopiedFact } from '#renderer/pieces/copied-fact.tsx';
import { ProblemView } from '#renderer/pieces/problem-view.tsx';

export function SettingsSecret() {
  const client = useHub((state) => state.client);
  const [text, setText] = useState<string | null>(null);
  const action = useAction();

  function show(): void {
    void action.run(async () => {
      const shown = await client?.revealSecret.mutate({ what: 'service-connection-string' });
      setText(shown?.text ?? null);
    });
  }

  return (
    <>
      <p>
        For <span className="mono">az iot</span>, the SDKs and scripts. Whoever has it can do everything that this app
        does: hand it to nobody who may not. That it was shown stands in the history.
      </p>
      {text === null ? (
        <Act variant="default" leftSection={<IconEye size={18} aria-hidden />} loading={action.isBusy} onClick={show}>
          Show the connection string
        </Act>
      ) : (
        <>
          <dl className="surface copied-facts">
            <CopiedFact name="Connection string" text={text} />
          </dl>
          <Act variant="default" leftSection={<IconEyeOff size={18} aria-hidden />} onClick={() => setText(null)}>
            Hide it
          </Act>
        </>
      )}
      {action.problem !== null && <ProblemView text={action.problem} />}
      <p className="dimmed">
        If it came into wrong hands: stop the hub and start it once with{' '}
        <span className="mono">--rotate-service-key</span>. The old one opens nothing from then on; scripts need the new
        one. Devices have keys of their own and notice nothing.
      </p>
    </>
  );
}
