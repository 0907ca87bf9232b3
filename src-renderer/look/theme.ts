// The colours of the house: every status pair reads at WCAG AA in light and in dark (Mantine's own do not), and at 7:1 in sunlight.
// Lines that mean something, and the focus ring, stand out 3:1 in each; what cannot be pressed now reads as well.
// Fonts come from the system: the page may fetch nothing.
import {
  createTheme,
  type CSSVariablesResolver,
  type MantineColorsTuple,
  type MantineTheme,
  type VariantColorsResolver,
} from '@mantine/core';
import type { Look } from './look.ts';

const light = {
  green: '#1d6f2b',
  teal: '#0b6b5d',
  yellow: '#7a5200',
  orange: '#9a3f00',
  red: '#b3141b',
  blue: '#0b57b7',
  gray: '#4a5158',
};
const dark: typeof light = {
  green: '#6fdc82',
  teal: '#5fdcc3',
  yellow: '#ffd24a',
  orange: '#ffae66',
  red: '#ff9a97',
  blue: '#8fc4ff',
  gray: '#b8bfc7',
};

/** From text to the deepest ground, all of them cold: Mantine's own are warm, and its fields would look like those of another app. */
const coldGreys: MantineColorsTuple = [
  '#e6e9ec',
  '#b8bfc7',
  '#aeb6bf',
  '#9aa2ab',
  '#4a535c',
  '#323a43',
  '#242a31',
  '#1b1f24',
  '#14171a',
  '#0e1113',
];

function colorVariables(colors: typeof light, background: string, hoverTowards: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(colors).flatMap(([name, color]) => [
      [`--mantine-color-${name}-filled`, color],
      [`--mantine-color-${name}-filled-hover`, `color-mix(in srgb, ${color} 88%, ${hoverTowards})`],
      [`--mantine-color-${name}-light`, `color-mix(in srgb, ${color} 10%, ${background})`],
      [`--mantine-color-${name}-light-hover`, `color-mix(in srgb, ${color} 16%, ${background})`],
      [`--mantine-color-${name}-light-color`, color],
      [`--mantine-color-${name}-outline`, color],
      [`--mantine-color-${name}-text`, color],
    ]),
  );
}

/** Every one at 7:1 or better on white and on its own tint. */
const sunlight: typeof light = {
  green: '#00470f',
  teal: '#00453b',
  yellow: '#4a3100',
  orange: '#662900',
  red: '#7d0009',
  blue: '#003a85',
  gray: '#262b30',
};

const variables: Readonly<Record<Look, Readonly<Record<string, string>>>> = {
  light: {
    ...colorVariables(light, '#fff', 'black'),
    '--mantine-color-text': '#16191d',
    '--mantine-color-dimmed': '#565d66',
    '--mantine-color-placeholder': '#646b74',
    '--mantine-color-anchor': light.blue,
    '--mantine-color-error': light.red,
    '--mantine-color-body': '#f6f7f9',
    '--mantine-color-default-border': '#7d858e',
    '--mantine-color-disabled': '#eceff2',
    '--mantine-color-disabled-color': '#5a6169',
    '--mantine-color-disabled-border': '#7d858e',
    '--combobox-chevron-color': '#565d66',
    '--mantine-primary-color-contrast': '#fff',
    '--house-surface': '#fff',
    '--house-line': '#dfe3e8',
    '--house-focus': light.blue,
  },
  dark: {
    ...colorVariables(dark, '#1b1f24', 'white'),
    '--mantine-color-text': '#e6e9ec',
    '--mantine-color-dimmed': '#aeb6bf',
    '--mantine-color-placeholder': '#9aa2ab',
    '--mantine-color-anchor': dark.blue,
    '--mantine-color-error': dark.red,
    '--mantine-color-body': '#14171a',
    '--mantine-color-default': '#242a31',
    '--mantine-color-default-hover': '#323a43',
    '--mantine-color-default-color': '#e6e9ec',
    '--mantine-color-default-border': '#79828c',
    '--mantine-color-disabled': '#20252b',
    '--mantine-color-disabled-color': '#9aa2ab',
    '--mantine-color-disabled-border': '#79828c',
    '--combobox-chevron-color': '#aeb6bf',
    '--mantine-primary-color-contrast': '#000',
    '--house-surface': '#1b1f24',
    '--house-line': '#333a42',
    '--house-focus': dark.blue,
  },
  sunlight: {
    ...colorVariables(sunlight, '#fff', 'black'),
    '--mantine-color-text': '#000',
    '--mantine-color-dimmed': '#262b30',
    '--mantine-color-placeholder': '#3d444b',
    '--mantine-color-anchor': sunlight.blue,
    '--mantine-color-error': sunlight.red,
    '--mantine-color-body': '#fff',
    '--mantine-color-default-border': '#000',
    '--mantine-color-disabled': '#fff',
    '--mantine-color-disabled-color': '#000',
    '--mantine-color-disabled-border': '#000',
    '--combobox-chevron-color': '#000',
    '--mantine-primary-color-contrast': '#fff',
    '--house-surface': '#fff',
    '--house-line': '#000',
    '--house-focus': sunlight.blue,
  },
};

/** Sunlight is a light scheme to Mantine, with colours of its own. */
export function cssVariablesOf(look: Look): CSSVariablesResolver {
  const { light, dark, sunlight } = variables;
  return () => ({ variables: {}, light: look === 'sunlight' ? sunlight : light, dark });
}

const variantColors: VariantColorsResolver = ({
  color,
  variant,
  theme,
}: {
  color: string | undefined;
  variant: string;
  theme: MantineTheme;
}) => {
  const shade = (name: string) => `var(--mantine-color-${color ?? theme.primaryColor}-${name})`;
  const clear = '1px solid transparent';
  switch (variant) {
    case 'filled':
      return {
        background: shade('filled'),
        hover: shade('filled-hover'),
        color: 'var(--mantine-primary-color-contrast)',
        border: clear,
      };
    case 'light':
      return { background: shade('light'), hover: shade('light-hover'), color: shade('light-color'), border: clear };
    case 'outline':
      return {
        background: 'transparent',
        hover: shade('light'),
        color: shade('outline'),
        border: `1px solid ${shade('outline')}`,
      };
    case 'subtle':
    case 'transparent':
      return { background: 'transparent', hover: shade('light'), color: shade('light-color'), border: clear };
    default:
      return {
        background: 'var(--mantine-color-default)',
        hover: 'var(--mantine-color-default-hover)',
        color: 'var(--mantine-color-default-color)',
        border: '1px solid var(--mantine-color-default-border)',
      };
  }
};

export const theme = createTheme({
  primaryColor: 'blue',
  colors: { dark: coldGreys },
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "Cascadia Mono", "DejaVu Sans Mono", Menlo, monospace',
  headings: { fontWeight: '650' },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  variantColorResolver: variantColors,
});
