// How long work takes, and the longest it holds the event loop meanwhile, which is what a device waits for its keep-alive.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { figure } from './measure.ts';

export interface LongWork {
  readonly name: string;
  readonly elapsedMs: number;
  readonly longestHoldMs: number;
  readonly longestTurnMs: number;
}

/**
 * Processor time beside wall time: on a machine with neighbours it is what the work itself holds. That of this thread alone: the
 * loop is free while others sync the disk, or collect what is left over.
 */
export async function measured(name: string, work: () => unknown): Promise<LongWork> {
  const delays = monitorEventLoopDelay({ resolution: 1 });
  delays.enable();
  // The meter's first interval begins with its first tick.
  await new Promise((resolve) => setTimeout(resolve, 20));
  let longestTurnMs = 0;
  let before = process.threadCpuUsage();
  const meter = (): void => {
    const { user, system } = process.threadCpuUsage(before);
    longestTurnMs = Math.max(longestTurnMs, (user + system) / 1000);
    before = process.threadCpuUsage();
    turn = setImmediate(meter);
  };
  let turn = setImmediate(meter);
  await new Promise((resolve) => setImmediate(resolve));
  const startedAtMs = performance.now();
  await work();
  const elapsedMs = performance.now() - startedAtMs;
  await new Promise((resolve) => setTimeout(resolve, 5));
  clearImmediate(turn);
  delays.disable();
  return { name, elapsedMs, longestHoldMs: delays.max / 1e6, longestTurnMs };
}

export function textOfWork({ name, longestTurnMs, longestHoldMs, elapsedMs }: LongWork): string {
  return `${name} ${figure(longestTurnMs)} ms, ${figure(longestHoldMs)} ms, ${figure(elapsedMs / 1000)} s`;
}
