// What the twins of a device held at a moment, made again from the journal: each change of tags, desired and reported values is a
// merge patch there, so that those from the device's beginning up to the moment give it.
import { emptyObject, isJsonObject, ownValue, type Json, type JsonObject } from '#base/json.ts';
import { applyMergePatch } from '#base/merge-patch.ts';
import type { JournalEntry, JournalKind } from '#domain/records/journal-event.ts';
import { desiredChangesIn } from './desired-change.ts';

/** Module id, '' for the device itself → what its section held. */
type Sections = Readonly<Record<string, JsonObject>>;

export interface TwinMoment {
  /** False: it was not there, or not any more. */
  readonly exists: boolean;
  /** The row that added or deleted it was seen: what follows is whole. */
  readonly isFromBirth: boolean;
  readonly tags: Sections;
  readonly desired: Sections;
  readonly reported: Sections;
}

export const noTwins: TwinMoment = { exists: false, isFromBirth: false, tags: {}, desired: {}, reported: {} };

type Step = (moment: TwinMoment, entry: JournalEntry) => TwinMoment;

const steps: Readonly<Partial<Record<JournalKind, Step>>> = {
  'device-created': () => ({ ...noTwins, exists: true, isFromBirth: true }),
  'device-deleted': () => ({ ...noTwins, isFromBirth: true }),
  'module-deleted': ({ tags, desired, reported, ...moment }, { moduleId }) => ({
    ...moment,
    tags: without(tags, moduleId),
    desired: without(desired, moduleId),
    reported: without(reported, moduleId),
  }),
  'tags-changed': (moment, { moduleId, detail }) => ({
    ...moment,
    exists: true,
    tags: patched(moment.tags, moduleId, detail['patch']),
  }),
  'reported-changed': (moment, { moduleId, detail }) => ({
    ...moment,
    exists: true,
    reported: patched(moment.reported, moduleId, detail['patch']),
  }),
  'desired-changed': withDesired,
  'configuration-changed': withDesired,
};

export const twinMomentKinds = Object.keys(steps) as readonly JournalKind[];

/** With one more row, in the order they were written. `{ tags: { site: 'a' } }` and a patch `{ site: null }` → no tags. */
export function withEntry(moment: TwinMoment, entry: JournalEntry): TwinMoment {
  return ownValue(steps, entry.kind)?.(moment, entry) ?? moment;
}

function withDesired(moment: TwinMoment, entry: JournalEntry): TwinMoment {
  let { desired } = moment;
  for (const change of desiredChangesIn(entry)) desired = patched(desired, change.moduleId, change.patch);
  return { ...moment, exists: true, desired };
}

function patched(sections: Sections, moduleId: string | null, patch: Json | undefined): Sections {
  if (!isJsonObject(patch)) return sections;
  const key = moduleId ?? '';
  const copy = copyOf(sections);
  copy[key] = applyMergePatch(ownValue(sections, key), patch);
  return copy;
}

function without(sections: Sections, key: string | null): Sections {
  const copy = copyOf(sections);
  if (key !== null) delete copy[key];
  return copy;
}

function copyOf(sections: Sections): Record<string, JsonObject> {
  return Object.assign(emptyObject() as Record<string, JsonObject>, sections);
}
