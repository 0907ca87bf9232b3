// What every benchmark shares: both sides in turns within one run, medians, and words for figures. Nothing here asserts a
// time: on a shared machine only the ratio of two sides measured side by side says something.

export interface Target {
  readonly of: 'ratio' | 'ours';
  readonly atMost?: number;
  readonly atLeast?: number;
  /** Of a rate of ours; without it ours is a p99 in milliseconds. */
  readonly unit?: string;
}

/** One line of the table, and the note that goes with it. */
export interface BenchResult {
  readonly name: string;
  readonly ours: string;
  readonly floor: string;
  readonly ratio: number;
  /** The number the target speaks of, when it is not the ratio. */
  readonly judged?: number;
  readonly target: Target | null;
  /** How big the workload was, and what the floor is. */
  readonly note: string;
}

export interface Workload {
  readonly name: string;
  /** One line of the table, or several that were measured on one site. */
  run(site: BenchRun): Promise<BenchResult | readonly BenchResult[]>;
}

/** What one run of the benchmarks gives each workload. */
export interface BenchRun {
  /** An empty folder of this name, on the disk all sides share; removed when the run ends. */
  folder(name: string): string;
  say(line: string): void;
  /** What `stop` ends when the workload is over, however it is over. Newest first. */
  readonly atEnd: (() => Promise<unknown>)[];
}

export interface Rounds<T> {
  readonly ours: readonly T[];
  readonly floor: readonly T[];
}

/** Ours, floor, floor, ours, ours, floor …: what drifts on the machine meets both sides alike. */
export async function inTurns<T>(
  rounds: number,
  sides: { readonly ours: () => Promise<T>; readonly floor: () => Promise<T> },
): Promise<Rounds<T>> {
  const ours: T[] = [];
  const floor: T[] = [];
  for (let round = 0; round < rounds; round += 1) {
    if (round % 2 === 0) ours.push(await sides.ours());
    floor.push(await sides.floor());
    if (round % 2 === 1) ours.push(await sides.ours());
  }
  return { ours, floor };
}

/** The median over rounds of ours ÷ floor: each pair ran side by side. */
export function pairedRatio({ ours, floor }: Rounds<number>): number {
  return median(ours.map((value, round) => value / (floor[round] ?? Number.NaN)));
}

export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

/** Nearest rank: the smallest value that at least `percent` of them do not exceed. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.max(Math.ceil((percent / 100) * sorted.length) - 1, 0)] ?? Number.NaN;
}

/** Three digits that matter. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return 'none';
  if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en').replaceAll(',', ' ');
  return String(Number(value.toPrecision(3)));
}
