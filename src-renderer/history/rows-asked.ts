// Which rows a question to the hub holds, in words: for whoever takes them along and cannot see them all.
import type { HistoryQuery } from '#contract/console-history.ts';
import { clockTime } from '#renderer/words/age.ts';
import {
  actors,
  actorWords,
  journalKinds,
  kindFamilies,
  type KindFamily,
  kindsButReports,
  kindsOfFamily,
  kindWords,
} from '#renderer/words/journal-kinds.ts';
import { safeText } from '#renderer/words/safe-text.ts';

/** Time and kinds always, the rest where it narrows: `[['When', 'since Nov 21, 2026, 21:51:03'], ['What', 'device added']]`. */
export function rowsAsked(query: HistoryQuery): readonly (readonly [word: string, meaning: string])[] {
  const { actors: by, deviceId, deploymentId, words } = query;
  const who = actors.filter((actor) => by.includes(actor)).map((actor) => actorWords[actor].toLowerCase());
  return [
    ['When', timeAsked(query)],
    ['What', kindsAsked(query.kinds)],
    ...(who.length === 0 ? [] : [['Who', who.join(', ')] as const]),
    ...(deviceId === null ? [] : [['Device', safeText(deviceId)] as const]),
    ...(deploymentId === null ? [] : [['Deployment', safeText(deploymentId)] as const]),
    ...(words === '' ? [] : [['Words', `“${safeText(words)}”`] as const]),
  ];
}

function timeAsked({ fromMs, toMs }: HistoryQuery): string {
  if (fromMs === null) return toMs === null ? 'all of it' : `until ${clockTime(toMs)}`;
  return toMs === null ? `since ${clockTime(fromMs)}` : `from ${clockTime(fromMs)} to ${clockTime(toMs)}`;
}

function kindsAsked(kinds: readonly string[]): string {
  if (kinds.length === 0) return 'every kind, reports of devices too';
  if (isSame(kinds, kindsButReports)) return 'every kind but reports of devices';
  const family = (Object.keys(kindFamilies) as readonly KindFamily[]).find((one) => isSame(kinds, kindsOfFamily(one)));
  if (family !== undefined) return `all of ${kindFamilies[family].toLowerCase()}`;
  return kinds.map((name) => kindWord(name)).join(', ');
}

/** An address may name any kind. */
function kindWord(name: string): string {
  const known = journalKinds.find((kind) => kind === name);
  return known === undefined ? safeText(name) : kindWords[known].word.toLowerCase();
}

function isSame(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && others.every((one) => some.includes(one));
}
