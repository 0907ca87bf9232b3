// What the frame has open, and how wide its rail is; the rail's width is kept.
import { create } from 'zustand';
import { createKept, fieldOf } from '#renderer/link/kept.ts';

/** `actions`: the palette with what the screen can do alone. */
type FrameDialog = 'palette' | 'actions' | 'help';

interface FrameState {
  readonly dialog: FrameDialog | null;
}

export const useFrame = create<FrameState>(() => ({ dialog: null }));

export function showFrameDialog(dialog: FrameDialog | null): void {
  useFrame.setState({ dialog });
}

/** Null: wide where the window has room for it. */
export const useRail = createKept<{ readonly isWide: boolean | null }>('lanyard.rail', (kept) => {
  const isWide = fieldOf(kept, 'isWide');
  return { isWide: typeof isWide === 'boolean' ? isWide : null };
});
