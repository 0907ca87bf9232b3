// Lines over time, drawn by uPlot: colours and dashes are told apart without colour, and whoever does not see the picture is given the
// numbers as a table by the caller. uPlot is used in this file alone.
import 'uplot/dist/uPlot.min.css';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import { useLook } from '#renderer/look/look.ts';

export interface PlotLine {
  readonly word: string;
  /** Of the theme: `green`. */
  readonly color: string;
  /** In px, on and off; absent: a whole line. */
  readonly dash?: readonly number[];
  readonly width?: number;
  /** Beside its number in a legend: `≥ `. */
  readonly sign?: string;
  /** One for each moment; null: nothing is known then. */
  readonly values: readonly (number | null)[];
}

export interface LinePlotProps {
  readonly label: string;
  /** What is counted, written along the upright axis. */
  readonly axis?: string;
  readonly atMs: readonly number[];
  readonly lines: readonly PlotLine[];
  readonly width: number;
  readonly height: number;
}

/** Drawn anew in another look, for its colours are taken over once. */
export function LinePlot(props: LinePlotProps) {
  const { look, textSize } = useLook();
  return <Plot key={`${look} ${textSize}`} {...props} isBold={look === 'sunlight'} />;
}

/** `isBold`: in the sun thin lines are none. */
function Plot(props: LinePlotProps & { readonly isBold: boolean }) {
  const { label, axis = null, atMs, lines, width, height, isBold } = props;
  const home = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = home.current;
    if (element === null || width === 0) return;
    const plot = new uPlot(optionsOf(element, { axis, lines, width, height, isBold }), dataOf(atMs, lines), element);
    return () => plot.destroy();
  }, [axis, atMs, lines, width, height, isBold]);
  return <div ref={home} className="plot" role="img" aria-label={label} style={{ height }} />;
}

function dataOf(atMs: LinePlotProps['atMs'], lines: LinePlotProps['lines']): uPlot.AlignedData {
  return [atMs.map((at) => at / 1_000), ...lines.map(({ values }) => [...values])];
}

function optionsOf(
  element: HTMLElement,
  how: Pick<LinePlotProps, 'lines' | 'width' | 'height'> & { readonly axis: string | null; readonly isBold: boolean },
): uPlot.Options {
  const { lines, width, height, isBold } = how;
  const style = getComputedStyle(element);
  const colorOf = (name: string) => style.getPropertyValue(name).trim();
  // Grows with the page's text, which the canvas does not hear of by itself.
  const em = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
  const thick = isBold ? 1.5 : 1;
  const grid = { stroke: colorOf('--house-line'), width: 1 };
  const axis = {
    stroke: colorOf('--mantine-color-text'),
    grid,
    ticks: grid,
    font: `${Math.round(em * 0.8)}px ${style.fontFamily}`,
    labelFont: `600 ${Math.round(em * 0.8)}px ${style.fontFamily}`,
    labelSize: Math.round(em * 1.4),
    labelGap: 2,
  };
  const named = (label: string) => (how.axis === null ? {} : { label });
  const stepped = uPlot.paths.stepped?.({ align: 1 });
  return {
    width,
    height,
    // The words of a time stand at the middle of its tick, also of one at the right edge.
    padding: [null, Math.round(em * 2), null, null],
    // The words of the lines stand in the caller's legend, and nothing is to be had by pointing alone.
    legend: { show: false },
    cursor: { show: false },
    scales: { x: { time: true }, y: { range: (_plot, _low, high) => [0, Math.max(1, Math.ceil(high * 1.08))] } },
    axes: [
      {
        ...axis,
        ...named('Time'),
        size: Math.round(em * 2),
        // The words of two ticks keep apart, and tell no less than what lies between them: a second.
        space: Math.round(em * 5.5),
        incrs: timeStepsS,
        values: (plot, splits) => splits.map((seconds) => timeWords(seconds, plot)),
      },
      {
        ...axis,
        ...named(how.axis ?? ''),
        size: Math.round(em * 2.75),
        incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000],
      },
    ],
    series: [
      {},
      ...lines.map(({ word, color, dash, width: thickness }): uPlot.Series => ({
        label: word,
        stroke: colorOf(`--mantine-color-${color}-text`),
        width: (thickness ?? 2) * thick,
        points: { show: false },
        ...(dash && { dash: [...dash] }),
        ...(stepped && { paths: stepped }),
      })),
    ],
  };
}

const minuteS = 60;
const hourS = 60 * minuteS;
const dayS = 24 * hourS;
const minuteParts = [1, 2, 5, 10, 15, 30];
const timeStepsS = [
  ...minuteParts,
  ...minuteParts.map((minutes) => minutes * minuteS),
  ...[1, 2, 3, 6, 12].map((hours) => hours * hourS),
  ...[1, 2, 4, 7, 14, 28, 90, 365].map((days) => days * dayS),
];

/** As exact as the span needs. */
function timeWords(seconds: number, { scales }: uPlot): string {
  const { min = 0, max = 0 } = scales['x'] ?? {};
  const span = (max ?? 0) - (min ?? 0);
  const exact: Intl.DateTimeFormatOptions =
    span > 3 * 86_400
      ? { day: 'numeric', month: 'short' }
      : span > 86_400
        ? { weekday: 'short', hour: '2-digit', minute: '2-digit' }
        : { hour: '2-digit', minute: '2-digit', ...(span < 600 && { second: '2-digit' }) };
  return new Intl.DateTimeFormat(undefined, { ...exact, hourCycle: 'h23' }).format(seconds * 1_000);
}
