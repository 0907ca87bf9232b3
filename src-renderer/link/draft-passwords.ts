// Passwords in a document that is being written: what rests in a browser holds none. The text itself is gone through, for it need not
// be JSON while somebody types; everything else of it stays as it is written.
import { secretText } from '#domain/values/secret-values.ts';

// A string (ended or not yet), a scalar, or one sign.
const token = /"(?:[^"\\\n]|\\.)*"?|[^\s"{}[\],:]+|[{}[\],:]/g;

/** `"password": "abc"` → `"password": "contains a secret"`, wherever it stands; also of a key that ends so (`….site.password`). */
export function withoutPasswords(text: string): string {
  // Nearly every draft has none, and is written at every key.
  if (!text.includes('assword')) return text;
  let [before, last] = ['', ''];
  return text.replaceAll(token, (found) => {
    const isSecret = last === ':' && isPasswordKey(before) && !/^[{}[\],:]/.test(found) && found !== 'null';
    [before, last] = [last, found];
    return isSecret ? JSON.stringify(secretText) : found;
  });
}

export function isPasswordKey(key: string): boolean {
  return /(?:^|[".])password"?$/.test(key);
}
