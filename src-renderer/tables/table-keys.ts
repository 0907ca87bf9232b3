// The keys of a table: where each moves the cursor, or what it does to the row that has it.
// They hold only while the table has the focus, so single letters disturb nobody who types or dictates elsewhere.

/** `choose` turns the row over; `extend` chooses from the last one that was; `all` is every row of the table. */
export type TableStep =
  | { readonly kind: 'move'; readonly to: number; readonly isExtending: boolean }
  | { readonly kind: 'open' }
  | { readonly kind: 'choose' }
  | { readonly kind: 'extend' }
  | { readonly kind: 'all' };

interface Pressed {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

/** Null: the key is not the table's. `page`: rows in sight. */
export function tableStep(
  pressed: Pressed,
  { at, count, page }: { readonly at: number; readonly count: number; readonly page: number },
): TableStep | null {
  if (count === 0 || pressed.altKey) return null;
  if (pressed.ctrlKey || pressed.metaKey) return pressed.key.toLowerCase() === 'a' ? { kind: 'all' } : null;
  const move = (to: number): TableStep => ({
    kind: 'move',
    to: Math.max(0, Math.min(count - 1, to)),
    isExtending: pressed.shiftKey,
  });
  switch (pressed.key) {
    case 'ArrowDown':
    case 'j':
    case 'J':
      return move(at + 1);
    case 'ArrowUp':
    case 'k':
    case 'K':
      return move(at - 1);
    case 'PageDown':
      return move(at + page);
    case 'PageUp':
      return move(at - page);
    case 'Home':
      return move(0);
    case 'End':
      return move(count - 1);
    case 'Enter':
      return { kind: 'open' };
    case 'x':
      return { kind: 'choose' };
    case 'X':
      return { kind: 'extend' };
    default:
      return null;
  }
}
