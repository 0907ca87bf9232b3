// A fact that somebody will type or paste elsewhere: its text, and a button that takes it along as it is. What is shown turns and
// hides nothing: names of folders may hold anything.
import { Button } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useState } from 'react';
import { safeLine } from '#renderer/words/safe-text.ts';
import { copyText } from './copy-text.ts';

export function CopiedFact(props: {
  readonly name: string;
  readonly text: string;
  /** What is copied where it is more than what is shown. */
  readonly copied?: string;
}) {
  const [isCopied, setIsCopied] = useState(false);
  const Icon = isCopied ? IconCheck : IconCopy;
  return (
    <div className="copied-fact">
      <dt>{props.name}</dt>
      <dd>
        <span className="mono">{safeLine(props.text)}</span>
        <Button
          variant="subtle"
          color="gray"
          h={44}
          px={10}
          leftSection={<Icon size={16} aria-hidden />}
          aria-label={`Copy ${props.name}`}
          onClick={() => setIsCopied(copyText(props.copied ?? props.text))}
        >
          {isCopied ? 'Copied' : 'Copy'}
        </Button>
      </dd>
    </div>
  );
}
