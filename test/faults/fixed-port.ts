// A free port for a hub that is to come back on it. Below the range from which connections get theirs: there, a client that
// dials a dead server over and over can take the very port it dials.
import { once } from 'node:events';
import { createServer } from 'node:net';

const lowest = 20_000;
const count = 10_000;

export async function findFixedPort(): Promise<number> {
  for (;;) {
    const port = lowest + Math.floor(Math.random() * count);
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    server.close();
    await once(server, 'close');
    return true;
  } catch {
    // Taken: the caller tries another.
    return false;
  }
}
