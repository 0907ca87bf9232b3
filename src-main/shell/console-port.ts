// The console's port, the same at every start: the page keeps its look, keys and drafts by its origin, and the port is a part of
// that. One that somebody else has taken meanwhile is given up for a free one.
import { z } from 'zod';
import { createKeptFile, type KeptFolder } from './kept-file.ts';

const flag = '--console-port';
const portFile = z.strictObject({ port: z.int().min(1_024).max(65_535) });

export interface ConsolePort {
  /** The hub's arguments, with the port to ask for. */
  hubArguments(): string[];
  /** The hub serves its page there: `http://127.0.0.1:40123/#token=…`. */
  learn(url: string): void;
  /** The hub refused its arguments. True: it was asked for the port of before, which may be why, and is asked for a free one now. */
  giveUp(): boolean;
}

/** A port that a person named in `hubFlags` is theirs: it is asked for as it is, and not kept. */
export function createConsolePort(needs: KeptFolder & { readonly hubFlags: readonly string[] }): ConsolePort {
  const { hubFlags } = needs;
  const memory = createKeptFile(needs, { name: 'console-port.json', what: "the console's port", parse: readPort });
  const isNamed = hubFlags.some((given) => given.split('=')[0] === flag);
  let asked: number | null = null;
  let isGivenUp = false;
  return {
    hubArguments() {
      if (isNamed) return [...hubFlags];
      asked = isGivenUp ? null : (memory.read()?.port ?? null);
      return [...hubFlags, flag, String(asked ?? 0)];
    },
    learn(url) {
      const port = Number(new URL(url).port);
      isGivenUp = false;
      if (!isNamed && port !== asked) memory.write({ port });
    },
    giveUp() {
      if (asked === null) return false;
      asked = null;
      isGivenUp = true;
      return true;
    },
  };
}

function readPort(text: string): z.infer<typeof portFile> | null {
  // A damaged file is as good as none.
  try {
    const parsed = portFile.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
