// The colours of the house: every status pair reads at WCAG AA in light and in dark (Mantine's own do not).
// Fonts come from the system, for the page may fetch nothing.
import { createTheme, type CSSVariablesResolver, type MantineTheme, type VariantColorsResolver } from '@mantine/core';

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

export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    ...colorVariables(light, '#fff', 'black'),
    '--mantine-color-dimmed': '#565d66',
    '--mantine-color-placeholder': '#6a717a',
    '--mantine-color-anchor': light.blue,
    '--mantine-color-body': '#f6f7f9',
    '--mantine-color-default-border': '#868e96',
    '--mantine-primary-color-contrast': '#fff',
    '--house-surface': '#fff',
    '--house-line': '#dfe3e8',
  },
  dark: {
    ...colorVariables(dark, '#1b1f24', 'white'),
    '--mantine-color-dimmed': '#aeb6bf',
    '--mantine-color-placeholder': '#939ba4',
    '--mantine-color-anchor': dark.blue,
    '--mantine-color-body': '#14171a',
    '--mantine-color-default-border': '#79828c',
    '--mantine-primary-color-contrast': '#000',
    '--house-surface': '#1b1f24',
    '--house-line': '#333a42',
  },
});

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
        color: 'light-dark(#fff, #000)',
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
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "Cascadia Mono", "DejaVu Sans Mono", Menlo, monospace',
  headings: { fontWeight: '650' },
  defaultRadius: 'md',
  cursorType: 'pointer',
  variantColorResolver: variantColors,
});
