// What only this window knows: the time it shows ages by, and when everything is to be asked anew.
import { create } from 'zustand';
import { withBeat } from './page-beat.ts';

interface View {
  readonly nowMs: number;
  /** Counts how often a person wanted everything that was asked for asked again. */
  readonly askings: number;
}

export const useView = create<View>(() => ({ nowMs: Date.now(), askings: 0 }));

/** Every question that a shown view has asked the hub is asked again. */
export function askAnew(): void {
  useView.setState(({ askings }) => ({ askings: askings + 1 }));
}

const tickMs = 1_000;

/** Ages grow by themselves: one tick a second for the whole page, drawn with whatever else is news. */
export function startTicking(): () => void {
  const timer = setInterval(() => withBeat(tickIfDue), tickMs);
  return () => clearInterval(timer);
}

/** Called with every flush too, so that on a busy site time costs no drawing of its own. */
export function tickIfDue(): void {
  const nowMs = Date.now();
  // A clock that was set back shows at once as well.
  if (Math.abs(nowMs - useView.getState().nowMs) >= tickMs - 50) useView.setState({ nowMs });
}
