// Processor time instead of the clock on the wall: what a neighbour on the machine takes does not count.

/** Milliseconds of processor time this process took for `work`, its collector of garbage included. */
export function processorMsOf(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
