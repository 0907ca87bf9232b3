// The newest message of one topic: as JSON, text or bytes, beside the one before it, with its properties; and one of its numbers drawn
// over the messages that were seen here.
import { NativeSelect, SegmentedControl } from '@mantine/core';
import { useEffect, useMemo, useState } from 'react';
import type { LiveMessage, LiveTopic } from '#contract/console-live.ts';
import { JsonDiff } from '#renderer/editors/json-diff.tsx';
import { useHub } from '#renderer/link/hub-store.ts';
import { useWidth } from '#renderer/pieces/use-width.ts';
import { LinePlot } from '#renderer/plots/line-plot.tsx';
import { clockTime } from '#renderer/words/age.ts';
import { bytesInWords } from '#renderer/words/bytes.ts';
import { safeText } from '#renderer/words/safe-text.ts';
import { bodyText, type BodyShape, bytesOfBody, jsonOf, numbersIn, shapeOf } from './live-body.ts';
import { topicWord } from './live-tree.ts';

const againAfterMs = 1_000;
const historyChoices = ['20', '100', '500'] as const;
const mostKept = 500;
// Of all messages that are kept here.
const mostKeptBytes = 8 * 1024 * 1024;

export function LiveTopicView({ topic, isFrozen }: { readonly topic: LiveTopic; readonly isFrozen: boolean }) {
  const [limit, setLimit] = useState<number>(100);
  const { kept: all, isFollowed } = useMessages(topic, isFrozen);
  const kept = useMemo(() => all.slice(-limit), [all, limit]);
  const newest = kept.at(-1);
  return (
    <div className="surface live-message">
      <h2>
        {safeText(topic.deviceId)} · {safeText(topicWord(topic))}
      </h2>
      {newest === undefined ? (
        <p className="dimmed">{nothingYet(isFrozen, isFollowed)}</p>
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

function nothingYet(isFrozen: boolean, isFollowed: boolean): string {
  if (isFrozen) return 'Frozen: what comes stands here when it goes on.';
  return isFollowed ? 'Its next message stands here as soon as it comes.' : 'The hub is asked for its messages …';
}

interface Followed {
  readonly kept: readonly LiveMessage[];
  /** The hub has begun to tell: no message from now on is missed. */
  readonly isFollowed: boolean;
}

/** What is frozen is the picture: messages are kept meanwhile, and stand there when it goes on. */
function useMessages(topic: LiveTopic, isFrozen: boolean): Followed {
  const client = useHub((state) => state.client);
  const { deviceId, moduleId, output } = topic;
  const [followed, setFollowed] = useState<Followed>({ kept: [], isFollowed: false });
  const [shown, setShown] = useState(followed);
  if (!isFrozen && shown !== followed) setShown(followed);
  useEffect(() => {
    if (client === null) return;
    let again: ReturnType<typeof setTimeout> | undefined;
    let following: { unsubscribe(): void } | undefined;
    let isOver = false;
    function follow(): void {
      const onEnd = () => {
        if (isOver) return;
        setFollowed(({ kept }) => ({ kept, isFollowed: false }));
        again = setTimeout(follow, againAfterMs);
      };
      following = client?.liveTopic.subscribe(
        { deviceId, moduleId, output },
        {
          onStarted: () => setFollowed(({ kept }) => ({ kept, isFollowed: true })),
          onData: (message) => setFollowed(({ kept }) => ({ kept: within([...kept, message]), isFollowed: true })),
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
  }, [client, deviceId, moduleId, output]);
  return shown;
}

/** The newest, as many as can be wanted and no more bytes than a page may hold; two at least, for what changed. */
function within(messages: readonly LiveMessage[]): readonly LiveMessage[] {
  let bytes = 0;
  const first = messages.findLastIndex(({ body }, index) => {
    bytes += body.length;
    return messages.length - index > mostKept || (bytes > mostKeptBytes && messages.length - index > 2);
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
