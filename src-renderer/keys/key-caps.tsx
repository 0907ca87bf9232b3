// Keys as they stand on a keyboard: `g s` is two in turn, `Ctrl+K` two together.
import { Fragment } from 'react';
import { chordsOf } from './key-chords.ts';

export function KeyCaps({ keys }: { readonly keys: string }) {
  return (
    <span className="keys">
      {chordsOf(keys).map((chord, at) => (
        <Fragment key={`${at} ${chord}`}>
          {at > 0 && ' '}
          <kbd>{chord}</kbd>
        </Fragment>
      ))}
    </span>
  );
}
