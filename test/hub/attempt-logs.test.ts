// Logs of attempts are fetched from whoever made them, whenever that can be asked, and no device can do harm by what it answers.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { unready } from '#base/errors.ts';
import type { Json } from '#base/json.ts';
import { AttemptLogs } from '#hub/rollouts/attempt-logs.ts';
import type { MethodCall } from '#hub/hub-types.ts';
import { eventually } from '#test/support/eventually.ts';
import { rolloutSite } from '#test/support/rollout-site.ts';

const site = rolloutSite();
type Answer = { readonly status: number; readonly payload: Json };
type Asked = { readonly version: number; readonly attempt: number; readonly offset: number };

let answer: (id: string, asked: Asked) => Answer | Promise<Answer>;
let asked: string[];
let logs: AttemptLogs;

function startLogs(): void {
  logs = new AttemptLogs({
    ...site.parts,
    store: site.parts.store,
    clock: site.parts.clock,
    log: site.parts.log,
    methods: {
      invoke: async ({ deviceId: id }, { payload }: MethodCall) => {
        asked.push(id);
        return answer(id, payload as unknown as Asked);
      },
    },
  });
  logs.start();
}

beforeEach(() => {
  asked = [];
  answer = () => page('start web\n');
  startLogs();
});
afterEach(() => logs.stop());

const page = (text: string, nextOffset = text.length, totalBytes = nextOffset): Answer => {
  return { status: 200, payload: { text, nextOffset, totalBytes } };
};
const logOf = (id: string, attempt = 1) =>
  site.operations.attemptLog({ deploymentId: 'v2', deviceId: id, attempt, offset: 0 });
const textOf = (id: string) => eventually(() => logOf(id).text ?? expect.fail('not kept yet'));
function partsOf(id: string): readonly string[] {
  const parts: string[] = [];
  for (let offset: number | null = 0; offset !== null;) {
    const part = site.operations.attemptLog({ deploymentId: 'v2', deviceId: id, attempt: 1, offset });
    parts.push(part.text ?? '');
    offset = part.nextOffset;
  }
  return parts;
}
const wholeTextOf = (id: string): string => partsOf(id).join('');
const attemptsOf = (id: string) => site.operations.rolloutAttempts({ deploymentId: 'v2', deviceId: id });

test('when an attempt has ended, its log is fetched page by page, kept and told', async () => {
  const pages = ['start web\n', 'ünd on\n'];
  answer = (_id, { version, attempt, offset }) => {
    expect([version, attempt]).toEqual([site.agentOf('d1').desired.version, 1]);
    return offset === 0 ? page(pages[0] ?? '', 10, 18) : page(pages[1] ?? '', 18);
  };
  await site.devices('d1');
  await site.rollOut();
  expect(logOf('d1')).toMatchObject({ text: null, explanation: expect.stringContaining('under way') as string });
  await site.end('d1');
  expect(await textOf('d1')).toBe('start web\nünd on\n');
  expect(logOf('d1')).toMatchObject({ totalBytes: 18, isWhole: true, nextOffset: null, slice: [], module: null });
  expect(attemptsOf('d1')).toMatchObject([{ attempt: 1, hasLog: true, bytes: { done: 10, total: 10 } }]);
  expect(site.parts.journal('attempt-log-kept')).toMatchObject([
    { deviceId: 'd1', deploymentId: 'v2', actor: 'hub', detail: { attempt: 1, totalBytes: 18, isWhole: true } },
  ]);
});

test('when a module failed, its last words stand beside the device', async () => {
  answer = () => page('Z web 2026-01-01T00:00:00Z stderr: no license\nZ db 2026-01-01T00:00:00Z stderr: fine\n');
  await site.devices('d1');
  await site.rollOut();
  await site.end('d1', 'failed-rolled-back');
  await textOf('d1');
  const slice = ['2026-01-01T00:00:00Z stderr: no license'];
  expect(logOf('d1')).toMatchObject({ module: 'web', code: 'exit', slice });
  const { rows } = site.operations.rolloutDevices({ deploymentId: 'v2', after: null, limit: 10 });
  expect(rows).toMatchObject([{ deviceId: 'd1', standing: 'failure', slice }]);
});

test('when a device sleeps at the end, its log is fetched when it wakes, and once', async () => {
  await site.devices('d1');
  await site.rollOut();
  logs.stop();
  await site.end('d1');
  site.connect('d1', 'Disconnected');
  startLogs();
  await site.settle();
  expect(asked).toEqual([]);
  expect(logOf('d1').explanation).toContain('switched off');
  site.connect('d1');
  await textOf('d1');
  await site.pass(600_000);
  site.connect('d1');
  await site.settle();
  expect(asked).toEqual(['d1']);
});

test('when the hub gives an attempt up that its device is still at, the log is fetched when the device has left it', async () => {
  const askedFor: number[] = [];
  answer = (_id, { attempt }) => {
    askedFor.push(attempt);
    return page(`attempt ${attempt}\n`);
  };
  await site.devices('d1');
  await site.rollOut();
  const { version } = site.agentOf('d1').desired;
  await site.report('d1', { lanyard: { attempt: { version, attempt: 1, number: 1, step: 'verifying' } } });
  await site.operations.orderRollout({ deploymentId: 'v2', order: 'rollBack' });
  await site.settle();
  await site.pass(61_000);
  expect(askedFor).toEqual([]);
  await site.end('d1');
  expect(await eventually(() => logOf('d1', 2).text ?? expect.fail('not kept yet'))).toBe('attempt 2\n');
  expect(await textOf('d1')).toBe('attempt 1\n');
});

