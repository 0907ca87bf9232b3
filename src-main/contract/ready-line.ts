// The one line the hub prints on stdout when it serves. Scripts, `npm start` and the desktop shell wait for it.
import { z } from 'zod';

const readyLine = z.object({
  event: z.literal('ready'),
  /** With this start's token. */
  console: z.url(),
  https: z.url(),
  mqtts: z.string(),
  caFile: z.string(),
  serviceConnectionString: z.string(),
  pid: z.int().positive(),
});

export type ReadyLine = Readonly<z.infer<typeof readyLine>>;

/** Null for any other line. */
export function readReadyLine(line: string): ReadyLine | null {
  // A line that is no JSON is an ordinary line.
  try {
    const parsed = readyLine.safeParse(JSON.parse(line));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
