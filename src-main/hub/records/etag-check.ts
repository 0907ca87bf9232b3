// The one rule of optimistic concurrency: who names a version must name the current one.
import { refused } from '#base/errors.ts';
import type { IfMatch } from '#hub/hub-types.ts';

/** Refuses (`etag.mismatch`) when the caller saw another version of `subject` than the current one. */
export function checkIfMatch(ifMatch: IfMatch, version: number, subject: string): void {
  if (ifMatch === undefined || ifMatch === '*' || ifMatch === version) return;
  throw refused('etag.mismatch', `'${subject}' has changed since you read it: read it again and repeat the change.`, {
    subject,
  });
}
