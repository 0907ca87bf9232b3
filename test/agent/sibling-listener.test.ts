// The door for neighbours: who comes in, with what, and that nobody holds it shut.
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { request as httpsRequest } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LayerCache } from '#agent/sibling-cache.ts';
import { makeSiblingIdentity, type SiblingIdentity } from '#agent/sibling-identity.ts';
import { openSiblingListener, readTicketKey, type SiblingListener } from '#agent/sibling-listener.ts';
import type { DeviceId } from '#base/ids.ts';
import { siblingTicketHeader } from '#contract/sibling-headers.ts';
import { createSystemClock } from '#entry/system-clock.ts';
import { createSiblingTickets, type SiblingTickets } from '#registry/sibling-tickets.ts';
import { eventually } from '#test/support/eventually.ts';
import { createFakeClock, type FakeClock } from '#test/support/fake-clock.ts';
import { aTemporaryFolder, silentLog } from '#test/support/test-store.ts';

/** More than the buffers of a connection hold. */
const size = 15_000_000;
const layer = randomBytes(size);
const digest = `sha256:${createHash('sha256').update(layer).digest('hex')}`;
const giverId = 'press/1'.replace('/', '%') as DeviceId;

let [giver, taker, other]: readonly SiblingIdentity[] = [];
let clock: FakeClock;
let tickets: SiblingTickets;
let listener: SiblingListener;
let hub: { readonly nowMs: number } | null;

beforeEach(async () => {
  [giver, taker, other] = await Promise.all([makeSiblingIdentity(), makeSiblingIdentity(), makeSiblingIdentity()]);
  clock = createFakeClock();
  tickets = createSiblingTickets({ clock });
  hub = { nowMs: 0 };
  const ticketKey = readTicketKey(tickets.publicKey);
  const options = { mostBytes: () => 1e9, onChange: () => undefined, clock: createSystemClock(), log: silentLog };
  const cache = new LayerCache({ ...options, dir: aTemporaryFolder(), leastFreeBytes: 0 });
  const keeping = cache.begin({ digest, sizeBytes: layer.length, repository: 'web' });
  keeping?.keep(layer);
  keeping?.finish();
  await cache.settled();
  listener = await openSiblingListener({
    deviceId: giverId,
    address: '127.0.0.1',
    identity: giver,
    cache,
    hub: () => hub && { ...hub, ticketKey },
    clock,
    log: silentLog,
  });
});
afterEach(() => listener.stop());

interface Asked {
  readonly method?: string;
  readonly path?: string;
  readonly ticket?: string | null;
  readonly as?: SiblingIdentity | null;
  readonly headers?: Readonly<Record<string, string>>;
}

function ticketFor(change: { digest?: string; from?: string; to?: string } = {}): string {
  return tickets.issue({ digest, from: giverId, to: taker?.fingerprint ?? '', ...change } as Parameters<
    SiblingTickets['issue']
  >[0]);
}

async function ask(asked: Asked = {}): Promise<IncomingMessage> {
  const { method = 'GET', path = `/blobs/${digest}`, ticket = ticketFor(), as = taker, headers = {} } = asked;
  const request = httpsRequest({
    host: '127.0.0.1',
    port: listener.port,
    method,
    path,
    headers: { ...(ticket === null ? {} : { [siblingTicketHeader]: ticket }), ...headers },
    ...(as ? { key: as.privateKeyPem, cert: as.certificatePem } : {}),
    rejectUnauthorized: false,
    agent: false,
  }).end();
  const [answer] = (await once(request, 'response')) as [IncomingMessage];
  return answer;
}

async function bytesOf(answer: IncomingMessage): Promise<Buffer> {
  return Buffer.concat((await answer.toArray()) as Buffer[]);
}

test('when the ticket fits, the layer is served whole, from a byte on, and by its length alone', async () => {
  const whole = await ask();
  expect([whole.statusCode, whole.headers['content-length']]).toEqual([200, `${size}`]);
  expect((await bytesOf(whole)).equals(layer)).toBe(true);
  const rest = await ask({ headers: { range: 'bytes=4000001-' } });
  expect([rest.statusCode, rest.headers['content-range']]).toEqual([206, `bytes 4000001-${size - 1}/${size}`]);
  expect((await bytesOf(rest)).equals(layer.subarray(4_000_001))).toBe(true);
  const head = await ask({ method: 'HEAD' });
  expect([head.statusCode, head.headers['content-length'], (await bytesOf(head)).length]).toEqual([200, `${size}`, 0]);
  // What ends before the end could not be checked: such a range is passed over.
  expect((await ask({ headers: { range: 'bytes=0-9' } })).statusCode).toBe(200);
  expect((await ask({ headers: { range: `bytes=${size}-` } })).statusCode).toBe(416);
});

