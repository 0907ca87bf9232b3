// The colours of every look, measured: text at 4.5:1 (7:1 in sunlight), lines that mean something and the focus ring at 3:1,
// on every ground they stand on.
import { DEFAULT_THEME } from '@mantine/core';
import { describe, expect, test } from 'vitest';
import { looks } from '#renderer/look/look.ts';
import { cssVariablesOf, theme } from '#renderer/look/theme.ts';

type Rgb = readonly [number, number, number];

function hexRgb(hex: string): Rgb {
  const digits = hex.slice(1);
  const pairs = digits.length === 3 ? digits.split('').map((digit) => digit + digit) : (digits.match(/../g) ?? []);
  const [red = 0, green = 0, blue = 0] = pairs.map((pair) => Number.parseInt(pair, 16));
  return [red, green, blue];
}

/** Hex, or our own mixtures: `color-mix(in srgb, #0b57b7 10%, #fff)`. */
function rgbOf(color: string): Rgb {
  const mixed = /^color-mix\(in srgb, (#\w+) (\d+)%, (#?\w+)\)$/.exec(color);
  if (mixed === null) return hexRgb(color);
  const share = Number(mixed[2]) / 100;
  const other = hexRgb({ black: '#000', white: '#fff' }[mixed[3] ?? ''] ?? mixed[3] ?? '');
  const [red, green, blue] = hexRgb(mixed[1] ?? '');
  const at = (left: number, right: number) => left * share + right * (1 - share);
  return [at(red, other[0]), at(green, other[1]), at(blue, other[2])];
}

function luminance(rgb: Rgb): number {
  const [red = 0, green = 0, blue = 0] = rgb
    .map((part) => part / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** WCAG's contrast ratio. */
function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminance(rgbOf(one)), luminance(rgbOf(other))].toSorted((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

const names = ['green', 'teal', 'yellow', 'orange', 'red', 'blue', 'gray'];

describe.each(looks)('the look %s', (look) => {
  const { light, dark } = cssVariablesOf(look)(DEFAULT_THEME);
  const colors = look === 'dark' ? dark : light;
  const at = (name: string) => new Map(Object.entries(colors)).get(name) ?? '';
  const grounds = [at('--house-surface'), at('--mantine-color-body')];
  const least = look === 'sunlight' ? 7 : 4.5;

  test.each(['text', 'dimmed', 'placeholder', 'anchor', ...names.map((name) => `${name}-text`)])(
    'when a text is %s, it reads on every ground',
    (name) => {
      for (const ground of grounds) {
        expect(contrast(at(`--mantine-color-${name}`), ground)).toBeGreaterThanOrEqual(least);
      }
    },
  );

  test.each(names)('when something is %s, its words read on its own tint and on its fill', (name) => {
    const color = (part: string) => at(`--mantine-color-${name}-${part}`);
    expect(contrast(color('light-color'), color('light'))).toBeGreaterThanOrEqual(least);
    expect(contrast(color('light-color'), color('light-hover'))).toBeGreaterThanOrEqual(4.5);
    expect(contrast(at('--mantine-primary-color-contrast'), color('filled'))).toBeGreaterThanOrEqual(least);
    expect(contrast(at('--mantine-color-text'), color('light'))).toBeGreaterThanOrEqual(least);
  });

  test('when something cannot be pressed now, its words still read on its ground, and the broken line around it is seen', () => {
    const ground = at('--mantine-color-disabled');
    expect(contrast(at('--mantine-color-disabled-color'), ground)).toBeGreaterThanOrEqual(least);
    for (const beside of [ground, ...grounds])
      expect(contrast(at('--mantine-color-disabled-border'), beside)).toBeGreaterThanOrEqual(3);
  });

  test('when a list can be opened, its arrow reads like the words beside it', () => {
    for (const ground of grounds)
      expect(contrast(at('--combobox-chevron-color'), ground)).toBeGreaterThanOrEqual(least);
  });

  test('when a line bounds a control, or shows the focus, it stands out 3:1; in sunlight every line does', () => {
    const lines = ['--mantine-color-default-border', '--house-focus', ...(look === 'sunlight' ? ['--house-line'] : [])];
    for (const ground of grounds) {
      for (const line of lines) expect(contrast(at(line), ground)).toBeGreaterThanOrEqual(3);
    }
  });
});

test('when something of Mantine is grey in the dark, it is one of our cold greys, each darker than the one before', () => {
  const greys = theme.colors?.['dark'] ?? [];
  expect(greys).toHaveLength(10);
  for (const grey of greys) {
    const [red, green, blue] = hexRgb(grey);
    expect(blue).toBeGreaterThan(red);
    expect(blue).toBeGreaterThanOrEqual(green);
  }
  expect(greys.map((grey) => luminance(hexRgb(grey)))).toEqual(
    greys.map((grey) => luminance(hexRgb(grey))).toSorted((left, right) => right - left),
  );
  // The two grounds are of the same row as what stands on them.
  const { dark } = cssVariablesOf('dark')(DEFAULT_THEME);
  expect(greys).toEqual(expect.arrayContaining([dark['--house-surface'], dark['--mantine-color-body']]));
});
