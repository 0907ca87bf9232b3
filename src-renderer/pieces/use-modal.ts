// The browser's own dialog as a thing that is there while its component is: it keeps the focus, makes the rest inert, and of all
// shortcuts only its own are heard.
import { type RefObject, useLayoutEffect, useRef } from 'react';
import { openDialog } from '#renderer/keys/shortcut-book.ts';

/** `name`: told to `DialogName`, so that what is inside it can be heard. */
export function useModal(name: string): RefObject<HTMLDialogElement | null> {
  const dialog = useRef<HTMLDialogElement>(null);
  // While it is still part of the page, or the focus would not go back to who opened it.
  useLayoutEffect(() => {
    const element = dialog.current;
    if (element === null || element.open) return;
    element.showModal();
    const leaveBook = openDialog(name);
    return () => {
      leaveBook();
      element.close();
    };
  }, [name]);
  return dialog;
}
