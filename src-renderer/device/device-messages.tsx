// Cloud-to-device messages: written here, queued on the hub's disk until the device takes them, and taken back while they wait.
import { NativeSelect, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, useCallback, useState } from 'react';
import type { WaitingMessageRow } from '#contract/console-device-page.ts';
import type { DeviceDetail } from '#contract/console-rows.ts';
import { useHub } from '#renderer/link/hub-store.ts';
import { useAction } from '#renderer/link/use-action.ts';
import { useAnswer } from '#renderer/link/use-answer.ts';
import { useNews } from '#renderer/link/use-news.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { ConfirmDialog } from '#renderer/pieces/confirm-dialog.tsx';
import { ProblemView } from '#renderer/pieces/problem-view.tsx';
import { ageInWords } from '#renderer/words/age.ts';
import { bytesInWords } from '#renderer/words/bytes.ts';
import { safeText } from '#renderer/words/safe-text.ts';

const lives = [
  { value: '60', label: 'a minute' },
  { value: '3600', label: 'an hour' },
  { value: '86400', label: 'a day' },
  { value: '604800', label: 'a week' },
  { value: '', label: 'for good' },
];

export function DeviceMessages({ detail }: { readonly detail: DeviceDetail }) {
  const { deviceId, connected } = detail.row;
  const client = useHub((state) => state.client);
  const [body, setBody] = useState('');
  const [property, setProperty] = useState({ name: '', value: '' });
  const [life, setLife] = useState('3600');
  const [sent, setSent] = useState(0);
  const [isPurging, setIsPurging] = useState(false);
  const [said, setSaid] = useState<string | null>(null);
  const action = useAction();
  const news = useNews(detail);
  const ask = useCallback(
    () =>
      client === null
        ? Promise.reject(new Error('The hub is not there.'))
        : client.deviceUnderway.query({ deviceId }).then(({ messages }) => messages),
    [client, deviceId],
  );
  const waiting = useAnswer(client === null ? null : ask, news + sent).value ?? [];

  function submit(event: FormEvent): void {
    event.preventDefault();
    void action.run(async () => {
      const properties: Record<string, string> =
        property.name.trim() === '' ? {} : { [property.name.trim()]: property.value };
      await client?.sendCloudMessage.mutate({
        deviceId,
        body,
        properties,
        expiresInS: life === '' ? null : Number(life),
      });
      setBody('');
      setSent((count) => count + 1);
      setSaid(connected ? 'Queued, and on its way.' : 'Queued: it is sent when the device connects.');
    });
  }

  return (
    <>
      <h2 className="section">Messages to the device</h2>
      <form className="surface method-form" onSubmit={submit}>
        <Textarea
          label="Message"
          description="Queued on the hub's disk until the device takes it; 50 wait at most"
          autosize
          minRows={2}
          maxRows={10}
          value={body}
          onChange={(event) => setBody(event.currentTarget.value)}
        />
        <div className="log-controls message-terms">
          <TextInput
            label="Property"
            value={property.name}
            onChange={(event) => setProperty({ ...property, name: event.currentTarget.value })}
          />
          <TextInput
            label="Its value"
            value={property.value}
            onChange={(event) => setProperty({ ...property, value: event.currentTarget.value })}
          />
          <NativeSelect
            label="It waits"
            value={life}
            data={lives}
            onChange={(event) => setLife(event.currentTarget.value)}
          />
        </div>
        {action.problem !== null && <ProblemView text={action.problem} where={deviceId} />}
        <div className="log-acts">
          <Act type="submit" loading={action.isBusy} disabled={body === ''}>
            Send
          </Act>
          <span role="status" className="dimmed">
            {said}
          </span>
        </div>
      </form>
      {waiting.length > 0 && (
        <>
          <h3 className="section">
            {waiting.length} {waiting.length === 1 ? 'message waits' : 'messages wait'}
          </h3>
          <WaitingTable rows={waiting} />
          <Act variant="outline" color="red" onClick={() => setIsPurging(true)}>
            Take all of them back …
          </Act>
        </>
      )}
      {isPurging && (
        <ConfirmDialog
          title="Take the waiting messages back?"
          act="Take them back"
          danger={{ grade: 'named', hits: [{ noun: 'message', names: waiting.map((row) => row.preview) }] }}
          onClose={() => setIsPurging(false)}
          onConfirm={async () => {
            const answer = await client?.purgeCloudMessages.mutate({ deviceId });
            setSent((count) => count + 1);
            setSaid(`${answer?.purged ?? 0} taken back.`);
          }}
        >
          <p>The device never gets them. One that is just being sent it may still get.</p>
        </ConfirmDialog>
      )}
    </>
  );
}

function WaitingTable({ rows }: { readonly rows: readonly WaitingMessageRow[] }) {
  return (
    <div className="surface scroll waiting" tabIndex={0} role="region" aria-label="Messages that wait">
      <table className="grid">
        <thead>
          <tr>
            <th scope="col">Message</th>
            <th scope="col" className="number">
              Size
            </th>
            <th scope="col">Waits for</th>
            <th scope="col">Expires</th>
            <th scope="col" className="number">
              Sent
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.messageId}>
              <td className="mono">{safeText(row.preview)}</td>
              <td className="number">{bytesInWords(row.bytes)}</td>
              <td>{ageInWords(row.ageMs)}</td>
              <td>{row.expiresInMs === null ? 'never' : `in ${ageInWords(row.expiresInMs)}`}</td>
              <td className="number">{row.deliveryCount} times</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
