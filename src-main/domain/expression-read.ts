// Reads a value below a section of a twin: own keys of objects only, whatever a key is called.
import { isJsonObject, type Json, type JsonObject } from '#base/json.ts';

/** The value at `segments` below a section, as a function of the section; undefined when there is none. */
export function valueReader(segments: readonly string[]): (section: JsonObject) => Json | undefined {
  return (section) => {
    let value: Json | undefined = section;
    for (const segment of segments) {
      if (!isJsonObject(value) || !Object.hasOwn(value, segment)) return undefined;
      value = value[segment];
    }
    return value;
  };
}
