// A body that does not arrive in time ends its connection, but for paths whose bodies may be large.
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { Server as HttpsServer } from 'node:https';
import { limitRequests } from '#hub/device-link/request-limit.ts';
import { createFakeClock } from '#test/support/fake-clock.ts';
import { eventually } from '#test/support/eventually.ts';

async function aServer() {
  const clock = createFakeClock();
  let asked = 0;
  const server: Server = createServer((incoming, response) => {
    asked += 1;
    incoming.resume().once('end', () => response.end('whole'));
  });
  // Both kinds tell of requests in the same way.
  limitRequests(server as unknown as HttpsServer, {
    clock,
    limitMs: 1000,
    mayTakeLong: (path) => path.startsWith('/v2/'),
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { clock, port, asked: () => asked };
}

function slowly(port: number, path: string) {
  const outgoing = request({ port, host: '127.0.0.1', path, method: 'POST', agent: false });
  const ended = new Promise<string>((resolve) => {
    outgoing.once('response', (response) => resolve(`answered ${response.statusCode}`));
    outgoing.once('error', () => resolve('cut'));
  });
  outgoing.write('half');
  return { outgoing, ended };
}

test.each([
  ['/devices/a', 1000, 'cut'],
  ['/devices/a', 999, 'answered 200'],
  ['/v2/a/blobs/uploads/1', 100_000, 'answered 200'],
])('when the body of %s is not there after %i ms, it is %s', async (path, afterMs, outcome) => {
  const { clock, port, asked } = await aServer();
  const { outgoing, ended } = slowly(port, path);
  await eventually(() => expect(asked()).toBe(1));
  clock.advance(afterMs);
  if (outcome !== 'cut') outgoing.end(' and half');
  expect(await ended).toBe(outcome);
});
