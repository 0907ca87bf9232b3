// Where the keyboard is in a table: it stays with its row when the list is sorted or filtered anew, and follows the focus.
import { type FocusEvent, type RefObject, useCallback, useLayoutEffect, useRef, useState } from 'react';

interface RowCursor {
  /** Index of the row that Tab comes to; -1 in an empty table. */
  readonly at: number;
  readonly table: RefObject<HTMLTableElement | null>;
  /** Moves it there, and the focus with it. */
  readonly focus: (index: number) => void;
  readonly onFocus: (event: FocusEvent) => void;
}

export function useRowCursor(keys: readonly string[]): RowCursor {
  const [place, setPlace] = useState<{ readonly key: string | null; readonly index: number }>({ key: null, index: 0 });
  const table = useRef<HTMLTableElement>(null);
  const wantsFocus = useRef(false);
  const at = indexOf(keys, place);

  useLayoutEffect(() => {
    if (!wantsFocus.current) return;
    const row = table.current?.querySelector<HTMLElement>(`tr[data-index="${at}"]`);
    if (row === null || row === undefined) return;
    wantsFocus.current = false;
    row.focus({ preventScroll: true });
  });

  const onFocus = useCallback(
    (event: FocusEvent) => {
      const row = event.target.closest<HTMLElement>('tr[data-index]');
      const index = Number(row?.dataset['index']);
      if (row !== null && Number.isInteger(index)) setPlace({ key: keys[index] ?? null, index });
    },
    [keys],
  );
  return {
    at,
    table,
    focus(index) {
      wantsFocus.current = true;
      setPlace({ key: keys[index] ?? null, index });
    },
    onFocus,
  };
}

function indexOf(
  keys: readonly string[],
  { key, index }: { readonly key: string | null; readonly index: number },
): number {
  if (key === null || keys[index] === key) return Math.min(index, keys.length - 1);
  const found = keys.indexOf(key);
  return found === -1 ? Math.min(index, keys.length - 1) : found;
}
