// Round trips over one TLS connection, one after another: a byte there, a byte back.
import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import { createSecureContext } from 'node:tls';
import { openSocket } from './device-connection.ts';

export interface RoundTripOrder {
  readonly port: number;
  readonly caFile: string;
  readonly count: number;
}

export async function timeRoundTrips({
  port,
  caFile,
  count,
}: RoundTripOrder): Promise<{ readonly latenciesMs: readonly number[] }> {
  const socket = await openSocket({ port, context: createSecureContext({ ca: readFileSync(caFile) }) });
  const latenciesMs: number[] = [];
  for (let trip = 0; trip < count; trip += 1) {
    const startedAtMs = performance.now();
    const back = once(socket, 'data');
    socket.write('x');
    await back;
    latenciesMs.push(performance.now() - startedAtMs);
  }
  socket.removeAllListeners('close').destroy();
  return { latenciesMs };
}
