// Text with a device's key in it, to be taken elsewhere: the key stands in dots until it is asked for; copying it needs no look at it.
import './secret-text.css';
import { useState } from 'react';
import { Act } from './act.tsx';
import { copyText } from './copy-text.ts';

const hiddenKey = /(SharedAccessKey=)[^;"'\s]+/g;
const mostLines = 20;

export function SecretText({ label, text }: { readonly label: string; readonly text: string }) {
  const [isShown, setIsShown] = useState(false);
  const [isCopied, setIsCopied] = useState(false);
  const shown = isShown ? text : text.replaceAll(hiddenKey, '$1••••••••');
  return (
    <section className="secret" aria-label={label}>
      <div className="secret-head">
        <h3>{label}</h3>
        {shown !== text || isShown ? (
          <Act
            variant="subtle"
            aria-label={`${isShown ? 'Hide' : 'Show'} the key: ${label}`}
            onClick={() => setIsShown(!isShown)}
          >
            {isShown ? 'Hide' : 'Show'}
          </Act>
        ) : null}
        <Act variant="subtle" aria-label={`Copy: ${label}`} onClick={() => setIsCopied(copyText(text))}>
          {isCopied ? 'Copied' : 'Copy'}
        </Act>
      </div>
      <code className="code">{shown.split('\n').slice(0, mostLines).join('\n')}</code>
    </section>
  );
}
