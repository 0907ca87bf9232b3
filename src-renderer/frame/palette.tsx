// Everything by its name: one field, a list that narrows as one types, all by keyboard. A combobox to who listens.
import { type KeyboardEvent, useCallback, useId, useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import { useHub } from '#renderer/link/hub-store.ts';
import { useProjection } from '#renderer/link/projection-store.ts';
import { useAnswer } from '#renderer/link/use-answer.ts';
import { useModal } from '#renderer/pieces/use-modal.ts';
import { actionItems, findItems, type PaletteItem, screenItems, siteItems } from './palette-items.ts';
import { PaletteList } from './palette-list.tsx';

/** `isOfScreenAlone`: only what the shown screen can do. */
export function Palette(props: { readonly isOfScreenAlone: boolean; readonly onClose: () => void }) {
  const { isOfScreenAlone, onClose } = props;
  const name = useId();
  const dialog = useModal(name);
  const [, navigate] = useLocation();
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const items = useItems(isOfScreenAlone);
  const found = useMemo(() => findItems(items, text), [items, text]);
  const active = found.items[Math.min(at, found.items.length - 1)];

  const choose = useCallback(
    ({ deed }: PaletteItem) => {
      // Closed first: what it opens may be a dialog, and the focus goes back before it goes on.
      onClose();
      setTimeout(() => ('path' in deed ? navigate(deed.path) : deed.run()));
    },
    [navigate, onClose],
  );

  function press(event: KeyboardEvent): void {
    const last = found.items.length - 1;
    const to = { ArrowDown: at >= last ? 0 : at + 1, ArrowUp: at <= 0 ? last : at - 1, Home: 0, End: last }[event.key];
    const isInText = (event.key === 'Home' || event.key === 'End') && text !== '';
    if (to !== undefined && !isInText) {
      event.preventDefault();
      setAt(Math.max(0, to));
    } else if (event.key === 'Enter' && active !== undefined) {
      event.preventDefault();
      choose(active);
    }
  }

  return (
    <dialog
      ref={dialog}
      className="dialog palette"
      aria-label={isOfScreenAlone ? 'What this screen can do' : 'Find or do'}
      onClose={() => dialog.current?.isConnected === true && onClose()}
      onClick={(event) => event.target === dialog.current && onClose()}
    >
      <input
        className="palette-input"
        role="combobox"
        aria-label={isOfScreenAlone ? 'Action' : 'Screen, action, device, deployment or rollout'}
        aria-expanded={found.items.length > 0}
        aria-controls={`${name}-list`}
        aria-autocomplete="list"
        aria-activedescendant={active === undefined ? undefined : `${name}-${found.items.indexOf(active)}`}
        placeholder={isOfScreenAlone ? 'What to do' : 'Screen, action, device, deployment, rollout'}
        autoComplete="off"
        spellCheck={false}
        maxLength={128}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={press}
      />
      <PaletteList name={name} items={found.items} active={active} onChoose={choose} />
      <p className="palette-foot" role="status">
        {text.trim() !== '' && countInWords(found.count, found.items.length)}
      </p>
    </dialog>
  );
}

function countInWords(count: number, shown: number): string {
  if (count === 0) return 'Nothing has this name.';
  const found = count === 1 ? '1 found' : `${count} found`;
  return shown < count ? `${found}, the best ${shown} shown: type on.` : found;
}

/** As it was when the palette was opened: a list that changes under the fingers cannot be chosen from. */
function useItems(isOfScreenAlone: boolean): readonly PaletteItem[] {
  const client = useHub((state) => state.client);
  const [actions] = useState(() => actionItems(isOfScreenAlone));
  const [known] = useState(() => useProjection.getState());
  const ask = useMemo(
    () => (client === null || isOfScreenAlone ? null : () => client.rollouts.query()),
    [client, isOfScreenAlone],
  );
  const { value: rollouts } = useAnswer(ask, null);
  return useMemo(() => {
    if (isOfScreenAlone) return actions;
    const ids = (rollouts ?? []).map(({ deploymentId }) => deploymentId);
    return [...actions, ...screenItems(), ...siteItems(known, ids)];
  }, [actions, known, isOfScreenAlone, rollouts]);
}
