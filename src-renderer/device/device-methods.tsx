// Calls to a device: direct methods of it and its modules, answered while one waits, and messages, which wait for it in a queue.
import { NativeSelect, TextInput } from '@mantine/core';
import { useId, useState } from 'react';
import { parseJson } from '#base/json-text.ts';
import type { Json } from '#base/json.ts';
import { longestMethodWaitS } from '#contract/console-device-page.ts';
import type { DeviceDetail } from '#contract/console-rows.ts';
import { CodeEditor } from '#renderer/editors/code-editor.tsx';
import { useShortcuts } from '#renderer/keys/shortcuts.ts';
import { useHub } from '#renderer/link/hub-store.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { agentMethods } from '#renderer/words/method-words.ts';
import { safeText } from '#renderer/words/safe-text.ts';
import { DeviceMessages } from './device-messages.tsx';
import { MadeCalls } from './made-calls.tsx';
import { callMethod } from './method-calls-store.ts';

const agentId = '$edgeAgent';

export function DeviceMethods({ detail }: { readonly detail: DeviceDetail }) {
  return (
    <>
      <MethodForm detail={detail} />
      <MadeCalls detail={detail} />
      <DeviceMessages detail={detail} />
    </>
  );
}

function MethodForm({ detail }: { readonly detail: DeviceDetail }) {
  const { deviceId, connected } = detail.row;
  const client = useHub((state) => state.client);
  const payloadProblemId = useId();
  const modules = [
    ...(detail.isEdge ? [agentId] : []),
    ...detail.modules.filter(({ isSystem }) => !isSystem).map(({ name }) => name),
  ];
  const [moduleId, setModuleId] = useState(detail.isEdge ? agentId : '');
  const [name, setName] = useState(detail.isEdge ? 'ping' : '');
  const [text, setText] = useState('null');
  const [responseS, setResponseS] = useState('30');
  const [connectS, setConnectS] = useState('0');
  const payload = readPayload(text);
  const known = moduleId === agentId ? agentMethods : [];
  const chosen = known.find((method) => method.name === name);
  const times = { responseTimeoutS: Number(responseS), connectTimeoutS: Number(connectS) };
  const isTimed = isSeconds(times.responseTimeoutS, 5) && isSeconds(times.connectTimeoutS, 0);
  const canCall = client !== null && name.trim() !== '' && payload.ok && isTimed;

  function call(): void {
    if (!canCall || !payload.ok) return;
    void callMethod(client, {
      deviceId,
      moduleId: moduleId === '' ? null : moduleId,
      name: name.trim(),
      payload: payload.value,
      ...times,
    });
  }

  useShortcuts([{ keys: 'Ctrl+Enter', word: 'Method: call it', run: call }]);

  return (
    <section className="surface method-form" aria-label="Call a method">
      <div className="log-controls">
        <NativeSelect
          label="Answered by"
          value={moduleId}
          data={[
            { value: '', label: 'the device itself' },
            ...modules.map((module) => ({ value: module, label: safeText(module) })),
          ]}
          onChange={(event) => setModuleId(event.currentTarget.value)}
        />
        <TextInput
          className="method-name"
          label="Method"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Act disabled={!canCall} onClick={call} aria-label={`Call ${safeText(name.trim())}`}>
          Call
        </Act>
        <TextInput
          label="Wait for the answer (s)"
          type="number"
          min={5}
          max={longestMethodWaitS}
          value={responseS}
          error={isSeconds(times.responseTimeoutS, 5) ? null : `5 to ${longestMethodWaitS}`}
          onChange={(event) => setResponseS(event.currentTarget.value)}
        />
        <TextInput
          label="Wait for it to connect (s)"
          type="number"
          min={0}
          max={longestMethodWaitS}
          value={connectS}
          error={isSeconds(times.connectTimeoutS, 0) ? null : `0 to ${longestMethodWaitS}`}
          onChange={(event) => setConnectS(event.currentTarget.value)}
        />
      </div>
      {known.length > 0 && (
        <ul className="known-methods" aria-label="Methods of the agent">
          {known.map((method) => (
            <li key={method.name}>
              <Act
                aria-pressed={method.name === name}
                variant={method.name === name ? 'filled' : 'default'}
                onClick={() => {
                  setName(method.name);
                  setText(JSON.stringify(method.payload, null, 2));
                }}
              >
                {method.name}
              </Act>
            </li>
          ))}
        </ul>
      )}
      <p className="dimmed method-hint">
        {chosen !== undefined && `${chosen.word}. `}
        {connected || times.connectTimeoutS > 0
          ? 'The call waits for its answer; it is not queued.'
          : 'The device is not connected: a call fails at once, unless it is given time to connect.'}
      </p>
      <span className="field-name">Payload (JSON)</span>
      <CodeEditor
        label="Payload"
        language="json"
        value={text}
        onChange={setText}
        describedBy={payloadProblemId}
        className="method-payload"
      />
      <div id={payloadProblemId} role="status" className="field-fault">
        {payload.ok ? '' : payload.words}
      </div>
    </section>
  );
}

function isSeconds(value: number, least: number): boolean {
  return Number.isInteger(value) && value >= least && value <= longestMethodWaitS;
}

type Payload = { readonly ok: true; readonly value: Json } | { readonly ok: false; readonly words: string };

function readPayload(text: string): Payload {
  if (text.trim() === '') return { ok: true, value: null };
  try {
    return { ok: true, value: parseJson(text) };
  } catch (error) {
    // The one way the platform tells that text is no JSON.
    return {
      ok: false,
      words: `This is no JSON: ${safeText(error instanceof Error ? error.message : String(error))}.`,
    };
  }
}
