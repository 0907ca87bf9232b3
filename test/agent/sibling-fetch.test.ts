// What is asked of a neighbour and what is taken from it: only of the one that was named, only what is due, only quickly enough.
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { fetchFromSibling, namedSibling } from '#agent/sibling-fetch.ts';
import { makeSiblingIdentity } from '#agent/sibling-identity.ts';
import type { DeviceId } from '#base/ids.ts';
import { createFakeClock } from '#test/support/fake-clock.ts';
import { eventually } from '#test/support/eventually.ts';
import { aDigest, aFingerprint } from '#test/support/share-site.ts';

async function aNeighbour(answer: (request: IncomingMessage, response: ServerResponse) => void, sizeBytes = 1_000) {
  const [own, identity] = await Promise.all([makeSiblingIdentity(), makeSiblingIdentity()]);
  const clock = createFakeClock();
  const faults: string[] = [];
  const asked: IncomingMessage[] = [];
  const server = createServer(
    { key: own.privateKeyPem, cert: own.certificatePem, requestCert: true, rejectUnauthorized: false },
    (request, response) => {
      asked.push(request);
      answer(request, response);
    },
  );
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => server.close().closeAllConnections());
  const { port } = server.address() as AddressInfo;
  const sibling = {
    deviceId: 'pump' as DeviceId,
    host: '127.0.0.1',
    port,
    fingerprint: own.fingerprint,
    ticket: 'a-ticket',
  };
  const gone = new AbortController();
  return {
    clock,
    faults,
    asked,
    gone,
    fetch: (change: Partial<typeof sibling> = {}, fromByte = 0) =>
      fetchFromSibling(
        { ...sibling, ...change },
        {
          repository: 'web',
          digest: aDigest(),
          sizeBytes,
          fromByte,
          signal: gone.signal,
          onAlive: () => undefined,
        },
        { identity, clock, onFault: (fault) => faults.push(fault) },
      ),
  };
}

test('when the hub names a neighbour, it is read only if nothing in it is odd', () => {
  const headers = {
    location: `https://10.0.0.7:4000/blobs/${aDigest()}`,
    'lanyard-sibling-device': 'pump%231',
    'lanyard-sibling-fingerprint': aFingerprint('pump'),
    'lanyard-sibling-ticket': 't',
  };
  const named = { deviceId: 'pump#1', host: '10.0.0.7', port: 4_000, fingerprint: aFingerprint('pump'), ticket: 't' };
  expect(namedSibling(headers)).toEqual(named);
  expect(namedSibling({ ...headers, location: `https://[fd00::7]:4000/blobs/${aDigest()}` })).toEqual({
    ...named,
    host: 'fd00::7',
  });
  for (const odd of [
    { location: undefined },
    { location: `http://10.0.0.7:4000/blobs/${aDigest()}` },
    { location: `https://evil.example:4000/blobs/${aDigest()}` },
    { location: `https://10.0.0.999:4000/blobs/${aDigest()}` },
    { location: `https://u@10.0.0.7:4000/blobs/${aDigest()}` },
    { 'lanyard-sibling-device': '%zz' },
    { 'lanyard-sibling-fingerprint': 'AB:CD' },
  ])
    expect(namedSibling({ ...headers, ...odd })).toBeNull();
});

test('when somebody else answers there, it is told nothing, not even the ticket', async () => {
  const { fetch, asked, faults } = await aNeighbour(() => undefined);
  await expect(fetch({ fingerprint: aFingerprint('another') })).rejects.toMatchObject({ code: 'agent.image' });
  expect([asked.length, faults]).toEqual([0, ['gone']]);
});

test('when it is asked for the rest, it is shown the ticket and gives the rest', async () => {
  const { fetch, asked, faults } = await aNeighbour((_request, response) =>
    response.writeHead(206, { 'content-length': 400, 'content-range': 'bytes 600-999/1000' }).end(Buffer.alloc(400, 1)),
  );
  const bytes = Buffer.concat((await (await fetch({}, 600)).toArray()) as Buffer[]);
  expect([bytes.length, faults]).toEqual([400, []]);
  expect(asked[0]?.headers).toMatchObject({ range: 'bytes=600-', 'lanyard-sibling-ticket': 'a-ticket' });
});

test.each([
  { what: 'all of it', status: 200, headers: { 'content-length': '1000' }, fault: 'gone' },
  {
    what: 'another part',
    status: 206,
    headers: { 'content-length': '400', 'content-range': 'bytes 0-399/1000' },
    fault: 'wrong',
  },
  {
    what: 'a part of it',
    status: 206,
    headers: { 'content-length': '399', 'content-range': 'bytes 600-998/1000' },
    fault: 'wrong',
  },
])('when the rest is due and it offers $what, nothing of it is taken', async ({ status, headers, fault }) => {
  const { fetch, faults } = await aNeighbour((_request, response) =>
    response.writeHead(status, headers).flushHeaders(),
  );
  await expect(fetch({}, 600)).rejects.toMatchObject({ kind: 'unready' });
  expect(faults).toEqual([fault]);
});

test('when it says nothing, it is given up after ten seconds', async () => {
  const { fetch, clock, asked, faults } = await aNeighbour(() => undefined);
  const fetching = expect(fetch()).rejects.toMatchObject({ message: expect.stringContaining('pump') as string });
  await eventually(() => expect(asked).toHaveLength(1));
  clock.advance(10_000);
  await fetching;
  expect(faults).toEqual(['gone']);
});

test('when it drips, it is given up for being slow; what came until then is kept', async () => {
  const responses: ServerResponse[] = [];
  const { fetch, clock, faults } = await aNeighbour((_request, response) => {
    response.writeHead(200, { 'content-length': 1_000 });
    responses.push(response);
    response.write(Buffer.alloc(10));
  });
  let came = 0;
  const reading = (async () => {
    for await (const chunk of await fetch()) came += (chunk as Buffer).length;
  })();
  const ended = expect(reading).rejects.toThrow();
  await eventually(() => expect(came).toBe(10));
  for (let second = 0; second < 12; second++) {
    clock.advance(1_000);
    responses[0]?.write(Buffer.alloc(10));
  }
  await ended;
  expect(came).toBeLessThan(1_000);
  expect(faults).toEqual(['slow']);
});

test('when its receiver takes long over what came, that is no fault of the neighbour', async () => {
  const { fetch, clock, faults } = await aNeighbour(
    (_request, response) => response.writeHead(200, { 'content-length': 1_000_000 }).end(Buffer.alloc(1_000_000)),
    1_000_000,
  );
  const stream = await fetch();
  stream.once('readable', () => undefined);
  await eventually(() => expect(stream.readableLength).toBeGreaterThanOrEqual(stream.readableHighWaterMark));
  clock.advance(600_000);
  expect(Buffer.concat((await stream.toArray()) as Buffer[]).length).toBe(1_000_000);
  expect(faults).toEqual([]);
});

test('when the pull is given up, the neighbour is left at once', async () => {
  let closed: Promise<unknown> = Promise.resolve();
  const { fetch, gone } = await aNeighbour((request, response) => {
    closed = once(request.socket, 'close');
    response.writeHead(200, { 'content-length': 1_000 }).write(Buffer.alloc(10));
  });
  const stream = await fetch();
  const ended = expect(stream.toArray()).rejects.toThrow();
  gone.abort();
  await Promise.all([ended, closed]);
});
