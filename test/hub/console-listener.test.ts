// The console's door: its own address, its own origin, this start's token, and nothing else gets in.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createConnection, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { ConsoleEvent } from '#contract/console-rows.ts';
import { type ConsoleListenerOptions, createConsoleListener } from '#hub/console/console-listener.ts';
import { openConsoleWindow } from '#test/support/console-window.ts';
import { createImagesDouble } from '#test/support/console-images-double.ts';
import { createConsoleOperations } from '#test/support/console-operations.ts';
import { aSiteDesk } from '#test/support/site-desk-double.ts';
import { createConsoleSite, silentLog } from '#test/support/console-site.ts';
import { eventually } from '#test/support/eventually.ts';
import { theSiteFacts } from '#test/support/site-facts.ts';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

function pageDir(isBuilt = true): string {
  const dir = mkdtempSync(join(tmpdir(), 'lanyard-page-'));
  cleanUps.push(() => rmSync(dir, { recursive: true }));
  if (isBuilt) {
    mkdirSync(join(dir, 'assets'));
    writeFileSync(join(dir, 'index.html'), '<title>Lanyard</title><script nonce="STYLE-NONCE"></script>');
    writeFileSync(join(dir, 'assets', 'a-1.js'), '"asset"');
    writeFileSync(join(dir, 'assets', '.hidden.js'), 'beside the assets');
    writeFileSync(join(dir, 'secret.txt'), 'beside the assets');
  }
  return dir;
}

async function startConsole(change: Partial<ConsoleListenerOptions> = {}) {
  const site = createConsoleSite();
  const options = {
    host: '127.0.0.1',
    port: 0,
    rendererDir: pageDir(),
    log: silentLog,
    site: () => theSiteFacts,
    failureOf: () => undefined,
  };
  const listener = createConsoleListener({
    store: site.store,
    clock: site.clock,
    hub: createConsoleOperations(site),
    images: createImagesDouble().images,
    siteDesk: aSiteDesk(site).console,
    ...options,
    ...change,
  });
  const { url } = await listener.start();
  cleanUps.push(() => listener.stop());
  const { origin, host, port, hash } = new URL(url);
  return { listener, site, origin, host, port: Number(port), token: hash.replace('#token=', '') };
}

type Console = Awaited<ReturnType<typeof startConsole>>;

/** A plain request, for `fetch` lets nobody choose Host and Origin. */
async function ask(
  { port, host }: Pick<Console, 'port' | 'host'>,
  asked: { path: string; method?: string; headers?: Record<string, string>; body?: string },
) {
  return new Promise<{ status: number; headers: Record<string, unknown>; text: string }>((resolve, reject) => {
    const { path, method = 'GET', body } = asked;
    const sent = request(
      { host: '127.0.0.1', port, path, method, agent: false, headers: { host, ...asked.headers } },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (text += chunk));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

async function openSession(console: Console, token = console.token, origin = console.origin) {
  return ask(console, {
    path: '/session',
    method: 'POST',
    headers: { 'content-type': 'application/json', origin },
    body: JSON.stringify({ token }),
  });
}

async function cookieOf(console: Console): Promise<string> {
  const { headers } = await openSession(console);
  return String(headers['set-cookie']).split(';')[0] ?? '';
}

/** The status an upgrade is answered with; 101 leaves an open socket behind. */
async function upgrade(console: Console, headers: Record<string, string>, path = '/api'): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://${console.host}${path}`, { headers });
    cleanUps.push(() => socket.terminate());
    socket.on('open', () => resolve(101));
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    socket.on('error', reject);
  });
}

test('when the token of this start is shown, a session opens that the API accepts', async () => {
  const console = await startConsole();
  const opened = await openSession(console);
  expect([opened.status, opened.text]).toEqual([200, '{"open":true}']);
  expect(String(opened.headers['set-cookie'])).toMatch(
    /^lanyard-[\w-]+=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/$/,
  );
  const cookie = await cookieOf(console);
  expect(await upgrade(console, { cookie, origin: console.origin })).toBe(101);
  const state = await ask(console, { path: '/session', headers: { cookie } });
  expect(state.text).toBe('{"open":true}');
});

test.each([
  ['another token', (console: Console) => openSession(console, 'x'.repeat(43)), 401],
  ['an empty token', (console: Console) => openSession(console, ''), 401],
  ['a token from another site', (console: Console) => openSession(console, console.token, 'http://evil.example'), 403],
  [
    'a body that is no JSON',
    (console: Console) =>
      ask(console, {
        path: '/session',
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: console.origin },
        body: '{',
      }),
    400,
  ],
])('when %s is shown, no session opens', async (_what, show, status) => {
  const answer = await show(await startConsole());
  expect(answer.status).toBe(status);
  expect(answer.headers['set-cookie']).toBeUndefined();
});

test('when an upgrade lacks a session, comes from another site or names another host, it is turned away', async () => {
  const console = await startConsole();
  const cookie = await cookieOf(console);
  const { origin } = console;
  expect(await upgrade(console, { origin })).toBe(401);
  expect(await upgrade(console, { origin, cookie: `${cookie}x` })).toBe(401);
  expect(await upgrade(console, { cookie })).toBe(403);
  expect(await upgrade(console, { cookie, origin: 'http://evil.example' })).toBe(403);
  expect(await upgrade(console, { cookie, origin: `http://localhost:${console.port}` })).toBe(403);
  expect(await upgrade(console, { cookie, origin, host: `evil.example:${console.port}` })).toBe(403);
  expect(await upgrade(console, { cookie, origin }, '/elsewhere')).toBe(404);
});

