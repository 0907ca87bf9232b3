// The results as one table of text, and below it what each line measured.
import { figure, type BenchResult, type Target } from './measure.ts';

const headings = ['name', 'ours', 'floor', 'ratio', 'target', 'verdict'];

export function benchTable(results: readonly BenchResult[]): string {
  const rows = results.map((result) => [
    result.name,
    result.ours,
    result.floor,
    figure(result.ratio),
    result.target === null ? 'none set' : targetText(result.target),
    verdict(result),
  ]);
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join(' | ')
      .trimEnd();
  const rule = widths.map((width) => '-'.repeat(width)).join('-|-');
  const notes = results.map(({ name, note }) => `${name}: ${note}`);
  return [line(headings), rule, ...rows.map(line), '', ...notes].join('\n');
}

function targetText({ of, atMost, atLeast, unit }: Target): string {
  const subject = of === 'ratio' ? 'ratio' : unit === undefined ? 'p99' : 'ours';
  const measure = of === 'ratio' ? '' : ` ${unit ?? 'ms'}`;
  return atMost === undefined ? `${subject} ≥ ${atLeast}${measure}` : `${subject} ≤ ${atMost}${measure}`;
}

function verdict({ target, ratio, judged }: BenchResult): string {
  if (target === null) return 'for the record';
  const value = judged ?? ratio;
  const isMet = value <= (target.atMost ?? Infinity) && value >= (target.atLeast ?? -Infinity);
  return isMet ? 'meets it' : 'misses it';
}
