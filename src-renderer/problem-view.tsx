// What went wrong, in the hub's words, with a way to take them along.
import { Button } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconCopy } from '@tabler/icons-react';
import { useState } from 'react';
import { copyText } from './copy-text.ts';
import { safeText } from './safe-text.ts';

export function ProblemView({ text }: { readonly text: string }) {
  const [isCopied, setIsCopied] = useState(false);
  return (
    <div className="problem" role="alert">
      <IconAlertTriangle size={18} aria-hidden />
      <span className="problem-text">{safeText(text)}</span>
      <Button
        variant="subtle"
        color="red"
        h={44}
        leftSection={isCopied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
        onClick={() => setIsCopied(copyText(text))}
      >
        {isCopied ? 'Copied' : 'Copy'}
      </Button>
    </div>
  );
}
