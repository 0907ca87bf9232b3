// The look that was chosen, put on the page: Mantine's colours, `data-look` for the style sheets, and the size of the text.
import { MantineProvider } from '@mantine/core';
import { type ReactNode, useLayoutEffect, useMemo } from 'react';
import { type Look, useLook } from './look.ts';
import { cssVariablesOf, theme } from './theme.ts';

function styleNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce ?? '';
}

export function HouseTheme({ children }: { readonly children: ReactNode }) {
  const { look, textSize } = useLook();
  const cssVariables = useMemo(() => cssVariablesOf(look), [look]);
  useLayoutEffect(() => {
    const { dataset } = document.documentElement;
    dataset['look'] = look;
    // Mantine sets it too, but after the effects in which plots take over their colours.
    dataset['mantineColorScheme'] = schemeOf(look);
    document.documentElement.style.setProperty('--text-size', String(textSize / 100));
  }, [look, textSize]);
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      forceColorScheme={schemeOf(look)}
      getStyleNonce={styleNonce}
    >
      {children}
    </MantineProvider>
  );
}

function schemeOf(look: Look): 'light' | 'dark' {
  return look === 'dark' ? 'dark' : 'light';
}
