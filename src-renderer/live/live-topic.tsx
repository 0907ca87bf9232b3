// The newest message of one topic: as JSON, text or bytes, beside the one before it, with its properties; and one of its numbers drawn
// over the messages that were seen here.
import { NativeSelect, SegmentedControl } from '@mantine/core';
import { useEffect, useMemo, useState } from 'react';
import type { LiveMessage, LiveTopic } from '#contract/console-live.ts';
import { clockTime } from '../words/age.ts';
import { bytesInWords } from '../words/bytes.ts';
import { useHub } from '../link/hub-store.ts';
import { JsonDiff } from '../editors/json-diff.tsx';
import { LinePlot } from '../plots/line-plot.tsx';
import { bodyText, type BodyShape, bytesOfBody, jsonOf, numbersIn, shapeOf } from './live-body.ts';
import { topicWord } from './live-tree.ts';
import { safeText } from '../words/safe-text.ts';
import { useWidth } from '../pieces/use-width.ts';

const againAfterMs = 1_000;
const historyChoices = ['20', '100', '500'] as const;
// Of all messages that are kept here.
const mostKeptBytes = 8 * 1024 * 1024;

export function LiveTopicView({ topic, isFrozen }: { readonly topic: LiveTopic; readonly isFrozen: boolean }) {
  const [limit, setLimit] = useState<number>(100);
  const kept = useMessages(topic, isFrozen, limit);
  const newest = kept.at(-1);
  return (
    <div className="surface live-message">
      <h2>
        {safeText(topic.deviceId)} · {safeText(topicWord(topic))}
      </h2>
      {newest === undefined ? (
        <p className="dimmed">Its next message stands here as soon as it comes.</p>
      ) : (
        <>
          <MessageFacts message={newest} kept={kept.length} />
          <Body newest={newest} before={kept.at(-2)} />
          <NumberPlot kept={kept} />
          <NativeSelect
            label="Messages that are kept here"
            size="md"
            value={String(limit)}
            data={historyChoices.map((choice) => choice)}
            onChange={(event) => setLimit(Number(event.currentTarget.value))}
          />
        </>
      )}
    </div>
  );
}

function useMessages(topic: LiveTopic, isFrozen: boolean, limit: number): readonly LiveMessage[] {
  const client = useHub((state) => state.client);
  const { deviceId, moduleId, output } = topic;
  const [kept, setKept] = useState<readonly LiveMessage[]>([]);
  useEffect(() => {
    if (client === null || isFrozen) return;
    let again: ReturnType<typeof setTimeout> | undefined;
    let following: { unsubscribe(): void } | undefined;
    let isOver = false;
    function follow(): void {
      const onEnd = () => {
        if (!isOver) again = setTimeout(follow, againAfterMs);
      };
      following = client?.liveTopic.subscribe(
        { deviceId, moduleId, output },
        {
          onData: (message) => setKept((before) => within([...before, message], limit)),
          onError: onEnd,
          onComplete: onEnd,
        },
      );
    }
    follow();
    return () => {
      isOver = true;
      clearTimeout(again);
      following?.unsubscribe();
    };
  }, [client, deviceId, moduleId, output, isFrozen, limit]);
  return kept;
}

/** The newest, as many as are wanted and no more bytes than a page may hold; two at least, for what changed. */
function within(messages: readonly LiveMessage[], limit: number): readonly LiveMessage[] {
  let bytes = 0;
  const first = messages.findLastIndex(({ body }, index) => {
    bytes += body.length;
    return messages.length - index > limit || (bytes > mostKeptBytes && messages.length - index > 2);
  });
  return messages.slice(first + 1);
}

function MessageFacts({ message, kept }: { readonly message: LiveMessage; readonly kept: number }) {
  const { properties } = message;
  const expiry = properties['$.exp'];
  return (
    <>
      <p>
        {clockTime(message.atMs)} · {bytesInWords(message.size)} · the {message.count}. since it is looked at, {kept}{' '}
        kept here
        {message.isCut && ' · cut at 128 KB'}
      </p>
      <p className="dimmed">
        {expiry === undefined ? 'It never expires.' : `It expires at ${safeText(expiry)}.`} The hub keeps no retained
        messages: the newest of all devices are in its telemetry.
      </p>
      {Object.keys(properties).length > 0 && (
        <dl className="live-properties">
          {Object.entries(properties).map(([name, value]) => (
            <div key={name}>
              <dt className="mono">{safeText(name)}</dt>
              <dd className="mono">{safeText(value)}</dd>
            </div>
          ))}
        </dl>
      )}
    </>
  );
}

const shapes: readonly { readonly value: BodyShape | 'diff'; readonly label: string }[] = [
  { value: 'json', label: 'JSON' },
  { value: 'text', label: 'Text' },
  { value: 'hex', label: 'Bytes' },
  { value: 'diff', label: 'Beside the one before' },
];

function Body({ newest, before }: { readonly newest: LiveMessage; readonly before: LiveMessage | undefined }) {
  const bytes = useMemo(() => bytesOfBody(newest.body), [newest]);
  const [chosen, setChosen] = useState<BodyShape | 'diff' | null>(null);
  const usual = shapeOf(bytes);
  const shape = chosen ?? usual;
  return (
    <>
      <SegmentedControl
        aria-label="How the message is shown"
        value={shape}
        data={[...shapes]}
        onChange={(value) => setChosen(shapes.find((one) => one.value === value)?.value ?? null)}
      />
      {shape === 'diff' ? (
        before === undefined ? (
          <p className="dimmed">There is none before it yet.</p>
        ) : (
          <JsonDiff
            before={bodyText(bytesOfBody(before.body), usual)}
            after={bodyText(bytes, usual)}
            beforeTitle="The one before"
            afterTitle="The newest"
            className="live-body"
          />
        )
      ) : (
        <pre className="code live-body" tabIndex={0} aria-label="Body of the newest message" dir="ltr">
          {bodyText(bytes, shape)}
        </pre>
      )}
    </>
  );
}

function NumberPlot({ kept }: { readonly kept: readonly LiveMessage[] }) {
  const [measure, width] = useWidth();
  const [chosen, setChosen] = useState<string | null>(null);
  const { names, name, atMs, lines } = useMemo(() => drawingOf(kept, chosen), [kept, chosen]);
  if (name === undefined) return null;
  const values = lines[0]?.values.filter((value) => value !== null) ?? [];
  return (
    <div ref={measure}>
      <NativeSelect
        label="Drawn over time"
        size="md"
        value={name}
        data={names.map((one) => ({ value: one, label: safeText(one) }))}
        onChange={(event) => setChosen(event.currentTarget.value)}
      />
      <LinePlot
        label={`${safeText(name)} over the messages kept here`}
        atMs={atMs}
        lines={lines}
        width={width}
        height={140}
      />
      <p className="dimmed">
        Newest {values.at(-1)}, lowest {Math.min(...values)}, highest {Math.max(...values)} of {values.length}.
      </p>
    </div>
  );
}

/** Of the numbers in the newest message, the chosen one or the first. */
function drawingOf(kept: readonly LiveMessage[], chosen: string | null) {
  const read = kept.map(({ body }) => numbersIn(jsonOf(bytesOfBody(body))));
  const names = [...(read.at(-1)?.keys() ?? [])];
  const name = chosen !== null && names.includes(chosen) ? chosen : names[0];
  const values = read.map((numbers) => (name === undefined ? null : (numbers.get(name) ?? null)));
  return { names, name, atMs: kept.map(({ atMs }) => atMs), lines: [{ word: name ?? '', color: 'blue', values }] };
}
