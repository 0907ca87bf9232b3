// The direct method `GetAttemptLog` of Lanyard's `$edgeAgent`: the log of an attempt, page by page, counted in its bytes.
import { z } from 'zod';

export const attemptLogMethod = 'GetAttemptLog';

const bytes = z.int().min(0);

/** What a device answers with; it may answer anything. */
export const attemptLogPage = z.object({
  text: z.string(),
  /** Where the next page begins; the whole length when there is no more. */
  nextOffset: bytes,
  totalBytes: bytes,
});
