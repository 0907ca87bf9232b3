// A layer's bar draws what it gives and what is hidden of it, and nothing where that is nothing.
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { LayerStack } from '#renderer/plots/layer-stack.tsx';

test('when all of a layer is hidden, its bar has no solid part, and one that hides nothing has no hatched one', () => {
  const layers = [
    { id: 'top', role: 'layer', gives: 2, hidden: 0 },
    { id: 'low', role: 'layer', gives: 0, hidden: 1 },
  ] as const;
  const drawn = renderToStaticMarkup(createElement(LayerStack, { layers, chosen: null, onChoose: () => undefined }));
  const bars = [...drawn.matchAll(/<span class="layer-bar"[^>]*>(.*?)<\/span><span class="layer-count">/g)];
  expect(bars.map(([, bar]) => bar)).toEqual([
    '<span class="layer-gives of-layer" style="width:100%"></span>',
    '<span class="layer-hidden" style="width:50%"></span>',
  ]);
});
