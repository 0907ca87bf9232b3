// JSON text that somebody else wrote, read where it comes in.
import type { Json } from './json.ts';

// V8 13.6 (Node 24) takes a key that begins with an escape, such as `"\n"`, for the key `\` once it has read an object with
// that key: in every text of the process, not only in the sender's. So a text that holds it is not read at all. A key that
// merely ends like it is refused too; telling them apart would mean to read the text twice.
const misreadKey = /"(?:\\\\|\\u005[cC])"\s*:/;

/**
 * The text as JSON.
 * @throws SyntaxError when it is none, or when an object in it has the key `\`
 */
export function parseJson(text: string): Json {
  if (misreadKey.test(text)) throw new SyntaxError('A key that is one backslash cannot be read: rename it');
  return JSON.parse(text) as Json;
}
