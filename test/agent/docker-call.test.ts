// An engine that accepts and then says nothing, or only a little now and then: every call ends, and tells why.
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import Docker from 'dockerode';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createDockerEngine } from '#agent/docker-engine.ts';
import { pullImage } from '#agent/docker-pull.ts';
import type { Engine } from '#agent/engine.ts';

let dir: string;
let socketPath: string;
let daemon: Server;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'engine-'));
  socketPath = join(dir, 'engine.sock');
});

afterEach(async () => {
  daemon.closeAllConnections();
  daemon.close();
  await rm(dir, { recursive: true });
});

async function serve(listener: RequestListener): Promise<void> {
  daemon = createServer(listener).listen(socketPath);
  await once(daemon, 'listening');
}

const calls: readonly [string, (engine: Engine) => Promise<unknown>][] = [
  ['describe', (engine) => engine.describe()],
  ['containers', (engine) => engine.containers()],
  ['presentImages', (engine) => engine.presentImages(['web:1'])],
  ['create', (engine) => engine.create({ name: 'web', module: 'web', specHash: '', body: {} })],
  ['start', (engine) => engine.start('web')],
  ['remove', (engine) => engine.remove('web')],
  ['rename', (engine) => engine.rename('web', 'other')],
  ['logs', (engine) => engine.logs('web', { tail: 1, sinceS: 0, untilS: 0 })],
];

test.each(calls)('when the engine never answers %s, the call fails in words', async (_name, call) => {
  await serve(() => undefined);
  await expect(call(createDockerEngine({ socketPath, deviceId: 'd1', limitMs: 100 }))).rejects.toMatchObject({
    code: 'agent.engine',
    message: expect.stringMatching(/^The container engine could not .*: it did not answer in time\.$/),
  });
});

const pull = (stallMs: number): Promise<void> =>
  pullImage(
    new Docker({ socketPath }),
    { image: 'web:1', credential: null, signal: new AbortController().signal, onProgress: () => undefined },
    stallMs,
  );

test('when a pull only unpacks for longer than a stall may last, it goes on', async () => {
  await serve((request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    if (request.method === 'GET') return void response.end('{}');
    void (async () => {
      for (let line = 0; line < 8; line++) {
        response.write(`${JSON.stringify({ id: 'a', status: 'Extracting', progressDetail: { units: 's' } })}\r\n`);
        await delay(50);
      }
      response.end();
    })();
  });
  await expect(pull(200)).resolves.toBeUndefined();
});

test('when nothing comes of a pull, it ends and says so', async () => {
  await serve((_request, response) => response.writeHead(200).flushHeaders());
  await expect(pull(100)).rejects.toThrow("Image 'web:1' cannot be pulled: nothing came for five minutes.");
});
