// What is wrong with everything that is shown, above every screen; it copies as text like any other problem.
import { Button } from '@mantine/core';
import { IconCheck, IconCopy, type IconPlugConnectedX } from '@tabler/icons-react';
import { useState } from 'react';
import { copyText } from '#renderer/pieces/copy-text.ts';

export function Banner(props: {
  readonly icon: typeof IconPlugConnectedX;
  readonly words: string;
  /** Where that is more than what is shown: moments in full. */
  readonly copied?: string;
}) {
  const { icon: Icon, words, copied = words } = props;
  const [isCopied, setIsCopied] = useState(false);
  return (
    <div className="banner">
      <div>
        <Icon size={18} aria-hidden />
        <span>{words}</span>
        <Button
          variant="subtle"
          color="yellow"
          h={44}
          leftSection={isCopied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
          onClick={() => setIsCopied(copyText(copied))}
        >
          {isCopied ? 'Copied' : 'Copy report'}
        </Button>
      </div>
    </div>
  );
}
