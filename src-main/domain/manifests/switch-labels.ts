// What a module's labels say of the moment in which it may be stopped.
import { isJsonObject, type Json, type JsonObject } from '#base/json.ts';

const lockLabel = 'lanyard.lock';
export const hookLabel = 'lanyard.switch-hook';
/** A command is words and some options, no program. */
const mostWords = 64;

/** Label `lanyard.lock: "true"`: it gets a directory in which it can hold the switch. */
export function hasLock(createOptions: JsonObject): boolean {
  return labelOf(createOptions, lockLabel) === 'true';
}

/** Example: label `lanyard.switch-hook: '["/bin/may-stop", "-q"]'` → those two words; null: it has none. */
export function switchHookOf(createOptions: JsonObject): readonly string[] | null {
  const label = labelOf(createOptions, hookLabel);
  return typeof label === 'string' ? readHook(label) : null;
}

/** Null: it is no list of words. */
export function readHook(label: string): readonly string[] | null {
  const words = parsed(label);
  if (!Array.isArray(words) || words.length === 0 || words.length > mostWords) return null;
  return words.every((word): word is string => typeof word === 'string') && words[0] !== '' ? words : null;
}

function labelOf({ Labels: labels }: JsonObject, name: string): Json | undefined {
  return isJsonObject(labels) && Object.hasOwn(labels, name) ? labels[name] : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What is no JSON is no list either.
    return null;
  }
}
