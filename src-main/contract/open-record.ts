// Records whose keys somebody else chose. zod's own record leaves `__proto__` out, and here it is a name like any other.
import { z } from 'zod';
import { isJsonObject, type JsonObject } from '#base/json.ts';

export function openRecord<T>(value: z.ZodType<T>) {
  return z
    .custom<JsonObject>(isJsonObject, 'must be a JSON object')
    .transform((record): [string, unknown][] => Object.entries(record))
    .pipe(z.array(z.tuple([z.string(), value])))
    .transform((entries): Record<string, T> => Object.fromEntries(entries));
}
