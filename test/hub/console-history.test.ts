// The history as the console asks for it: pages, what a row says in full, a device's course, two moments, and news.
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import type { HistoryQuery } from '#contract/console-history.ts';
import { consoleCaller } from '#test/support/console-caller.ts';
import { createHubParts, deviceId, moduleIdentity } from '#test/support/hub-parts.ts';
import type { NewJournalEntry } from '#domain/records/journal-event.ts';

const anything: HistoryQuery = {
  fromMs: null,
  toMs: null,
  kinds: [],
  actors: [],
  deviceId: null,
  deploymentId: null,
  words: '',
};

/** A revision that gives the agent something. */
const sent = { base: 'base', applied: ['base'], desired: [{ moduleId: '$edgeAgent', patch: {}, version: 2 }] };

const ofAgent = (id: string) => moduleIdentity(id, '$edgeAgent');

function aSite() {
  const parts = createHubParts();
  return {
    ...parts,
    caller: consoleCaller(parts),
    append: (entry: Partial<NewJournalEntry>) =>
      parts.store.change((write) =>
        write.journal.append({ kind: 'reported-changed', actor: 'device', deviceId: deviceId('pump'), ...entry }),
      ),
    report: (patch: JsonObject) =>
      parts.store.change((write) =>
        write.journal.append({
          kind: 'reported-changed',
          actor: 'device',
          ...moduleIdentity('pump', '$edgeAgent'),
          detail: { patch, version: 2 },
        }),
      ),
  };
}

describe('pages', () => {
  test('when the journal is read page by page, every row comes once, newest first', async () => {
    const { caller, append } = aSite();
    for (let n = 0; n < 450; n += 1) append({ detail: { n } });
    const seqs: number[] = [];
    let before: number | null = null;
    do {
      const page = await caller.history({ query: anything, before, limit: 200 });
      expect(page.newestSeq).toBe(450);
      seqs.push(...page.rows.map(({ seq }) => seq));
      before = page.next;
    } while (before !== null);
    expect(seqs).toEqual(Array.from({ length: 450 }, (_, n) => 450 - n));
  });

  test('when words are typed, they are found in any case, in ids and details', async () => {
    const { caller, append } = aSite();
    append({ detail: { place: 'Roof' } });
    append({ detail: { place: 'Cellar' } });
    const page = await caller.history({ query: { ...anything, words: 'PUMP roof' }, before: null, limit: 10 });
    expect(page.rows.map(({ detail }) => detail)).toEqual([{ place: 'Roof' }]);
  });

  test('when a detail is large, the page holds the top of it and the row the whole', async () => {
    const { caller, append } = aSite();
    const evaluate = Array.from({ length: 10_000 }, (_, n) => `device-${n}`);
    append({ kind: 'rollout-advanced', detail: { number: 1, evaluate } });
    const [row] = (await caller.history({ query: anything, before: null, limit: 1 })).rows;
    expect(row).toMatchObject({ isBrief: true, detail: { number: 1, evaluate: { count: 10_000 } } });
    expect(JSON.stringify(row).length).toBeLessThan(2_000);
    const whole = await caller.historyRow({ seq: 1 });
    expect(JSON.parse(whole?.text ?? '')).toEqual({ number: 1, evaluate });
    expect(await caller.historyRow({ seq: 2 })).toBeNull();
  });

  test('when rows are asked for whole, a page ends at half a megabyte and goes on where it ended', async () => {
    const { caller, append } = aSite();
    for (let n = 0; n < 8; n += 1) append({ detail: { n, text: 'x'.repeat(200_000) } });
    const seen: unknown[] = [];
    let before: number | null = null;
    let pages = 0;
    do {
      const page = await caller.history({ query: anything, before, limit: 200, isWhole: true });
      expect(page.rows.length).toBeLessThanOrEqual(3);
      seen.push(...page.rows.map(({ detail }) => detail['n']));
      before = page.next;
      pages += 1;
    } while (before !== null);
    expect(seen).toEqual([7, 6, 5, 4, 3, 2, 1, 0]);
    expect(pages).toBe(3);
  });

  test('when whoever asks has left, the search ends', async () => {
    const parts = createHubParts();
    const left = new AbortController();
    left.abort();
    parts.store.change((write) => write.journal.append({ kind: 'hub-started', actor: 'hub' }));
    await expect(
      consoleCaller(parts, left.signal).history({ query: anything, before: null, limit: 10 }),
    ).rejects.toThrow('taken back');
  });
});

