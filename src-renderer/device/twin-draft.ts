// A twin as a person edits it, one JSON text of tags and desired properties: what is wrong with it, what changed, what of that others
// write too, and how the changes go on top of a twin that somebody else changed meanwhile.
import { parseJson } from '#base/json-text.ts';
import { isJsonObject, type Json, type JsonObject } from '#base/json.ts';
import { applyMergePatch, createMergePatch } from '#base/merge-patch.ts';
import type { DeviceTwinView, OwnedPath } from '#contract/console-device-page.ts';
import { problemText } from '#domain/values/problem-text.ts';
import { contentProblems, sizeProblem } from '#domain/values/twin-limits.ts';
import { changedValues, type ValueChange } from '#domain/values/value-difference.ts';
import type { TextProblem } from '#renderer/editors/code-editor.tsx';

/** The two parts of a twin that people write. */
export interface WrittenTwin {
  readonly tags: JsonObject;
  readonly desired: JsonObject;
}

export type ReadDraft =
  | { readonly ok: true; readonly twin: WrittenTwin }
  | { readonly ok: false; readonly problems: readonly string[]; readonly marks: readonly TextProblem[] };

export function writtenTwin({ tags, desired }: Pick<DeviceTwinView, 'tags' | 'desired'>): WrittenTwin {
  return { tags, desired: desired.value };
}

/** In the shape of IoT Hub's twin, so that what is copied from elsewhere fits. */
export function draftText({ tags, desired }: WrittenTwin): string {
  return JSON.stringify({ tags, properties: { desired } }, null, 2);
}

const shape = 'The text has "tags" and "properties", and in that "desired": each an object in braces.';

/** All that is wrong at once, each with its path; limits of size are those of the whole twin. */
export function readDraft(text: string): ReadDraft {
  let document: Json;
  try {
    document = parseJson(text);
  } catch (error) {
    // The one way the platform tells that text is no JSON, and where.
    return syntaxProblem(text, error instanceof Error ? error.message : String(error));
  }
  const { tags = {}, properties = {} } = isJsonObject(document) ? document : { tags: null };
  const desired = isJsonObject(properties) ? (properties['desired'] ?? {}) : null;
  if (!isJsonObject(document) || !isJsonObject(tags) || !isJsonObject(desired)) return wrong([shape]);
  const others = [
    ...Object.keys(document).filter((key) => key !== 'tags' && key !== 'properties'),
    ...Object.keys(properties as JsonObject).filter((key) => key !== 'desired'),
  ];
  if (others.length > 0)
    return wrong([`${others.map((key) => `"${key}"`).join(', ')} cannot be written here. ${shape}`]);
  const problems = [
    ...contentProblems('tags', tags),
    ...contentProblems('properties.desired', desired),
    ...[sizeProblem('tags', tags), sizeProblem('properties.desired', desired)].filter((found) => found !== undefined),
    ...nullProblems('tags', tags),
    ...nullProblems('properties.desired', desired),
  ];
  return problems.length > 0 ? wrong(problems.map(problemText)) : { ok: true, twin: { tags, desired } };
}

/** A patch would take it for "remove this", and no twin keeps it. */
function nullProblems(at: string, value: JsonObject) {
  return changedValues(undefined, value)
    .filter(({ after }) => after === null)
    .map(({ path }) => ({
      code: 'twin.invalid',
      at: [at, ...path].join('.'),
      message: 'a twin keeps no null: take the line out to remove the value.',
    }));
}

function wrong(problems: readonly string[], marks: readonly TextProblem[] = []): ReadDraft {
  return { ok: false, problems, marks };
}

function syntaxProblem(text: string, message: string): ReadDraft {
  const said = /position (\d+)/.exec(message)?.[1];
  const at = said === undefined ? text.length : Math.min(Number(said), text.length);
  const before = text.slice(0, at).split('\n');
  const place = `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
  const what = message.replace(/ in JSON at position.*$/s, '').replace(/^JSON\.parse: /, '');
  const words = `This is no JSON at ${place}: ${what}.`;
  return wrong([words], [{ from: at, to: Math.min(text.length, at + 1), severity: 'error', message: words }]);
}

export interface TwinPatch {
  readonly tags?: JsonObject;
  readonly desired?: JsonObject;
}

export function twinPatch(from: WrittenTwin, to: WrittenTwin): TwinPatch {
  const tags = createMergePatch(from.tags, to.tags);
  const desired = createMergePatch(from.desired, to.desired);
  return {
    ...(Object.keys(tags).length > 0 && { tags }),
    ...(Object.keys(desired).length > 0 && { desired }),
  };
}

export function withPatch(twin: WrittenTwin, { tags = {}, desired = {} }: TwinPatch): WrittenTwin {
  return {
    tags: applyMergePatch(twin.tags, tags),
    desired: applyMergePatch(twin.desired, desired),
  };
}

export function twinChanges(from: WrittenTwin, to: WrittenTwin): readonly ValueChange[] {
  return [
    ...changedValues(from.tags, to.tags).map((change) => ({ ...change, path: ['tags', ...change.path] })),
    ...changedValues(from.desired, to.desired).map((change) => ({ ...change, path: ['desired', ...change.path] })),
  ];
}

/** Of the changes those at, above or below what a deployment writes: it will write it again. */
export function overwrittenBy(
  changes: readonly ValueChange[],
  owned: readonly OwnedPath[],
): readonly { readonly path: string; readonly writtenBy: string }[] {
  return changes.flatMap(({ path: [section, ...path] }) => {
    if (section !== 'desired') return [];
    const nearest = owned
      .filter((owner) => isAlong(owner.path, path))
      .reduce<OwnedPath | null>(
        (best, owner) => (best === null || owner.path.length > best.path.length ? owner : best),
        null,
      );
    return nearest === null ? [] : [{ path: path.join('.'), writtenBy: nearest.writtenBy }];
  });
}

function isAlong(left: readonly string[], right: readonly string[]): boolean {
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at += 1) if (left[at] !== right[at]) return false;
  return true;
}
