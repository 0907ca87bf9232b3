// What pure code returns where failure is an expected outcome: all problems at once, never the first alone.

/** One thing wrong with an input: `at` is an offset (conditions) or a JSON path (documents). */
export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly at: number | string;
}

export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly Problem[] };

export function success<T>(value: T): Result<T> {
  return { ok: true, value };
}

export function failure(problems: readonly Problem[]): { ok: false; problems: readonly Problem[] } {
  return { ok: false, problems };
}
