// What became of a device or a site between two moments, in sentences: first that which a person asks first.
import type { DeviceMoments, SectionChanges, SiteMoments } from '#contract/console-history.ts';
import { safeText } from '#renderer/words/safe-text.ts';

const mostNamed = 3;

/** None: nothing that is known changed. */
export function deviceChanges({ first, second, sections }: DeviceMoments): readonly string[] {
  return [...existence(first.exists, second.exists), ...connection(first, second), ...revision(first, second)].concat(
    sections.map(sectionWords),
  );
}

function existence(before: boolean, after: boolean): readonly string[] {
  if (before === after) return [];
  return [after ? 'The device was added in between.' : 'The device was deleted in between.'];
}

type Moment = DeviceMoments['first'];

function connection({ isConnected: before }: Moment, { isConnected: after }: Moment): readonly string[] {
  if (before === after) return [];
  if (after === null) return ['Whether it is connected is not known at the second moment.'];
  if (before === null)
    return [`It was ${after ? '' : 'not '}connected at the second moment; of the first nothing is known.`];
  const [then, other] = before ? ['first', 'second'] : ['second', 'first'];
  return [`It was connected at the ${then} moment, and not at the ${other}.`];
}

function revision({ revision: before }: Moment, { revision: after }: Moment): readonly string[] {
  if (before === after) return [];
  if (before === null) return [`It was given its first configuration, and stands at revision ${after}.`];
  return [after === null ? `Revision ${before} is no more.` : `Revision ${before} gave way to revision ${after}.`];
}

export function sectionTitle({ section, moduleId }: Pick<SectionChanges, 'section' | 'moduleId'>): string {
  if (section === 'desired' && moduleId === '$edgeAgent') return 'Effective configuration ($edgeAgent)';
  const of = moduleId === null ? '' : ` of ${safeText(moduleId)}`;
  const word = { tags: 'Tags', desired: 'Desired values', reported: 'Reported values' }[section];
  return `${word}${of}`;
}

/** `Tags: 1 changed (site), 2 added (floor, hall).`; of modules their names. */
function sectionWords(section: SectionChanges): string {
  const { changes, count } = section;
  const added = changes.filter(({ before }) => before === undefined);
  const removed = changes.filter(({ after }) => after === undefined);
  const changed = changes.filter(({ before, after }) => before !== undefined && after !== undefined);
  const parts = [part(changed, 'changed'), part(added, 'added'), part(removed, 'removed')].filter(
    (text) => text !== '',
  );
  const rest = count - changes.length;
  return `${sectionTitle(section)}: ${parts.join(', ')}${rest > 0 ? `, and ${rest} more differ` : ''}.`;
}

function part(changes: SectionChanges['changes'], word: string): string {
  if (changes.length === 0) return '';
  return `${changes.length} ${word} (${listed([...new Set(changes.map(placeOf))])})`;
}

/** Where a person looks for it: of what belongs to a module, the module. */
function placeOf({ path: [first = 'all of it', second] }: SectionChanges['changes'][number]): string {
  return safeText(first === 'modules' && second !== undefined ? second : first);
}

function listed(names: readonly string[]): string {
  const rest = names.length - mostNamed;
  return `${names.slice(0, mostNamed).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

/** None: nothing changed. */
export function siteChanges({ first, second, deployments }: SiteMoments): readonly string[] {
  const of = (stands: string) => deployments.filter((one) => one.stands === stands).map(({ id }) => safeText(id));
  return [
    count('device', first.devices, second.devices),
    named('deployment', 'was added', 'were added', of('second')),
    named('deployment', 'was deleted', 'were deleted', of('first')),
    named('deployment', 'was changed', 'were changed', of('changed')),
    second.rollouts > first.rollouts
      ? `${second.rollouts - first.rollouts} ${second.rollouts - first.rollouts === 1 ? 'rollout was' : 'rollouts were'} started.`
      : '',
  ].filter((text) => text !== '');
}

function count(noun: string, before: number, after: number): string {
  return before === after ? '' : `${before} ${before === 1 ? noun : `${noun}s`} became ${after}.`;
}

function named(noun: string, one: string, many: string, ids: readonly string[]): string {
  if (ids.length === 0) return '';
  return `${ids.length} ${ids.length === 1 ? `${noun} ${one}` : `${noun}s ${many}`}: ${listed(ids)}.`;
}
