// The history as the console asks for it: pages, what a row says in full, a device's course, two moments, and news.
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import type { HistoryQuery } from '#contract/console-history.ts';
import { consoleCaller } from '#test/support/console-caller.ts';
import { aBase, createHubParts, deviceId, deviceIdentity, moduleIdentity } from '#test/support/hub-parts.ts';
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
    append({ kind: 'configuration-changed', detail: { revision: 1, base: 'base', applied: ['base'] } });
    after(1_000);
    report({ lastDesiredStatus: { code: 200 }, modules: { web: { runtimeStatus: 'running' } } });
    after(1_000);
    append({ kind: 'configuration-changed', detail: { revision: 2, base: 'base', applied: ['base'] } });
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

describe('two moments', () => {
  test('when a device changed in between, its tags, desired and reported values are compared, and its revision', async () => {
    const { caller, registry, twins, deployments, controller, clock, store } = aSite();
    registry.createDevice(
      { deviceId: deviceId('pump'), isEdge: true, twin: { tags: { site: 'a', floor: 1 } } },
      'service',
    );
    await twins.report(deviceIdentity('pump'), { heat: 20 });
    const atMs = clock.nowMs();
    clock.advance(1_000);
    twins.patch(deviceIdentity('pump'), { tags: { site: 'b', floor: null } }, undefined, 'console');
    await twins.report(deviceIdentity('pump'), { heat: 90 });
    deployments.create(aBase('base', { modules: ['web'] }), 'service');
    controller.start();
    await controller.settled();
    const otherMs = clock.nowMs();
    const answer = await caller.compareMoments({ deviceId: 'pump', atMs, otherMs });
    if (answer.kind !== 'device') throw new Error('a device was asked about');
    expect(answer).toMatchObject({ first: { exists: true, revision: null }, second: { revision: 1 } });
    expect(answer.untold).toEqual([]);
    const told = answer.sections.map(({ section, moduleId, changes }) => [section, moduleId, changes]);
    expect(told).toContainEqual([
      'tags',
      null,
      [
        { path: ['floor'], before: 1 },
        { path: ['site'], before: 'a', after: 'b' },
      ],
    ]);
    expect(told).toContainEqual(['reported', null, [{ path: ['heat'], before: 20, after: 90 }]]);
    // What is made again from the journal is what the twin holds.
    const now = await caller.compareMoments({ deviceId: 'pump', atMs: 0, otherMs });
    const agent = now.kind === 'device' ? now.sections.find(({ moduleId }) => moduleId === '$edgeAgent') : undefined;
    const wanted = store.read.twins.get(moduleIdentity('pump', '$edgeAgent'))?.desired.value ?? {};
    expect(agent?.changes.map(({ path }) => path[0])).toEqual(expect.arrayContaining(Object.keys(wanted)));
  });

  test('when a module is called as a part of every object is, what it got in between is told and nothing else', async () => {
    const { caller, append, clock } = aSite();
    append({ kind: 'device-created' });
    const atMs = clock.nowMs();
    clock.advance(1_000);
    const detail = { patch: { mode: 1 }, version: 2 };
    append({ kind: 'desired-changed', ...moduleIdentity('pump', 'constructor'), detail });
    const answer = await caller.compareMoments({ deviceId: 'pump', atMs, otherMs: clock.nowMs() });
    const changes = [{ path: ['mode'], after: 1 }];
    expect(answer).toMatchObject({ sections: [{ section: 'desired', moduleId: 'constructor', changes, count: 1 }] });
  });

  test('when a device came and went in between, nothing is said to be missing', async () => {
    const { caller, append, clock } = aSite();
    const atMs = clock.nowMs();
    clock.advance(1_000);
    append({ kind: 'device-created' });
    append({ kind: 'tags-changed', detail: { patch: { site: 'a' }, version: 2 } });
    append({ kind: 'device-deleted' });
    const answer = await caller.compareMoments({ deviceId: 'pump', atMs, otherMs: clock.nowMs() });
    expect(answer).toMatchObject({ first: { exists: false }, second: { exists: false }, sections: [], untold: [] });
  });

  test('when the site changed in between, it says which deployments came, went and changed', async () => {
    const { caller, append, clock } = aSite();
    const deployment = (kind: 'deployment-created' | 'deployment-updated' | 'deployment-deleted', id: string) =>
      append({ kind, deviceId: undefined, deploymentId: aBase(id).id });
    append({ kind: 'device-created' });
    for (const id of ['kept', 'gone', 'changed']) deployment('deployment-created', id);
    const atMs = clock.nowMs();
    clock.advance(1_000);
    deployment('deployment-deleted', 'gone');
    deployment('deployment-updated', 'changed');
    deployment('deployment-created', 'new');
    append({ kind: 'device-deleted' });
    const answer = await caller.compareMoments({ deviceId: null, atMs, otherMs: clock.nowMs() });
    expect(answer).toMatchObject({
      kind: 'site',
      first: { devices: 1, deployments: 3 },
      second: { devices: 0, deployments: 3 },
      deployments: [
        { id: 'changed', stands: 'changed' },
        { id: 'gone', stands: 'first' },
        { id: 'kept', stands: 'both' },
        { id: 'new', stands: 'second' },
      ],
    });
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