test('when the hub gives an attempt up before it heard of its beginning, the log is fetched when the device has left it', async () => {
  await site.devices('d1');
  await site.report('d1', {
    lanyard: { attempt: { version: 0, attempt: 0, number: 1, step: 'ended', verdict: 'done' } },
  });
  await site.rollOut();
  const { version } = site.agentOf('d1').desired;
  await site.operations.orderRollout({ deploymentId: 'v2', order: 'rollBack' });
  await site.settle();
  await site.pass(61_000);
  expect(asked).toEqual([]);
  await site.report('d1', { lastDesiredVersion: version + 1 });
  await site.pass(61_000);
  expect(await textOf('d1')).toBe('start web\n');
});

test('when the hub ended between the end and the fetch, the next one fetches it', async () => {
  await site.devices('d1');
  await site.rollOut();
  logs.stop();
  await site.end('d1');
  expect(asked).toEqual([]);
  startLogs();
  expect(await textOf('d1')).toBe('start web\n');
});

test('when a device keeps none, that is noted and it is not asked again', async () => {
  answer = () => ({ status: 404, payload: { message: 'no' } });
  await site.devices('d1');
  await site.rollOut();
  await site.end('d1');
  await eventually(() => expect(logOf('d1').explanation).toBe('The device keeps no log of this attempt.'));
  expect(attemptsOf('d1')).toMatchObject([{ hasLog: false }]);
  await site.pass(600_000);
  expect(asked).toEqual(['d1']);
});

test('when a device fails again and again, it is left alone until it connects anew', async () => {
  answer = () => ({ status: 500, payload: null });
  await site.devices('d1');
  await site.rollOut();
  await site.end('d1');
  for (let minute = 0; minute < 20; minute++) await site.pass(60_000);
  expect(asked.length).toBe(5);
  answer = () => page('at last\n');
  site.connect('d1');
  expect(await textOf('d1')).toBe('at last\n');
});

const megabyte = 'x'.repeat(1 << 20);
test.each<[string, (offset: number) => Answer, string | RegExp, boolean]>([
  ['sends a megabyte', () => page(megabyte), /x\n\(this log was too big and is cut here\)\n$/, false],
  ['sends numbers', () => ({ status: 200, payload: { text: 1 } }), /missing: .* no log\)\n$/, false],
  ['sends nothing', () => ({ status: 200, payload: null }), /missing: .* no log\)\n$/, false],
  ['refuses', () => ({ status: 400, payload: null }), /missing: .* no log\)\n$/, false],
  ['never moves on', (offset) => page('a\n', offset, 9), /missing: .* same part of it again\)\n$/, false],
  ['never ends', (offset) => page('a\n', offset + 1, 1e6), /missing: .* too many parts\)\n$/, false],
  ['sends bytes that are no text', () => page('a\ufffd\0b\n'), /^a\ufffd\ufffdb\n\(this log held bytes/, true],
])(
  'when a device %s, its log is bounded and says so, and it is not asked again',
  async (_title, hostile, text, isWhole) => {
    answer = (_id, { offset }) => hostile(offset);
    await site.devices('d1');
    await site.rollOut();
    await site.end('d1', 'failed-unchanged');
    await textOf('d1');
    expect(wholeTextOf('d1')).toMatch(text);
    expect(Buffer.byteLength(wholeTextOf('d1'))).toBeLessThan(257 * 1024);
    expect(logOf('d1').isWhole).toBe(isWhole);
    const calls = asked.length;
    expect(calls).toBeLessThanOrEqual(64);
    await site.pass(600_000);
    expect(asked.length).toBe(calls);
  },
);

test('when many attempts end at once, no more than eight devices are asked at a time, and all are in the end', async () => {
  const ids = Array.from({ length: 20 }, (_, index) => `d${index}`);
  const open: (() => void)[] = [];
  const gone = unready('device.offline', 'gone');
  answer = (id) =>
    new Promise((resolve, reject) => open.push(() => (id === 'd3' ? reject(gone) : resolve(page(`${id}\n`)))));
  await site.devices(...ids);
  await site.rollOut();
  for (const id of ids) await site.end(id);
  await eventually(() => expect(asked.length).toBe(8));
  let done = 0;
  await eventually(() => {
    for (const release of open.splice(0)) {
      done += 1;
      release();
    }
    expect(done).toBe(20);
  });
  await Promise.all(ids.filter((id) => id !== 'd3').map(textOf));
});

test('when an agent is not Lanyard’s, it is not asked', async () => {
  await site.devices('d1');
  await site.rollOut();
  const { desired } = site.agentOf('d1');
  await site.report('d1', {
    lastDesiredVersion: desired.version,
    lastDesiredStatus: { code: 500, description: 'no' },
  });
  expect(attemptsOf('d1')).toMatchObject([{ verdict: 'failed-left', hasLog: false }]);
  await site.pass(120_000);
  expect(asked).toEqual([]);
});

test('when a text is long, it is shown part by part, and no part ends within a character', async () => {
  const text = `x${'😀'.repeat(50_000)}\n`;
  answer = () => page(text);
  await site.devices('d1');
  await site.rollOut();
  await site.end('d1');
  await textOf('d1');
  expect(partsOf('d1').map((part) => part.isWellFormed())).toEqual([true, true]);
  expect(wholeTextOf('d1')).toBe(text);
  expect(() => logOf('d1', 9)).toThrow("Device 'd1' has no attempt 9 in this rollout.");
});
