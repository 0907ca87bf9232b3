// A rule that is tested through and through, mutated along with the domain: its mutants must all be found killed.

/** Whether `value` lies between `least` and `most`, both included. */
export function isWithin(value: number, least: number, most: number): boolean {
  return value >= least && value <= most;
}
