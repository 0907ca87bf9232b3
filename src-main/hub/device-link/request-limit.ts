// A request's body is to arrive within a time, so that slow senders hold nothing open. Node's own limit knows no exception; bodies
// of gigabytes need one, and are watched by their own readers.
import type { IncomingMessage } from 'node:http';
import type { Server } from 'node:https';
import type { Clock } from '#base/clock.ts';

interface RequestLimit {
  readonly clock: Clock;
  readonly limitMs: number;
  /** By its path, as it came. */
  readonly mayTakeLong: (path: string) => boolean;
}

export function limitRequests(server: Server, { clock, limitMs, mayTakeLong }: RequestLimit): void {
  server.on('request', (request: IncomingMessage) => {
    if (mayTakeLong(request.url ?? '')) return;
    const cancel = clock.after(limitMs, () => {
      if (!request.complete) request.socket.destroy();
    });
    request.once('close', cancel);
  });
}
