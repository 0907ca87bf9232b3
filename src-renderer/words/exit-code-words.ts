// What an exit code of a container most often means, and what one can do. Docker's own, and those of signals.

const known: Readonly<Record<number, { readonly word: string; readonly next: string }>> = {
  125: { word: 'Docker could not start it', next: 'Check its createOptions.' },
  126: { word: 'its command cannot be run', next: 'Check the command and its rights in the image.' },
  127: { word: 'its command was not found', next: 'Check the command, and that the image is for this platform.' },
  132: { word: 'an instruction this processor lacks', next: 'Use an image made for this platform.' },
  134: { word: 'it aborted itself', next: 'Its last log lines say why.' },
  137: { word: 'killed, often for want of memory', next: 'Look at its memory limit and at the memory of the device.' },
  139: { word: 'it crashed (segmentation fault)', next: 'Its log and another version of the image tell more.' },
  143: { word: 'asked to stop', next: 'Somebody or something stopped it: see the timeline.' },
};

/** 0 and null need no words. `137` → killed, often for want of memory. */
export function exitCodeWords(code: number | null): { readonly word: string; readonly next: string } | null {
  if (code === null || code === 0) return null;
  return known[code] ?? { word: 'it ended with an error of its own', next: 'Its log says why.' };
}
