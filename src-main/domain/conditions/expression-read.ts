// Reads a value below a section of a twin: own keys of objects only, whatever a key is called.
import { isJsonObject, type Json, type JsonObject } from '#base/json.ts';

/** The value at `segments` below a section, as a function of the section; undefined when there is none. */
export function valueReader(segments: readonly string[]): (section: JsonObject) => Json | undefined {
  const [first, ...more] = segments;
  if (first === undefined) return (section) => section;
  const readFirst = keyReader(first);
  if (more.length === 0) return readFirst;
  const readMore = more.map(keyReader);
  return (section) => {
    let value = readFirst(section);
    for (const read of readMore) {
      if (!isJsonObject(value)) return undefined;
      value = read(value);
    }
    return value;
  };
}

/** Only a key that every object inherits has to be asked for as its own; any other is read straight, which is faster. */
function keyReader(key: string): (section: JsonObject) => Json | undefined {
  if (key in Object.prototype) return (section) => (Object.hasOwn(section, key) ? section[key] : undefined);
  return (section) => section[key];
}
