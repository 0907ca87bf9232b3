// Whose turn it is when many devices want layers from one laptop: in turns between devices, whatever each of them asks for.
import type { DeviceId } from '#base/ids.ts';

export interface StandingInLine {
  readonly deviceId: DeviceId;
  /** How many pulls of this device are under way. */
  readonly underway: number;
  /** Given anew, from one count for all, when the device comes into the line and after each turn it gets. */
  readonly place: number;
}

/**
 * The next to get a turn: of the devices that wait, the one with the fewest pulls under way, and among those the one that has
 * waited longest since it came or had its turn. So a device with nothing under way waits for no more turns than there are others in
 * line, and ten layers of one do not go before one layer of nine.
 *
 * Example: pump has two pulls under way, press and oven none; press came before oven → press, oven, then pump.
 */
export function nextInLine<S extends StandingInLine>(waiting: Iterable<S>): S | null {
  let next: S | null = null;
  for (const one of waiting)
    if (next === null || one.underway < next.underway || (one.underway === next.underway && one.place < next.place))
      next = one;
  return next;
}