describe('the course of a device', () => {
  test('when it connects, is given something and its modules come and go, the lanes tell it', async () => {
    const { caller, append, report, clock } = aSite();
    const start = clock.nowMs();
    const after = (ms: number) => clock.advance(ms);
    append({ kind: 'device-created' });
    append({ kind: 'device-connected', ...moduleIdentity('pump', '$edgeAgent') });
    after(1_000);
    append({ kind: 'configuration-changed', detail: { revision: 1, ...sent } });
    after(1_000);
    report({ lastDesiredStatus: { code: 200 }, modules: { web: { runtimeStatus: 'running' } } });
    after(1_000);
    append({ kind: 'configuration-changed', detail: { revision: 2, ...sent } });
    report({ lastDesiredVersion: 2, modules: { web: { runtimeStatus: 'failed' } } });
    after(1_000);
    append({ kind: 'device-disconnected', ...moduleIdentity('pump', '$edgeAgent') });
    after(1_000);
    append({ kind: 'device-connected', ...moduleIdentity('pump', '$edgeAgent') });
    report({ modules: { web: null } });
    const course = await caller.deviceCourse({ deviceId: 'pump', fromMs: start, toMs: clock.nowMs() });
    const told = course.lanes.map(({ id, segments }) => [
      id,
      segments.map(({ fromMs, toMs, state }) => [fromMs - start, toMs === null ? null : toMs - start, state]),
    ]);
    expect(told).toEqual([
      [
        'connection',
        [
          [0, 4_000, 'connected'],
          [4_000, 5_000, 'disconnected'],
          [5_000, null, 'connected'],
        ],
      ],
      [
        'configuration',
        [
          [1_000, 2_000, 'sent'],
          [2_000, 3_000, 'applied'],
          [3_000, 3_000, 'sent'],
          [3_000, null, 'applied'],
        ],
      ],
      [
        'module:web',
        [
          [2_000, 3_000, 'running'],
          [3_000, 4_000, 'failed'],
          [4_000, 5_000, 'stale:failed'],
          [5_000, 5_000, 'failed'],
        ],
      ],
    ]);
    expect(course.markers.map(({ kind, number }) => [kind, number])).toEqual([
      ['device-created', null],
      ['configuration-changed', 1],
      ['configuration-changed', 2],
    ]);
    expect(course.toldFromMs).toBeNull();
  });

  test('when the time begins later, how it stood then is told from before', async () => {
    const { caller, append, clock } = aSite();
    append({ kind: 'device-connected' });
    clock.advance(60_000);
    const fromMs = clock.nowMs();
    const course = await caller.deviceCourse({ deviceId: 'pump', fromMs, toMs: fromMs + 1_000 });
    expect(course.lanes).toEqual([
      { id: 'connection', segments: [{ fromMs: fromMs - 60_000, toMs: null, state: 'connected' }] },
    ]);
    expect(course.markers).toEqual([]);
  });
});

test('when a device connected long ago and has reported ever since, it is told to be connected', async () => {
  const { caller, append, report, clock } = aSite();
  append({ kind: 'device-connected', ...ofAgent('pump') });
  for (let n = 0; n < 700; n += 1) {
    clock.advance(1_000);
    report({ heat: n });
  }
  const span = { fromMs: clock.nowMs() - 5_000, toMs: clock.nowMs() };
  const { lanes } = await caller.deviceCourse({ deviceId: 'pump', ...span });
  expect(lanes).toMatchObject([{ id: 'connection', segments: [{ state: 'connected', toMs: null }] }]);
});

