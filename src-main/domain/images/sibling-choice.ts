// Where a device gets a layer from when its neighbours may help: the first few from the hub, so that there is somebody to help,
// everybody else from a neighbour that has it, spread over all who do.

export interface Neighbour {
  /** How many it serves now, as far as the hub knows. */
  readonly serving: number;
  /** From one count for all; 0: never. */
  readonly lastNamed: number;
}

export interface HelpTerms {
  /** How many devices a neighbour serves at a time. */
  readonly mostAtOnce: number;
  /** How many get one layer from the hub at a time, to pass it on. */
  readonly mostSeeds: number;
}

export interface HelpInSight<N extends Neighbour> {
  /** Those that hold it and that may be named now. */
  readonly neighbours: readonly N[];
  /** How many get it from the hub now, or have just got it and are about to say so. */
  readonly seeds: number;
  readonly waitedMs: number;
  /** What is to be sent. */
  readonly bytes: number;
}

export type Course<N> = { readonly kind: 'neighbour'; readonly neighbour: N } | { readonly kind: 'hub' | 'wait' };

const patienceMs = 20_000;
/** What even a bad wireless network passes on: whoever waits longer than this takes waits for somebody who is no help. */
const leastBytesPerMs = 512;

/**
 * A neighbour that is free, each in its turn. If all are at work, or somebody is about to become one,
 * the device waits for them, but not for ever; else it takes a turn of the hub.
 *
 * Example: two devices get a layer from the hub, thirty-eight wait; the two have it and serve four each, then the ten serve the rest.
 */
export function courseOf<N extends Neighbour>(sight: HelpInSight<N>, terms: HelpTerms): Course<N> {
  const neighbour = nextNamed(sight.neighbours.filter(({ serving }) => serving < terms.mostAtOnce));
  if (neighbour !== null) return { kind: 'neighbour', neighbour };
  const isHelpComing = sight.neighbours.length > 0 || sight.seeds >= terms.mostSeeds;
  const isPatient = sight.waitedMs < patienceMs + sight.bytes / leastBytesPerMs;
  return { kind: isHelpComing && isPatient ? 'wait' : 'hub' };
}

/** Whose turn it is to be named: the one that serves the fewest, of those the one named longest ago. */
export function nextNamed<N extends Neighbour>(neighbours: Iterable<N>): N | null {
  let next: N | null = null;
  for (const one of neighbours)
    if (next === null || one.serving < next.serving || (one.serving === next.serving && one.lastNamed < next.lastNamed))
      next = one;
  return next;
}
