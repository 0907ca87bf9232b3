// What the palette can find: the screens, what the shown screen can do, devices, deployments and rollouts by their ids.
import { everywhere, keysOf, useShortcutBook } from '#renderer/keys/shortcut-book.ts';
import type { Projection } from '#renderer/link/projection.ts';
import { deploymentPath, devicePath, rolloutPath } from '#renderer/words/paths.ts';
import { fitOf, searchWords } from '#renderer/words/word-match.ts';
import { screens } from './screens.tsx';

export type PaletteKind = 'action' | 'screen' | 'device' | 'deployment' | 'rollout';

/** What choosing it does. */
type PaletteDeed = { readonly run: () => void } | { readonly path: string };

export interface PaletteItem {
  readonly kind: PaletteKind;
  /** One of its kind. Ids may come from devices. */
  readonly word: string;
  readonly deed: PaletteDeed;
  /** Its keys, or the screen it belongs to. */
  readonly aside: string | null;
  /** In small letters, to be searched. */
  readonly sought: string;
}

const mostShown = 50;
const kindOrder: readonly PaletteKind[] = ['action', 'screen', 'device', 'deployment', 'rollout'];

/** The frame's own keys that open the palette or do what the list of screens does are no finds. */
const notFound = /^(Go to |Find or do|What this screen)/;

export function actionItems(isOfScreenAlone: boolean): readonly PaletteItem[] {
  const { shortcuts } = useShortcutBook.getState();
  const own = shortcuts.filter(({ dialog, group, word }) => {
    if (dialog !== null || (isOfScreenAlone && group === everywhere)) return false;
    return group !== everywhere || !notFound.test(word);
  });
  return own
    .toSorted((left, right) => Number(left.group === everywhere) - Number(right.group === everywhere))
    .map((shortcut) => item('action', shortcut.word, { run: shortcut.run }, keysOf(shortcut), shortcut.group));
}

export function screenItems(): readonly PaletteItem[] {
  return screens.map(({ word, path, key }) => item('screen', word, { path }, `g ${key}`));
}

export function siteItems(
  { devices, deployments }: Pick<Projection, 'devices' | 'deployments'>,
  rollouts: readonly string[],
): readonly PaletteItem[] {
  return [
    ...[...devices.keys()].map((id) => item('device', id, { path: devicePath(id) })),
    ...[...deployments.keys()].map((id) => item('deployment', id, { path: deploymentPath(id) })),
    ...rollouts.map((id) => item('rollout', id, { path: rolloutPath(id) })),
  ];
}

function item(kind: PaletteKind, word: string, deed: PaletteDeed, aside?: string, alsoSought = ''): PaletteItem {
  return { kind, word, deed, aside: aside ?? null, sought: `${word} ${alsoSought}`.trimEnd().toLowerCase() };
}

export interface Found {
  readonly items: readonly PaletteItem[];
  /** With those that are not shown. */
  readonly count: number;
}

/** The best of what fits, at most fifty. Without words: what can be done and the screens, not the whole fleet. */
export function findItems(items: readonly PaletteItem[], text: string): Found {
  const words = searchWords(text);
  if (words.length === 0) {
    const first = items.filter(({ kind }) => kind === 'action' || kind === 'screen');
    return { items: first, count: first.length };
  }
  const fitting: { readonly item: PaletteItem; readonly fit: number }[] = [];
  for (const item of items) {
    const fit = fitOf(item.sought, words);
    // Of what fits alike, what can be done goes first, then screens, devices, deployments, rollouts.
    if (fit !== null) fitting.push({ item, fit: fit * kindOrder.length - kindOrder.indexOf(item.kind) });
  }
  const best = bestOf(fitting, mostShown).toSorted((left, right) => right.fit - left.fit);
  return { items: best.slice(0, mostShown).map(({ item }) => item), count: fitting.length };
}

/** Those from the `count`th best on, without sorting thousands for the sake of a few. */
function bestOf<Fitting extends { readonly fit: number }>(all: readonly Fitting[], count: number): readonly Fitting[] {
  if (all.length <= count) return all;
  const fits = Float64Array.from(all, ({ fit }) => fit).sort();
  const least = fits[fits.length - count] ?? 0;
  return all.filter(({ fit }) => fit >= least);
}
