// JSON as a column keeps it: text our own writers made, so reading it back is a cast, not a validation.

export function fromColumn(text: string): unknown {
  return JSON.parse(text);
}

export function toColumn(value: unknown): string {
  return JSON.stringify(value);
}
