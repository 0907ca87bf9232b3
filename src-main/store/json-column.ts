// JSON as a column keeps it: text our own writers made, so reading it back is a cast, not a validation.

export function fromColumn(text: string): unknown {
  return JSON.parse(text);
}

export function toColumn(value: unknown): string {
  return JSON.stringify(value);
}

/**
 * Writes a frozen object out once, however many rows it goes to: whoever gives a fleet the same document freezes it. Any other is
 * written out each time, since it may change.
 */
export function createSharedWriter(): (value: object) => string {
  const texts = new WeakMap<object, string>();
  return (value) => {
    if (!Object.isFrozen(value)) return toColumn(value);
    const text = texts.get(value) ?? toColumn(value);
    texts.set(value, text);
    return text;
  };
}

const mostShared = 512;

/**
 * Reads equal texts into one object, as long as there are few: a fleet has the same documents a thousand times over. What it
 * remembers depends on the text alone, so it is never out of date.
 */
export function createSharedReader(): (text: string) => unknown {
  const known = new Map<string, unknown>();
  return (text) => {
    const shared = known.get(text);
    if (shared !== undefined) return shared;
    if (known.size >= mostShared) known.clear();
    const value = fromColumn(text);
    known.set(text, value);
    return value;
  };
}
