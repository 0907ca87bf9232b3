// Waits until a process has nothing left to do, so that what one round leaves behind is not timed in the next.
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const lookEveryMs = 250;
const longestMs = 60_000;

/** Resolves once it used less than a tenth of a processor twice in a row, or after a minute. */
export async function untilQuiet(pid: number): Promise<void> {
  const deadline = performance.now() + longestMs;
  let quietLooks = 0;
  let before = processorMs(pid);
  while (quietLooks < 2 && performance.now() < deadline) {
    await delay(lookEveryMs);
    const now = processorMs(pid);
    quietLooks = now - before < lookEveryMs / 10 ? quietLooks + 1 : 0;
    before = now;
  }
}

/** Processor time the process has used so far; 0 where the system has no /proc. */
export function processorMs(pid: number): number {
  try {
    const afterName = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1] ?? '';
    const [user = 0, system = 0] = afterName.split(' ').slice(11, 13).map(Number);
    return (user + system) * 10;
  } catch {
    // Two looks in a row then stand for quiet.
    return 0;
  }
}
