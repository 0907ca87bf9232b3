// Tags as a person writes them, one a line: `site = north`, `place.floor = 2`. Numbers, true and false are values of their own;
// in quotes they are texts.
import type { Json, JsonObject } from '#base/json.ts';
import { emptyObject, isJsonObject } from '#base/json.ts';

export type TagLines =
  | { readonly ok: true; readonly tags: JsonObject; readonly count: number }
  | { readonly ok: false; readonly line: number; readonly message: string };

/** `site =` takes the tag away where `canRemove`, and is a mistake where not. Lines with nothing on them count for nothing. */
export function readTagLines(text: string, { canRemove }: { readonly canRemove: boolean }): TagLines {
  const tags = emptyObject() as Record<string, Json>;
  let count = 0;
  for (const [at, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const wrong = (message: string): TagLines => ({ ok: false, line: at + 1, message });
    const equals = line.indexOf('=');
    if (equals === -1) return wrong('write it as name = value');
    const path = line.slice(0, equals).trim().split('.');
    const written = line.slice(equals + 1).trim();
    if (path.some((step) => step === '' || step.startsWith('$') || /\s/.test(step)))
      return wrong('a name has no spaces, no $ in front and nothing empty between its dots');
    if (written === '' && !canRemove) return wrong('give it a value');
    if (!put(tags, path, written === '' ? null : valueOf(written)))
      return wrong(`${path.join('.')} is named twice, or inside a value of another line`);
    count += 1;
  }
  return { ok: true, tags, count };
}

function put(tags: Record<string, Json>, path: readonly string[], value: Json): boolean {
  let section = tags;
  for (const step of path.slice(0, -1)) {
    const next: Json = Object.hasOwn(section, step) ? (section[step] ?? null) : emptyObject();
    if (!isJsonObject(next)) return false;
    section[step] = next;
    section = next;
  }
  const name = path.at(-1) ?? '';
  if (Object.hasOwn(section, name)) return false;
  section[name] = value;
  return true;
}

function valueOf(text: string): Json {
  if (text === 'true' || text === 'false') return text === 'true';
  if (/^-?\d+(?:\.\d+)?$/.test(text) && Number.isFinite(Number(text))) return Number(text);
  const quoted = /^(["'])(.*)\1$/.exec(text);
  return quoted?.[2] ?? text;
}
