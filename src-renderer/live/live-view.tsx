// What devices send, as it comes: a tree of who sends what, the newest message of the one that is looked at, and a message to a device
// to see that the way there works. Nothing can be sent in a device's name.
import './live.css';
import { IconEraser, IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { useMemo } from 'react';
import { Link } from 'wouter';
import type { LiveRow, LiveTopic } from '#contract/console-live.ts';
import { useShortcuts } from '#renderer/keys/shortcuts.ts';
import { useHashPath, useHashSearch } from '#renderer/link/hash-location.ts';
import { useView } from '#renderer/link/view-store.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { EmptyView } from '#renderer/pieces/empty-view.tsx';
import { RestingField } from '#renderer/pieces/resting-field.tsx';
import { agoInWords } from '#renderer/words/age.ts';
import { bytesInWords } from '#renderer/words/bytes.ts';
import { plural } from '#renderer/words/journal-sentence.ts';
import { devicePath, livePath } from '#renderer/words/paths.ts';
import { safeText } from '#renderer/words/safe-text.ts';
import { LivePublish, publishFieldId } from './live-publish.tsx';
import { LiveTopicView } from './live-topic.tsx';
import { branchesOf, type LiveBranch, topicKey, topicWord } from './live-tree.ts';
import { type Live, useLive } from './use-live.ts';

export function LiveView() {
  const search = useHashSearch();
  const [, navigate] = useHashPath();
  const asked = useMemo(() => readLive(search), [search]);
  const live = useLive(asked.words);
  useShortcuts([
    { keys: 'Space', word: 'Freeze or go on', run: live.freeze },
    { keys: 'c', word: 'Clear what came', run: live.clear },
  ]);
  const show = (next: Partial<typeof asked>) => navigate(livePathOf({ ...asked, ...next }), { replace: true });
  const branches = useMemo(() => branchesOf(live.shown), [live.shown]);
  return (
    <>
      <div className="screen-head">
        <h1>Live</h1>
        <Act
          variant="default"
          aria-label={live.isFrozen ? 'Go on' : 'Freeze'}
          leftSection={
            live.isFrozen ? <IconPlayerPlay size={18} aria-hidden /> : <IconPlayerPause size={18} aria-hidden />
          }
          onClick={live.freeze}
        >
          {live.isFrozen ? 'Go on' : 'Freeze'}
        </Act>
        <Act variant="default" leftSection={<IconEraser size={18} aria-hidden />} onClick={live.clear}>
          Clear
        </Act>
      </div>
      <LiveFacts live={live} />
      <search className="history-filter live-filter" aria-label="Which messages">
        <RestingField
          label="Filter"
          description="device, module or output"
          value={asked.words}
          onRest={(words) => show({ words })}
        />
      </search>
      <div className="live-columns">
        <section aria-label="Who sends">
          {branches.length === 0 ? (
            <Waiting words={asked.words} onAll={() => show({ words: '' })} />
          ) : (
            <Tree branches={branches} chosen={asked.topic} onChoose={(topic) => show({ topic })} />
          )}
        </section>
        <section aria-label="What is sent">
          {asked.topic === null ? (
            branches.length > 0 && (
              <p className="dimmed live-hint">Choose who sends, and its newest message stands here.</p>
            )
          ) : (
            <LiveTopicView key={topicKey(asked.topic)} topic={asked.topic} isFrozen={live.isFrozen} />
          )}
          <LivePublish deviceId={asked.topic?.deviceId ?? ''} />
        </section>
      </div>
    </>
  );
}

function LiveFacts({ live: { shown, heldBack, isFrozen } }: { readonly live: Live }) {
  const { total, dropped, rate } = shown;
  return (
    <dl className="facts live-facts">
      <Fact word="Messages">{total}</Fact>
      <Fact word="Packets in">{rate === null ? 'measuring …' : `${rate.inPerS} a second`}</Fact>
      <Fact word="Packets out">{rate === null ? 'measuring …' : `${rate.outPerS} a second`}</Fact>
      <Fact word="Came since frozen">{isFrozen ? plural(heldBack, 'message') : 'not frozen'}</Fact>
      <Fact word="Not in the list">
        {dropped === 0 ? 'none' : `${plural(dropped, 'message')} of senders that found no room in it`}
      </Fact>
    </dl>
  );
}

function Fact({ word, children }: { readonly word: string; readonly children: React.ReactNode }) {
  return (
    <div>
      <dt>{word}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Waiting({ words, onAll }: { readonly words: string; readonly onAll: () => void }) {
  return (
    <EmptyView title="Waiting for messages">
      <p>
        {words === ''
          ? 'As soon as a device or one of its modules sends a message, it stands here. Messages are counted from when this screen was opened.'
          : `No message of “${safeText(words)}” came since this screen was opened.`}
      </p>
      {words === '' ? (
        <Act variant="default" onClick={() => document.getElementById(publishFieldId)?.focus()}>
          Send a test message to a device
        </Act>
      ) : (
        <Act variant="default" onClick={onAll}>
          Show all messages
        </Act>
      )}
    </EmptyView>
  );
}

function Tree(props: {
  readonly branches: readonly LiveBranch[];
  readonly chosen: LiveTopic | null;
  readonly onChoose: (topic: LiveTopic) => void;
}) {
  const { branches, chosen, onChoose } = props;
  const chosenKey = chosen === null ? null : topicKey(chosen);
  const most = Math.max(...branches.flatMap(({ topics }) => topics.map(({ count }) => count)));
  return (
    <ul className="live-tree surface">
      {branches.map(({ deviceId, topics, count }) => (
        <li key={deviceId}>
          <div className="live-device">
            <Link href={devicePath(deviceId)} className="strong-link">
              {safeText(deviceId)}
            </Link>
            <span className="dimmed">{count}</span>
          </div>
          <ul>
            {topics.map((row) => (
              <li key={topicKey(row)}>
                <Topic row={row} most={most} isChosen={topicKey(row) === chosenKey} onChoose={onChoose} />
              </li>
            ))}
          </ul>
        </li>
      ))}
    </ul>
  );
}

function Topic(props: {
  readonly row: LiveRow;
  readonly most: number;
  readonly isChosen: boolean;
  readonly onChoose: (topic: LiveTopic) => void;
}) {
  const { row, most, isChosen, onChoose } = props;
  const nowMs = useView((state) => state.nowMs);
  const { deviceId, moduleId, output } = row;
  return (
    <button
      type="button"
      className="live-topic"
      aria-pressed={isChosen}
      onClick={() => onChoose({ deviceId, moduleId, output })}
    >
      <span className="live-name">{safeText(topicWord(row))}</span>
      <span className="live-count">
        {row.count} · {bytesInWords(row.size)} · {agoInWords(nowMs - row.atMs)}
      </span>
      <span className="live-bar" style={{ inlineSize: `${(row.count / most) * 100}%` }} aria-hidden />
      <span className="live-preview mono">{row.preview === '' ? 'bytes that are no text' : safeText(row.preview)}</span>
    </button>
  );
}

interface LiveAddress {
  readonly words: string;
  readonly topic: LiveTopic | null;
}

function readLive(search: string): LiveAddress {
  const asked = new URLSearchParams(search);
  const deviceId = (asked.get('device') ?? '').slice(0, 128);
  const output = (asked.get('output') ?? '').slice(0, 256);
  const moduleId = asked.get('module')?.slice(0, 128) ?? null;
  return {
    words: (asked.get('q') ?? '').slice(0, 200),
    topic: deviceId === '' ? null : { deviceId, moduleId, output },
  };
}

function livePathOf({ words, topic }: LiveAddress): string {
  const asked = new URLSearchParams();
  if (words !== '') asked.set('q', words);
  if (topic !== null) asked.set('device', topic.deviceId);
  if (topic?.moduleId) asked.set('module', topic.moduleId);
  if (topic?.output) asked.set('output', topic.output);
  return asked.size === 0 ? livePath : `${livePath}?${asked.toString()}`;
}
