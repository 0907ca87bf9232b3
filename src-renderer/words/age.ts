// Ages in words, as short as a table needs: how old what we know is.

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** `now`, `42 s`, `5 min`, `3 h`, `12 d`. A moment ahead of our clock reads as now. */
export function ageInWords(ageMs: number): string {
  if (ageMs < 5 * second) return 'now';
  if (ageMs < minute) return `${Math.floor(ageMs / second)} s`;
  if (ageMs < hour) return `${Math.floor(ageMs / minute)} min`;
  if (ageMs < day) return `${Math.floor(ageMs / hour)} h`;
  return `${Math.floor(ageMs / day)} d`;
}

/** The same as a sentence part: `just now`, `5 min ago`. */
export function agoInWords(ageMs: number): string {
  const words = ageInWords(ageMs);
  return words === 'now' ? 'just now' : `${words} ago`;
}

// By 24 hours wherever the reader is from: a row of an audit must not hang on two letters at its end.
const clock = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium', hourCycle: 'h23' });

export function clockTime(atMs: number): string {
  return clock.format(atMs);
}
