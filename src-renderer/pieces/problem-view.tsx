// What went wrong, in the hub's words: what happened, where, since when, what was done about it and what a person can do; and a
// way to take all of it along as text.
import { Button } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconCopy } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useView } from '#renderer/link/view-store.ts';
import { agoInWords, clockTime } from '#renderer/words/age.ts';
import { safeText } from '#renderer/words/safe-text.ts';
import { copyText } from './copy-text.ts';

interface Problem {
  /** What happened, one sentence. May come from a device or another machine. */
  readonly text: string;
  /** Which device, deployment, module, file, or part of the app. */
  readonly where?: string;
  readonly sinceMs?: number;
  /** What the app did about it by itself. */
  readonly done?: string;
  /** What can be done, in words; its buttons are the children. */
  readonly next?: string;
  /** Goes along when it is copied, and is not shown: a trace, the last lines of a log. */
  readonly details?: string;
}

export function ProblemView({ children, ...problem }: Problem & { readonly children?: ReactNode }) {
  const [isCopied, setIsCopied] = useState(false);
  return (
    <div className="problem" role="alert">
      <IconAlertTriangle size={18} aria-hidden />
      <div className="problem-text">
        {safeText(problem.text)}
        <ProblemFacts problem={problem} />
        {children !== undefined && <div className="problem-acts">{children}</div>}
      </div>
      <Button
        variant="subtle"
        color="red"
        h={44}
        leftSection={isCopied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
        onClick={() => setIsCopied(copyText(problemInWords(problem)))}
      >
        {isCopied ? 'Copied' : 'Copy report'}
      </Button>
    </div>
  );
}

function ProblemFacts({ problem }: { readonly problem: Problem }) {
  const { where, sinceMs, done, next } = problem;
  if (where === undefined && sinceMs === undefined && done === undefined && next === undefined) return null;
  return (
    <dl className="problem-facts">
      {where !== undefined && <Fact word="Where">{safeText(where)}</Fact>}
      {sinceMs !== undefined && (
        <Fact word="Since">
          <Since sinceMs={sinceMs} />
        </Fact>
      )}
      {done !== undefined && <Fact word="Done about it">{safeText(done)}</Fact>}
      {next !== undefined && <Fact word="What you can do">{safeText(next)}</Fact>}
    </dl>
  );
}

function Fact({ word, children }: { readonly word: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{word}</dt>
      <dd>{children}</dd>
    </div>
  );
}

// Apart, so that only a problem that has a time is drawn anew each second.
function Since({ sinceMs }: { readonly sinceMs: number }) {
  const nowMs = useView((view) => view.nowMs);
  return `${clockTime(sinceMs)} (${agoInWords(nowMs - sinceMs)})`;
}

/** As it is copied: one fact a line. */
function problemInWords({ text, where, sinceMs, done, next, details }: Problem): string {
  const lines = [
    text,
    where !== undefined && `Where: ${where}`,
    sinceMs !== undefined && `Since: ${new Date(sinceMs).toISOString()}`,
    done !== undefined && `Done about it: ${done}`,
    next !== undefined && `What you can do: ${next}`,
    details !== undefined && `\n${details}`,
  ];
  return lines.filter((line) => line !== false).join('\n');
}
