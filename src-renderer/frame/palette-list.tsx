// What the palette has found, the chosen one marked and in sight.
import { IconArrowRight, IconBolt, IconCpu, IconRocket, IconStack2 } from '@tabler/icons-react';
import { memo, useEffect } from 'react';
import { KeyCaps } from '#renderer/keys/key-caps.tsx';
import { safeText } from '#renderer/words/safe-text.ts';
import type { PaletteItem, PaletteKind } from './palette-items.ts';

const kinds: Readonly<Record<PaletteKind, { readonly word: string; readonly icon: typeof IconBolt }>> = {
  action: { word: 'Do', icon: IconBolt },
  screen: { word: 'Go to', icon: IconArrowRight },
  device: { word: 'Device', icon: IconCpu },
  deployment: { word: 'Deployment', icon: IconStack2 },
  rollout: { word: 'Rollout', icon: IconRocket },
};

export const PaletteList = memo(function PaletteList(props: {
  readonly name: string;
  readonly items: readonly PaletteItem[];
  readonly active: PaletteItem | undefined;
  readonly onChoose: (item: PaletteItem) => void;
}) {
  const { name, items, active } = props;
  const at = active === undefined ? -1 : items.indexOf(active);
  useEffect(() => {
    document.querySelector(`#${CSS.escape(`${name}-${at}`)}`)?.scrollIntoView({ block: 'nearest' });
  }, [name, at]);
  return (
    <ul id={`${name}-list`} role="listbox" className="palette-list" aria-label="Found">
      {items.map((item, index) => (
        <PaletteOption
          key={`${item.kind} ${item.word} ${item.aside ?? ''}`}
          id={`${name}-${index}`}
          item={item}
          isActive={item === active}
          onChoose={props.onChoose}
        />
      ))}
    </ul>
  );
});

const PaletteOption = memo(function PaletteOption(props: {
  readonly id: string;
  readonly item: PaletteItem;
  readonly isActive: boolean;
  readonly onChoose: (item: PaletteItem) => void;
}) {
  const { id, item, isActive } = props;
  const { word, icon: Icon } = kinds[item.kind];
  return (
    // The field keeps the focus and hears the keys; an option is only ever pointed at.
    <li id={id} role="option" aria-selected={isActive} className="palette-item" onClick={() => props.onChoose(item)}>
      <Icon size={18} aria-hidden />
      <span className="dimmed palette-kind">{word}</span>
      <span className="break">{safeText(item.word)}</span>
      {item.aside !== null && <KeyCaps keys={item.aside} />}
    </li>
  );
});
