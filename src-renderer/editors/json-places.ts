// Where each value of a JSON text stands, by its path, so that what is said of a document leads to its place in the text.
import { pathIn } from '#domain/deployments/deployment-file-item.ts';

export interface Place {
  readonly from: number;
  readonly to: number;
}

/** Path as the checks write it (`content.modulesContent["a b"]`) → its value; '' is the document. */
type Places = ReadonlyMap<string, Place>;

const blanks = /[\s,:]*/y;
const text = /"(?:[^"\\]|\\.)*"/y;
const scalar = /[^\s,:[\]{}]+/y;

/** Of a text that is JSON; of any other what could be read. A name that stands twice leads to its last place, which counts. */
export function placesIn(json: string): Places {
  const places = new Map<string, Place>();
  let offset = 0;

  function take(pattern: RegExp): string {
    pattern.lastIndex = offset;
    const found = pattern.exec(json)?.[0] ?? '';
    offset += found.length;
    return found;
  }

  /** Ends behind the value, or at the end of the text. */
  function walk(path: string): void {
    take(blanks);
    const from = offset;
    const open = json[offset];
    if (open === '{' || open === '[') {
      offset += 1;
      for (let index = 0; ; index += 1) {
        take(blanks);
        const next = json[offset];
        if (next === undefined || next === '}' || next === ']') break;
        const before = offset;
        if (open === '{') {
          const name = nameOf(take(text));
          walk(pathIn(path, name));
        } else walk(pathIn(path, index));
        // A text that is no JSON may stand still.
        if (offset === before) offset += 1;
      }
      offset += 1;
    } else if (take(text) === '') take(scalar);
    places.set(path, { from, to: Math.min(offset, json.length) });
  }

  walk('');
  return places;
}

function nameOf(quoted: string): string {
  // Half of a name in a text that is being typed names nothing.
  try {
    return String(JSON.parse(quoted));
  } catch {
    return quoted;
  }
}

const lastStep = /(?:^|\.)[A-Za-z_$][\w$-]*$|\[\d+\]$|\["(?:[^"\\]|\\.)*"\]$/;

/** Of a path that is not there, for instance because it is missing, the place of what should hold it. */
export function placeOf(places: Places, path: string): Place {
  let asked = path;
  for (;;) {
    const place = places.get(asked);
    if (place !== undefined) return place;
    const shorter = asked.replace(lastStep, '');
    if (asked === '' || shorter === asked) return places.get('') ?? { from: 0, to: 0 };
    asked = shorter;
  }
}
