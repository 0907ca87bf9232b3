// A message to a device, to see that the way there works: it waits on the hub until the device takes it.
import { Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'wouter';
import { historyAddress } from '#renderer/link/history-query.ts';
import { useHub } from '#renderer/link/hub-store.ts';
import { useProjection } from '#renderer/link/projection-store.ts';
import { useAction } from '#renderer/link/use-action.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { ProblemView } from '#renderer/pieces/problem-view.tsx';
import { safeText } from '#renderer/words/safe-text.ts';

const mostOffered = 200;
export const publishFieldId = 'live-publish-to';
const expiresInS = 3_600;

export function LivePublish({ deviceId }: { readonly deviceId: string }) {
  const client = useHub((state) => state.client);
  const devices = useProjection((state) => state.devices);
  const [to, setTo] = useState<string | null>(null);
  const [body, setBody] = useState('{"test":true}');
  const [sent, setSent] = useState<string | null>(null);
  const sending = useAction();
  const target = to ?? deviceId;
  const isThere = devices.has(target);
  const isAway = devices.get(target)?.row.connected === false;

  async function send(): Promise<void> {
    setSent(null);
    const isSent = await sending.run(async () =>
      client?.sendCloudMessage.mutate({ deviceId: target, body, properties: {}, expiresInS }),
    );
    if (isSent) setSent(target);
  }

  return (
    <form
      className="surface live-publish"
      aria-label="Send a message to a device"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <h2>Send a message to a device</h2>
      <TextInput
        id={publishFieldId}
        label="Device"
        placeholder="id of a device"
        value={target}
        list="live-devices"
        onChange={(event) => setTo(event.currentTarget.value)}
      />
      <datalist id="live-devices">
        {[...devices.keys()].slice(0, mostOffered).map((id) => (
          <option key={id} value={id} />
        ))}
      </datalist>
      <Textarea
        label="Message"
        value={body}
        autosize
        minRows={2}
        onChange={(event) => setBody(event.currentTarget.value)}
      />
      {isAway && <p className="dimmed">It is not connected: the message waits for it, an hour at most.</p>}
      {target === '' && <p className="dimmed">Choose the device that is to get it.</p>}
      {target !== '' && !isThere && <p className="dimmed">There is no device of this name.</p>}
      {sending.problem !== null && <ProblemView text={sending.problem} where={safeText(target)} />}
      <div className="dialog-acts">
        <Act type="submit" disabled={!isThere || sending.isBusy}>
          Send
        </Act>
      </div>
      <p role="status">
        {sent !== null && (
          <>
            Queued for {safeText(sent)}.{' '}
            <Link
              href={historyAddress({
                device: sent,
                kinds: ['cloud-message-queued', 'cloud-message-taken', 'cloud-message-expired'],
              })}
              className="plain-link"
            >
              See whether it was taken
            </Link>
          </>
        )}
      </p>
    </form>
  );
}
