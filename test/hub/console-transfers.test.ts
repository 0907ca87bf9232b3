// Files of images over the console's listener: who may send and take them, that they are streamed, and what is said when not.
import { request } from 'node:http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { refused } from '#base/errors.ts';
import { type ConsoleListener, createConsoleListener } from '#hub/console/console-listener.ts';
import { createImagesDouble, type ImagesDouble } from '#test/support/console-images-double.ts';
import { createConsoleOperations } from '#test/support/console-operations.ts';
import { createConsoleSite, silentLog } from '#test/support/console-site.ts';
import { aSiteDesk } from '#test/support/site-desk-double.ts';
import { eventually } from '#test/support/eventually.ts';
import { theSiteFacts } from '#test/support/site-facts.ts';

let listener: ConsoleListener;
let double: ImagesDouble;
let url: URL;
let cookie: string;

beforeEach(async () => {
  const site = createConsoleSite();
  double = createImagesDouble();
  listener = createConsoleListener({
    store: site.store,
    clock: site.clock,
    log: silentLog,
    hub: createConsoleOperations(site),
    images: double.images,
    siteDesk: aSiteDesk(site).console,
    host: '127.0.0.1',
    port: 0,
    rendererDir: '/nowhere',
    site: () => theSiteFacts,
    failureOf: () => undefined,
  });
  url = new URL((await listener.start()).url);
  const opened = await fetch(`${url.origin}/session`, {
    method: 'POST',
    headers: { origin: url.origin, 'content-type': 'application/json' },
    body: JSON.stringify({ token: url.hash.replace('#token=', '') }),
  });
  cookie = opened.headers.get('set-cookie')?.split(';')[0] ?? '';
});
afterEach(() => listener.stop());

interface Sent {
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly chunks?: readonly Buffer[];
  /** Ends the connection instead of the body. */
  readonly breaksOff?: boolean;
}

function send({ path = '/images?name=web.tar', headers = {}, chunks = [], breaksOff = false }: Sent) {
  return new Promise<{ readonly status: number; readonly text: string }>((resolve, reject) => {
    const own = { host: url.host, origin: url.origin, cookie, 'content-type': 'application/octet-stream', ...headers };
    const sent = request({ host: '127.0.0.1', port: url.port, method: 'POST', path, headers: own }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    sent.on('error', reject);
    for (const chunk of chunks) sent.write(chunk);
    if (breaksOff) sent.flushHeaders();
    else sent.end();
    if (breaksOff) setTimeout(() => sent.destroy(), 50);
  });
}

const taken = (query: string, headers = { cookie }) => fetch(`${url.origin}/images/archive?${query}`, { headers });
const subjects = () => double.tasks.rows.map(({ subject, state, doneBytes }) => [subject, state, doneBytes]);

test('when the page sends a file larger than any message may be, all of it arrives', async () => {
  const chunks = Array.from({ length: 40 }, () => Buffer.alloc(1_000_000, 1));
  const { status, text } = await send({ chunks });
  expect([status, JSON.parse(text)]).toEqual([200, { taskId: double.tasks.rows[0]?.id }]);
  expect(subjects()).toEqual([['web.tar', 'done', 40_000_000]]);
});

test.each<[string, Sent, number, RegExp]>([
  ['no session', { headers: { cookie: '' } }, 403, /Only the page of this hub/],
  ['the origin of another site', { headers: { origin: 'http://evil.example' } }, 403, /Only the page of this hub/],
  ['another kind of content', { headers: { 'content-type': 'text/plain' } }, 415, /octet-stream/],
  ['no name', { path: '/images' }, 400, /name/],
  ['an endless name', { path: `/images?name=${'x'.repeat(300)}` }, 400, /name/],
])('when a file comes with %s, it is refused and nothing begins', async (_what, sent, status, words) => {
  const answer = await send(sent);
  expect(answer.status).toBe(status);
  expect(answer.text).toMatch(words);
  expect(double.tasks.rows).toEqual([]);
});

test('when the sender breaks off, the task ends', async () => {
  await expect(send({ chunks: [Buffer.alloc(1_000)], breaksOff: true })).rejects.toThrow();
  await eventually(() => expect(subjects()).toEqual([['web.tar', 'cancelled', 1_000]]));
});

test('when no task can be begun, the sender hears why', async () => {
  double.images.upload = () => Promise.reject(refused('request.invalid', 'Too many run.'));
  expect(await send({})).toEqual({ status: 409, text: '{"message":"Too many run."}' });
});

test('when images are taken as one file, it is streamed under its name, and only to a session', async () => {
  const asked: unknown[] = [];
  double.images.archive = (what) => {
    asked.push(what);
    return {
      fileName: 'my "images"\r\n.tar',
      tar: (async function* () {
        yield Buffer.from('one ');
        yield Buffer.from('two');
      })(),
    };
  };
  const answer = await taken('deployments=all');
  expect(await answer.text()).toBe('one two');
  expect(answer.headers.get('content-disposition')).toBe('attachment; filename="my-images-.tar"');
  expect(answer.headers.get('content-type')).toBe('application/x-tar');
  expect(asked).toEqual([{ deployments: 'all' }]);
  expect((await taken('deployments=all', { cookie: 'x=y' })).status).toBe(403);
  expect((await taken('deployments=some')).status).toBe(400);
  expect((await taken(`repository=../x&digest=sha256:${'g'.repeat(64)}`)).status).toBe(400);
  double.images.archive = () => {
    throw refused('image.unknown', 'There is no such image.');
  };
  const gone = await taken(`repository=web&digest=sha256:${'a'.repeat(64)}`);
  expect([gone.status, await gone.json()]).toEqual([409, { message: 'There is no such image.' }]);
});
