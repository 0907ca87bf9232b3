// Agents that report so many changes a second, each to its own twin, until they are stopped.
import { twinReportTopic } from '#contract/device-topics.ts';
import type { DeviceConnection } from './device-connection.ts';
import { publishPacket } from './mqtt-wire.ts';

const everyMs = 20;

/** Returns how to stop, which tells how many were sent. */
export function keepReporting(agents: readonly DeviceConnection[], perSecond: number): () => number {
  let sent = 0;
  const startedAtMs = performance.now();
  const timer = setInterval(() => {
    // By the clock, so that a late tick sends what the ticks before it owed.
    const due = Math.floor(((performance.now() - startedAtMs) / 1000) * perSecond);
    for (; sent < due; sent += 1) {
      const agent = agents[sent % agents.length];
      const report = JSON.stringify({ load: { number: sent, at: new Date().toISOString() } });
      agent?.socket.write(publishPacket(twinReportTopic(String(sent)), report));
    }
  }, everyMs);
  return () => {
    clearInterval(timer);
    return sent;
  };
}
