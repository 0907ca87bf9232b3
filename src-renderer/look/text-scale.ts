// How large text stands beside its usual size, for what is measured in pixels: rows that scroll, pictures with words in them.
import { type Look, useLook } from './look.ts';

// As `looks.css` and `frame.css` set the size of the root.
const sunlight = 1.125;

/** 1: as usual; with sunlight and the size that was chosen in it, in percent. What is 16 px at 1 is one rem. */
export function textScaleOf({ look, textSize }: { readonly look: Look; readonly textSize: number }): number {
  return (textSize / 100) * (look === 'sunlight' ? sunlight : 1);
}

export function useTextScale(): number {
  return textScaleOf(useLook());
}
