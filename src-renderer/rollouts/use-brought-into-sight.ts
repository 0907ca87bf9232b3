// Whoever follows a count wants its devices: the list comes into sight, and its first line, which says what is shown, has the focus.
// Whoever chooses within the list is there already, and stays where he is.
import { type RefObject, useEffect } from 'react';

export function useBroughtIntoSight(
  { section, line }: { readonly section: RefObject<HTMLElement | null>; readonly line: RefObject<HTMLElement | null> },
  /** What was asked for, another text each time; null: nothing was. `isThere`: the list is. */
  { asked, isThere }: { readonly asked: string | null; readonly isThere: boolean },
): void {
  useEffect(() => {
    if (asked === null || !isThere) return;
    if (section.current?.contains(document.activeElement) === true) return;
    section.current?.scrollIntoView({ block: 'start' });
    line.current?.focus({ preventScroll: true });
  }, [section, line, asked, isThere]);
}
