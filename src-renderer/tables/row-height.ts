// How high a row is: it grows with the text that is in it, and in sunlight it holds targets.
import type { Look } from '#renderer/look/look.ts';
import { textScaleOf } from '#renderer/look/text-scale.ts';

/** A target of 44 px, and the line below the row. */
const leastInSunlight = 46;

/**
 * In px; `usual`: with text of the usual size; `textSize` in percent.
 * `rowHeightIn({ look: 'sunlight', textSize: 100 }, 34)` is 46: whoever wants rows close together wears gloves all the same.
 */
export function rowHeightIn(shown: { readonly look: Look; readonly textSize: number }, usual: number): number {
  const height = usual * textScaleOf(shown);
  return Math.round(shown.look === 'sunlight' ? Math.max(leastInSunlight, height) : height);
}
