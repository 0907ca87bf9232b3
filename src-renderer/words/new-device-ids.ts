// The ids of new devices as they are typed or pasted: one a line, or with commas or spaces between; each judged as IoT Hub does.
import { isDeviceId } from '#base/ids.ts';

const mostNewDevices = 1_000;

export interface NewDeviceIds {
  /** Each once, in the order written. */
  readonly ids: readonly string[];
  /** The first mistake, in words; null: none. */
  readonly problem: string | null;
}

/** A comma may be part of an id: it parts ids only where blanks or a line end follow it. */
export function readNewDeviceIds(text: string, isTaken: (id: string) => boolean): NewDeviceIds {
  const ids = [...new Set(text.split(/,?\s+|,$/).filter((id) => id !== ''))];
  const problems = ids.flatMap((id) => problemOf(id, isTaken) ?? []);
  const problem =
    ids.length > mostNewDevices
      ? `${ids.length} ids are too many at once: give at most ${mostNewDevices}.`
      : (problems[0] ?? null);
  return { ids, problem };
}

function problemOf(id: string, isTaken: (id: string) => boolean): string | null {
  if (id.length > 128) return `${id.slice(0, 24)}… has ${id.length} characters: an id has at most 128.`;
  if (!isDeviceId(id))
    return `${id} has ${strangeIn(id)} in it: letters, digits and - : . + % _ # * ? ! ( ) , = @ $ ' are allowed.`;
  return isTaken(id) ? `${id} is there already: open it, or choose another id.` : null;
}

function strangeIn(id: string): string {
  const strange = Array.from(id).find((character) => !isDeviceId(character)) ?? '';
  return `“${strange}”`;
}
