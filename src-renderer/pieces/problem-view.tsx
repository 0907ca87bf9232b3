// What went wrong, in the hub's words: what happened, where, since when, what was done about it and what a person can do; and a
// way to take all of it along as text.
import { Button } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconCopy } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useView } from '#renderer/link/view-store.ts';
import { agoInWords, clockTime } from '#renderer/words/age.ts';
import { safeText } from '#renderer/words/safe-text.ts';
import { copyText } from './copy-text.ts';
import { type Problem, problemInWords, useKnownProblem } from './problem-report.ts';

type Shown = Problem & { readonly children?: ReactNode };

export function ProblemView(shown: Shown) {
  // Its time begins with its text.
  return <ProblemBox key={shown.text} {...shown} />;
}

function ProblemBox({ children, ...given }: Shown) {
  const problem = useKnownProblem(given);
  const [isCopied, setIsCopied] = useState(false);
  return (
    <div className="problem" role="alert">
      <IconAlertTriangle size={18} aria-hidden />
      <div className="problem-text">
        {safeText(problem.text)}
        <ProblemFacts problem={problem} isAgeing={given.sinceMs !== undefined} />
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

function ProblemFacts(props: {
  readonly problem: ReturnType<typeof useKnownProblem>;
  /** Whether its age is told: of one that was only just shown the time will do. */
  readonly isAgeing: boolean;
}) {
  const { where, sinceMs, done, next } = props.problem;
  return (
    <dl className="problem-facts">
      {where !== undefined && <Fact word="Where">{safeText(where)}</Fact>}
      <Fact word="Since">{props.isAgeing ? <Since sinceMs={sinceMs} /> : clockTime(sinceMs)}</Fact>
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

// Apart, so that only its time is drawn anew each second.
function Since({ sinceMs }: { readonly sinceMs: number }) {
  const nowMs = useView((view) => view.nowMs);
  return `${clockTime(sinceMs)} (${agoInWords(nowMs - sinceMs)})`;
}