const elsewhere = createSiblingTickets({ clock: createFakeClock() });
test.each<{ what: string; asked: () => Asked }>([
  { what: 'no ticket', asked: () => ({ ticket: null }) },
  { what: 'a ticket of nobody', asked: () => ({ ticket: ticketFor().slice(0, -4) + 'AAAA' }) },
  {
    what: 'a ticket of another hub',
    asked: () => ({ ticket: elsewhere.issue({ digest, from: giverId, to: taker?.fingerprint ?? '' }) }),
  },
  { what: 'a ticket for another blob', asked: () => ({ ticket: ticketFor({ digest: `sha256:${'0'.repeat(64)}` }) }) },
  { what: 'a ticket for another neighbour', asked: () => ({ ticket: ticketFor({ from: 'press-2' }) }) },
  { what: 'a ticket that another device overheard', asked: () => ({ as: other ?? null }) },
  { what: 'no certificate', asked: () => ({ as: null }) },
  { what: 'another path', asked: () => ({ path: `/blobs/../blobs/${digest}` }) },
  { what: 'a list', asked: () => ({ path: '/blobs/' }) },
  { what: 'a word that writes', asked: () => ({ method: 'PUT' }) },
])('when it comes with $what, it is turned away with nothing told', async ({ asked }) => {
  const answer = await ask(asked());
  expect([answer.statusCode, (await bytesOf(answer)).length]).toEqual([403, 0]);
});

test('when a ticket is late by the count of the hub, and not by any wall clock, it is no ticket', async () => {
  const ticket = ticketFor();
  clock.jumpTo(0);
  hub = { nowMs: 34_999 };
  expect((await ask({ ticket })).statusCode).toBe(200);
  hub = { nowMs: 35_001 };
  expect((await ask({ ticket })).statusCode).toBe(403);
  hub = null;
  expect((await ask({ ticket })).statusCode).toBe(403);
});

test('when it does not hold the blob any more, it says so', async () => {
  const gone = `sha256:${'1'.repeat(64)}`;
  expect((await ask({ path: `/blobs/${gone}`, ticket: ticketFor({ digest: gone }) })).statusCode).toBe(404);
});

test('when more come than it serves at a time, the next hears that it is busy, until one is done', async () => {
  const served = await Promise.all(Array.from({ length: 5 }, () => ask()));
  expect(served.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 200, 200]);
  expect((await ask()).statusCode).toBe(503);
  await Promise.all(served.map((answer) => bytesOf(answer)));
  const next = await ask();
  expect(next.statusCode).toBe(200);
  next.destroy();
});

test('when receivers take nothing, they lose their places', async () => {
  const hung = await Promise.all(Array.from({ length: 5 }, () => ask()));
  // `once` of events would reject with the break that is waited for.
  const ended = hung.map(
    (answer) => new Promise((resolve) => answer.on('error', () => undefined).once('close', resolve)),
  );
  await eventually(async () => {
    // The network's own buffers take a part; then nothing moves.
    clock.advance(15_000);
    const next = await ask();
    next.on('error', () => undefined).destroy();
    expect(next.statusCode).toBe(200);
  });
  for (const answer of hung) answer.resume();
  await Promise.all(ended);
  expect(hung.some(({ complete }) => !complete)).toBe(true);
});

test('when somebody speaks another language, or an old one, the connection ends', async () => {
  const plain = connect(listener.port, '127.0.0.1', () => plain.write('GET /blobs/ HTTP/1.1\r\n\r\n'));
  await once(plain.on('error', () => undefined).resume(), 'close');
  const old = connectTls({ port: listener.port, host: '127.0.0.1', maxVersion: 'TLSv1.2', rejectUnauthorized: false });
  const [error] = (await once(old, 'error')) as [Error];
  expect(error.message).toMatch(/protocol version/);
});
