// The connection string of a device, asked of the hub only when a person wants to see it.
import { useState } from 'react';
import type { DeviceKeysView } from '#contract/console-device-page.ts';
import { useHub } from '#renderer/link/hub-store.ts';
import { useAction } from '#renderer/link/use-action.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { copyText } from '#renderer/pieces/copy-text.ts';
import { ProblemView } from '#renderer/pieces/problem-view.tsx';

const otherWays: Readonly<Record<string, string>> = {
  selfSigned: 'It proves itself with a certificate of its own, whose thumbprint the hub knows.',
  certificateAuthority: 'It proves itself with a certificate that a known authority signed.',
  none: 'It has no way to prove itself, and cannot connect.',
};

/** Of one that has no connection string. */
export function loginWords(authentication: string): string {
  return otherWays[authentication] ?? 'It has no key to copy.';
}

export function DeviceKeys({ deviceId }: { readonly deviceId: string }) {
  const client = useHub((state) => state.client);
  const action = useAction();
  const [keys, setKeys] = useState<DeviceKeysView | null>(null);
  if (keys === null)
    return (
      <>
        <Act
          variant="default"
          loading={action.isBusy}
          onClick={() => void action.run(async () => setKeys((await client?.deviceKeys.query({ deviceId })) ?? null))}
        >
          Show
        </Act>
        <div className="dimmed device-key-hint">It holds the device's key: who has it can be the device.</div>
        {action.problem !== null && <ProblemView text={action.problem} />}
      </>
    );
  return (
    <>
      {keys.connectionString === null ? (
        <p>{loginWords(keys.authentication)}</p>
      ) : (
        <KeyText word="Primary" text={keys.connectionString} />
      )}
      {keys.secondConnectionString !== null && <KeyText word="Secondary" text={keys.secondConnectionString} />}
      <Act variant="default" onClick={() => setKeys(null)}>
        Hide
      </Act>
    </>
  );
}

function KeyText({ word, text }: { readonly word: string; readonly text: string }) {
  const [isCopied, setIsCopied] = useState(false);
  return (
    <div className="device-key">
      <span className="dimmed">{word}</span>
      <code className="mono">{text}</code>
      <Act
        variant="default"
        aria-label={`Copy the ${word.toLowerCase()} connection string`}
        onClick={() => setIsCopied(copyText(text))}
      >
        {isCopied ? 'Copied' : 'Copy'}
      </Act>
    </div>
  );
}
