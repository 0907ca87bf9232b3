// The last lines of containers, for the log of an attempt, as many as leave room for what the agent itself has to say. Of what does
// not fit the newest is kept, and that others were there is said.
import type { Logger } from 'pino';
import { asAppError } from '#base/errors.ts';
import type { ObservedContainer } from '#domain/updates/agent-state.ts';
import type { Engine } from './engine.ts';

const lastLines = 200;
/** Of all containers together. */
const lastBytes = 128 * 1_024;
const longestLine = 2_000;

interface Listener {
  readonly engine: Engine;
  readonly log: Logger;
  readonly tell: (lines: readonly string[]) => Promise<void>;
}

export async function tellLastWords(listener: Listener, containers: readonly ObservedContainer[]): Promise<void> {
  await Promise.all(containers.map((container) => tellOf(listener, container, lastBytes / containers.length)));
}

async function tellOf({ engine, log, tell }: Listener, container: ObservedContainer, room: number): Promise<void> {
  const { id, name } = container;
  try {
    const lines = await engine.logs(id, { tail: lastLines, sinceS: 0, untilS: 0 });
    await tell(
      newest(
        lines.map(({ timestamp, stream, text }) => `${name} ${timestamp} ${stream}: ${shortened(text)}`),
        room,
        name,
      ),
    );
  } catch (error) {
    // Going back does not wait for what cannot be read.
    const reason = asAppError(error).message;
    log.warn({ container: name, reason }, 'no last lines');
    await tell([`the last lines of ${name} cannot be read: ${reason}`]);
  }
}

function shortened(text: string): string {
  return text.length > longestLine ? `${text.slice(0, longestLine)}…` : text;
}

function newest(lines: readonly string[], roomBytes: number, name: string): readonly string[] {
  let room = roomBytes;
  const first = lines.findLastIndex((line) => (room -= Buffer.byteLength(line)) < 0) + 1;
  return first === 0 ? lines : [`(earlier lines of ${name} were left out: it wrote too much)`, ...lines.slice(first)];
}
