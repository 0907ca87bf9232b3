// Passwords that a document does not hold although it has a place for them: a draft that was taken up again, or what a screen showed and
// somebody copied. Nothing is made of such a document: devices would be given the words instead.
import { isJsonObject, type Json, type JsonObject } from '#base/json.ts';
import { secretText } from '#domain/values/secret-values.ts';
import { type Keys, valueIn, withValueIn } from '#renderer/editors/json-edit.ts';
import { isPasswordKey } from '#renderer/link/draft-passwords.ts';

/** `{ a: { password: 'contains a secret' } }` has one at `['a', 'password']`. */
export function hiddenPasswords(value: Json, at: Keys = []): readonly Keys[] {
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([key, below]) => {
    const place = [...at, key];
    return below === secretText && isPasswordKey(key) ? [place] : hiddenPasswords(below, place);
  });
}

/** Each that the other document has at the same place. */
export function withPasswordsOf(document: JsonObject, other: JsonObject): JsonObject {
  return hiddenPasswords(document).reduce((filled: JsonObject, place) => {
    const password = valueIn(other, place);
    return typeof password === 'string' ? withValueIn(filled, place, password) : filled;
  }, document);
}
