// The one beat of this page: eight in a second, so that with what a drawing brings about by itself (rows that are measured) a busy
// site never costs more than ten drawings a second.
import { createBeat } from './beat.ts';

const everyMs = 120;

const pageBeat = createBeat({
  everyMs,
  nowMs: () => performance.now(),
  after(delayMs, work) {
    const timer = setTimeout(work, delayMs);
    return () => clearTimeout(timer);
  },
});

/** For everything that comes by itself, and not for what a person has just asked for. */
export const withBeat = pageBeat.join;
