// What needs a person, the worst first: what happened, where, since when, what was done, and the next step as a button.
import { Button } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'wouter';
import type { Attention, AttentionItem } from '#contract/console-site.ts';
import { useView } from '#renderer/link/view-store.ts';
import { copyText } from '#renderer/pieces/copy-text.ts';
import { Since } from '#renderer/pieces/since.tsx';
import { StatusMark } from '#renderer/pieces/status-mark.tsx';
import { attentionInWords, attentionWords, levelWords } from '#renderer/words/attention-words.ts';
import type { StatusWords } from '#renderer/words/status-words.ts';

const allWellWords: StatusWords = {
  word: 'Nothing needs you',
  meaning: 'No device fails, no rollout stands still, and this machine has what it needs.',
  color: 'green',
  icon: 'good',
};
const minuteMs = 60_000;

export function AttentionList({ attention }: { readonly attention: Attention | null }) {
  if (attention === null) return <p className="dimmed">Looking at every device …</p>;
  const { items, untold, isComplete } = attention;
  if (items.length === 0 && isComplete)
    return (
      <div className="surface attention-none">
        <StatusMark words={allWellWords} />
        <span className="dimmed">{allWellWords.meaning}</span>
      </div>
    );
  return (
    <>
      {items.length > 0 && (
        <ul className="surface attention" aria-label="What needs you">
          {items.map((item) => (
            <Item key={item.key} item={item} />
          ))}
        </ul>
      )}
      {untold > 0 && <p className="dimmed">And {untold} more that matter less.</p>}
      {!isComplete && <p className="dimmed">Still looking at every device …</p>}
    </>
  );
}

function Item({ item }: { readonly item: AttentionItem }) {
  // Only days and hours are told by it.
  const nowMs = useView((view) => Math.floor(view.nowMs / minuteMs) * minuteMs);
  const { what, where, more, done, next } = attentionWords(item, nowMs);
  const places = more === null ? where : [...where, more];
  return (
    <li data-matter={item.matter.kind}>
      <div className="attention-level">
        <StatusMark words={levelWords[item.level]} />
        {item.sinceMs !== null && (
          <span className="dimmed attention-since">
            <Since atMs={item.sinceMs} />
          </span>
        )}
      </div>
      <div className="attention-words">
        <What text={what} />
        {places.length > 0 && (
          <p className="attention-where">
            {places.map(({ word, path }) => (
              <Link key={`${path} ${word}`} href={path} className="plain-link break">
                {word}
              </Link>
            ))}
          </p>
        )}
        {done !== null && <p className="dimmed attention-done">{done}</p>}
      </div>
      <div className="attention-acts">
        <Button component={Link} href={next.path} h={44} variant={item.level === 'urgent' ? 'filled' : 'default'}>
          {next.word}
        </Button>
        <CopyMatter item={item} />
      </div>
    </li>
  );
}

/** What it is stands out; why may be as long as a device makes it. */
function What({ text }: { readonly text: string }) {
  const end = /[:.]\s/.exec(text)?.index ?? text.length;
  return (
    <p className="attention-what break">
      <strong>{text.slice(0, end + 1)}</strong>
      {text.slice(end + 1)}
    </p>
  );
}

function CopyMatter({ item }: { readonly item: AttentionItem }) {
  const [isCopied, setIsCopied] = useState(false);
  const Icon = isCopied ? IconCheck : IconCopy;
  return (
    <Button
      variant="subtle"
      color="gray"
      h={44}
      px={10}
      leftSection={<Icon size={16} aria-hidden />}
      onClick={() => setIsCopied(copyText(attentionInWords(item, useView.getState().nowMs)))}
    >
      {isCopied ? 'Copied' : 'Copy report'}
    </Button>
  );
}
