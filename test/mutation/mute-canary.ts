// A rule that is run and never asked about, mutated along with the domain: its mutants must be found alive.

export function isPositive(value: number): boolean {
  return value > 0;
}