test('when a request names another host (DNS rebinding), nothing is served', async () => {
  const console = await startConsole();
  for (const host of [`evil.example:${console.port}`, `localhost:${console.port}`, '127.0.0.1']) {
    const answer = await ask({ ...console, host }, { path: '/' });
    expect([answer.status, answer.text]).toEqual([403, `The console answers at ${console.origin} alone.\n`]);
  }
});

test('when the page is served, its policy admits only its own files and one fresh style nonce', async () => {
  const console = await startConsole();
  const first = await ask(console, { path: '/' });
  const second = await ask(console, { path: '/' });
  const nonce = /nonce="([^"]+)"/.exec(first.text)?.[1] ?? '';
  expect(first.status).toBe(200);
  expect(second.text).not.toContain(nonce);
  expect(first.headers).toMatchObject({
    'content-security-policy':
      `default-src 'none'; script-src 'self'; style-src 'self' 'nonce-${nonce}'; img-src 'self' data:; ` +
      `connect-src 'self' ws://${console.host}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; ` +
      "require-trusted-types-for 'script'; trusted-types default",
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  });
  const asset = await ask(console, { path: '/assets/a-1.js' });
  expect([asset.status, asset.text]).toEqual([200, '"asset"']);
  expect(asset.headers).toMatchObject({
    'content-type': 'text/javascript; charset=utf-8',
    'cache-control': 'public, max-age=2592000, immutable',
    'x-content-type-options': 'nosniff',
  });
});

test.each([
  '/assets/../secret.txt',
  '/assets/%2e%2e/secret.txt',
  '/assets/..%2fsecret.txt',
  '/secret.txt',
  '/assets/..%5csecret.txt',
  '/assets/.hidden.js',
  '/assets/a-2.js',
])('when %s is asked for, nothing beside the assets is served', async (path) => {
  const answer = await ask(await startConsole(), { path });
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(answer.text).not.toContain('beside');
});

test('when the page was never built, it says what to run', async () => {
  const answer = await ask(await startConsole({ rendererDir: pageDir(false) }), { path: '/' });
  expect([answer.status, answer.text]).toEqual([503, 'The page is not built yet: run "npm run build", then reload.\n']);
});

test('when the port is taken, it says which flag mends it', async () => {
  const { port } = await startConsole();
  await expect(startConsole({ port })).rejects.toMatchObject({
    kind: 'refused',
    code: 'configuration.flag',
    message: `Console port ${port} on 127.0.0.1 is taken by another program: choose another with --console-port (0 picks a free one).`,
  });
});

test.each(['0.0.0.0', '::', '192.168.1.4', 'localhost', '127.evil.example'])(
  'when it is to listen on %s, it refuses: it serves this machine alone',
  async (host) => {
    await expect(startConsole({ host })).rejects.toMatchObject({ kind: 'refused', subject: host });
  },
);

test('when it listens on another loopback address, that one alone is its name', async () => {
  const console = await startConsole({ host: '127.0.0.2' });
  expect(console.origin).toBe(`http://127.0.0.2:${console.port}`);
  expect((await fetch(`${console.origin}/session`)).status).toBe(200);
});

test('when a window is open, it reads pages, hears changes, and learns what was wrong with a request', async () => {
  const lines: string[] = [];
  const console = await startConsole({ log: pino({ level: 'info' }, { write: (line) => void lines.push(line) }) });
  console.site.putDevice({ id: 'd1' });
  const { client, close } = await openConsoleWindow(`${console.origin}/#token=${console.token}`);
  cleanUps.push(close);
  expect(await client.devices.query({ after: null, limit: 10 })).toMatchObject({
    rows: [{ deviceId: 'd1' }],
    next: null,
  });
  expect(await client.device.query({ deviceId: 'nobody' })).toBeNull();
  await expect(client.devices.query({ after: null, limit: 501 })).rejects.toMatchObject({
    message: 'The request cannot be used: limit: must be at most 500.',
    data: { code: 'BAD_REQUEST' },
  });
  expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([{ level: 30, path: 'devices' }]);

  const events: ConsoleEvent[] = [];
  client.changes.subscribe(undefined, { onData: (event) => events.push(event) });
  await eventually(() => expect(events).toMatchObject([{ type: 'hello', site: theSiteFacts }]));
  console.site.putDevice({ id: 'd2' });
  await eventually(() => expect(events[1]).toMatchObject({ type: 'flush', devices: [{ deviceId: 'd2' }] }));
});

test('when it stops, open windows and half-sent requests end at once', async () => {
  const console = await startConsole();
  const socket = new WebSocket(`ws://${console.host}/api`, {
    headers: { cookie: await cookieOf(console), origin: console.origin },
  });
  await new Promise((resolve) => socket.once('open', resolve));
  const ended = new Promise((resolve) => socket.once('close', resolve));
  const half = await halfSent(console);
  await console.listener.stop();
  await Promise.all([ended, half.closed]);
  expect([socket.readyState]).toEqual([WebSocket.CLOSED]);
});

async function halfSent(console: Console): Promise<{ readonly closed: Promise<unknown> }> {
  const socket: Socket = createConnection({ host: '127.0.0.1', port: console.port });
  cleanUps.push(() => socket.destroy());
  socket.on('error', () => undefined);
  const closed = new Promise((resolve) => socket.once('close', resolve));
  await new Promise<void>((resolve) => {
    socket.once('connect', () => socket.write('GET / HTTP/1.1\r\nHost: ', () => resolve()));
  });
  return { closed };
}
