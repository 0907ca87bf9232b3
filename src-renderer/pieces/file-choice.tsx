// A button that opens the computer's own file dialog.
import { useRef } from 'react';
import { Act } from './act.tsx';

export function FileChoice(props: { readonly words: string; readonly onFiles: (files: readonly File[]) => void }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Act onClick={() => input.current?.click()}>{props.words}</Act>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label={props.words}
        onChange={(event) => {
          const files = [...(event.currentTarget.files ?? [])];
          event.currentTarget.value = '';
          if (files.length > 0) props.onFiles(files);
        }}
      />
    </>
  );
}