describe('the courses of several devices', () => {
  const hubRow = { actor: 'hub', deviceId: undefined } as const;
  const fails = { patch: { modules: { web: { runtimeStatus: 'failed' } } }, version: 2 };

  test('when two fail one after the other, each line says what weighed most, and when it failed first', async () => {
    const { caller, append, clock } = aSite();
    const start = clock.nowMs();
    for (const id of ['pump', 'press']) append({ kind: 'device-connected', ...ofAgent(id) });
    clock.advance(1_000);
    append({ kind: 'rollout-sent', deviceId: deviceId('press'), detail: { number: 1, attempt: 1, version: 2 } });
    append({ kind: 'reported-changed', ...ofAgent('press'), detail: fails });
    clock.advance(1_000);
    append({ kind: 'reported-changed', ...ofAgent('pump'), detail: fails });
    const { lines } = await caller.deviceCourses({
      deviceIds: ['pump', 'press', 'nobody'],
      fromMs: start,
      toMs: clock.nowMs(),
    });
    const failed = { toMs: null, state: 'failed', lane: 'module:web' };
    expect(lines).toMatchObject([
      {
        deviceId: 'pump',
        failedAtMs: start + 2_000,
        segments: [{ state: 'well' }, { ...failed, fromMs: start + 2_000 }],
      },
      { deviceId: 'press', failedAtMs: start + 1_000, markers: [{ kind: 'rollout-sent', number: 1 }] },
      { deviceId: 'nobody', failedAtMs: null, segments: [], markers: [], toldFromMs: null },
    ]);
  });

  test('when the hub was killed, nothing is known from its last row on until it started, and then nobody is there', async () => {
    const { caller, append, clock } = aSite();
    const start = clock.nowMs();
    append({ kind: 'hub-started', ...hubRow });
    append({ kind: 'device-connected', ...ofAgent('pump') });
    clock.advance(1_000);
    append({ kind: 'tags-changed', detail: { patch: {}, version: 2 } });
    clock.advance(60_000);
    append({ kind: 'clock-jumped', ...hubRow, detail: { byMs: 5 } });
    append({ kind: 'hub-started', ...hubRow });
    clock.advance(1_000);
    append({ kind: 'device-connected', ...ofAgent('pump') });
    const span = { fromMs: start, toMs: clock.nowMs() };
    const { lanes } = await caller.deviceCourse({ deviceId: 'pump', ...span });
    expect(lanes[0]?.segments.map(({ fromMs, state }) => [fromMs - start, state])).toEqual([
      [0, 'connected'],
      [1_000, 'hub-off'],
      [61_000, 'disconnected'],
      [62_000, 'connected'],
    ]);
    // Of a time that begins while it was off.
    const later = await caller.deviceCourse({ deviceId: 'pump', fromMs: start + 30_000, toMs: start + 40_000 });
    expect(later.lanes[0]?.segments).toMatchObject([{ state: 'hub-off', toMs: null }]);
  });

  test('when the hub was stopped before the time began, its devices are not said to be connected', async () => {
    const { caller, append, clock } = aSite();
    append({ kind: 'device-connected', ...ofAgent('pump') });
    clock.advance(1_000);
    append({ kind: 'hub-stopped', ...hubRow });
    clock.advance(60_000);
    const { lines } = await caller.deviceCourses({ deviceIds: ['pump'], fromMs: clock.nowMs(), toMs: clock.nowMs() });
    expect(lines[0]?.segments).toMatchObject([{ state: 'hub-off', toMs: null }]);
  });
});

test('when rows come while somebody looks, those that fit are counted, and the window is told until it goes', async () => {
  const parts = createHubParts();
  const left = new AbortController();
  const { historyNews } = consoleCaller(parts, left.signal);
  const stream = await historyNews({ ...anything, kinds: ['tags-changed'] });
  const news = stream[Symbol.asyncIterator]();
  expect((await news.next()).value).toEqual({ newestSeq: 0, fitting: 0 });
  const next = news.next();
  const append = (kind: 'tags-changed' | 'device-created') =>
    parts.store.change((write) => write.journal.append({ kind, actor: 'console', deviceId: deviceId('pump') }));
  for (const kind of ['tags-changed', 'device-created', 'tags-changed'] as const) append(kind);
  parts.clock.advance(1_000);
  expect((await next).value).toEqual({ newestSeq: 3, fitting: 2 });
  const last = news.next();
  left.abort();
  expect((await last).done).toBe(true);
});
