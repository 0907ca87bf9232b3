// Whether somebody still waits for an answer that takes long.
import { refused } from '#base/errors.ts';

/** @throws refused `preview.cancelled`: nobody reads an answer to a question that was taken back. */
export function assertAsked(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw refused('preview.cancelled', 'The question was taken back.');
}
