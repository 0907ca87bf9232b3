// How a device stood over time, told from its rows: what was told last holds, and what nobody could tell is not made up.
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '#base/json.ts';
import { courseLanes, courseSignsIn } from '#domain/journal/device-course.ts';
import type { JournalEntry } from '#domain/records/journal-event.ts';
import { aJournalRow, fromDisk } from '#test/support/journal-row.ts';

const agent = '$edgeAgent';
const at = (atMs: number, kind: string, detail: JsonObject = {}, moduleId: string | null = null) =>
  aJournalRow(kind, { atMs, moduleId, detail });
const report = (atMs: number, patch: Json) => at(atMs, 'reported-changed', { patch, version: 2 }, agent);
const modules = (atMs: number, states: JsonObject) => report(atMs, { modules: states });
const web = (atMs: number, runtimeStatus: string) => modules(atMs, { web: { runtimeStatus } });
const sentAs = (revision: number) => ({ revision, desired: [{ moduleId: 'web' }, { moduleId: agent, patch: {} }] });
const up = (atMs: number) => at(atMs, 'device-connected', {}, agent);
const down = (atMs: number) => at(atMs, 'device-disconnected', {}, agent);

/** Lane by lane as text: `web: 0-5 running, 5- failed`. */
function told(rows: readonly JournalEntry[], fromMs = 0): readonly string[] {
  return courseLanes(rows.flatMap(courseSignsIn), fromMs).map(({ id, segments }) => {
    const states = segments.map((segment) => `${segment.fromMs}-${segment.toMs ?? ''} ${segment.state}`);
    return `${id.replace(/^module:/, '')}: ${states.join(', ')}`;
  });
}

describe('rows that say nothing', () => {
  test.each<[string, JournalEntry]>([
    ['is of a kind of a newer hub', at(0, 'from-a-newer-hub', { patch: { modules: { web: null } } })],
    ['is of the kind __proto__', at(0, '__proto__')],
    ['is of the kind constructor', at(0, 'constructor')],
    ['changes tags', at(0, 'tags-changed', { patch: { modules: { web: { runtimeStatus: 'running' } } } }, agent)],
    ['is what the device itself reports', { ...web(0, 'running'), moduleId: null }],
    ['is what another module reports', aJournalRow('reported-changed', { ...web(0, 'running'), moduleId: 'web' })],
    ['is of a connection of a module', at(0, 'device-connected', {}, 'web')],
    ['is of the end of a connection of a module', at(0, 'device-disconnected', {}, 'web')],
    ['has no patch', at(0, 'reported-changed', {}, agent)],
    ['has a text for a patch', report(0, 'running')],
    ['has null for a patch', report(0, null)],
    ['has a list for a patch', report(0, [{ modules: { web: { runtimeStatus: 'running' } } }])],
    ['has a text for a status', report(0, { lastDesiredStatus: 'failed', lastDesiredVersion: '7' })],
    ['has a text for a code', report(0, { lastDesiredStatus: { code: '500' } })],
    ['tells of modules without their state', modules(0, { web: { exitCode: 1 }, db: {} })],
  ])('when a row %s, it has no signs', (_, row) => {
    expect(courseSignsIn(row)).toEqual([]);
  });

  test('when there are no rows, there are no lanes', () => {
    expect(told([])).toEqual([]);
  });
});

describe('half a journal', () => {
  test('when the last sign of a module is that it is gone, it has no lane', () => {
    expect(told([modules(5, { web: null })])).toEqual([]);
  });

  test('when the connection ends that no row began, it is told from then on', () => {
    expect(told([down(5), up(9)])).toEqual(['connection: 5-9 disconnected, 9- connected']);
  });

  test('when a new version is answered and no outcome is known, it is not made up', () => {
    expect(told([report(5, { lastDesiredVersion: 7 })])).toEqual([]);
    expect(told([at(1, 'manifest-set'), report(5, { lastDesiredVersion: 7 })])).toEqual(['configuration: 1- sent']);
  });

  test('when what ended before the time began is left out, how it stood then is still told', () => {
    const rows = [up(0), web(1, 'running'), modules(1, { old: { runtimeStatus: 'running' } }), web(4, 'failed')];
    expect(told([...rows, modules(6, { old: null })], 7)).toEqual(['connection: 0- connected', 'web: 4- failed']);
    // What ends at that very moment is part of it.
    expect(told([...rows, modules(6, { old: null })], 6)).toContain('old: 1-6 running');
  });

  test('when forty-two modules were told of first, forty have lanes, and the connection has one too', () => {
    const names = Array.from({ length: 21 }, (_, n) => `m${n + 10}`);
    const some = (prefix: string) =>
      Object.fromEntries(names.map((name) => [`${prefix}${name}`, { runtimeStatus: 'running' }]));
    const lanes = told([modules(0, some('a')), modules(1, some('b')), up(2), at(3, 'manifest-set'), web(4, 'failed')]);
    expect(lanes.slice(0, 2)).toEqual(['connection: 2- connected', 'configuration: 3- sent']);
    expect(lanes).toHaveLength(42);
    expect(lanes.at(-1)).toBe('bm28: 1- running');
  });

  test('when one report tells of a thousand modules, forty of them are read', () => {
    const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, n) => [`m${n}`, { runtimeStatus: 'running' }]));
    expect(courseSignsIn(modules(0, many))).toHaveLength(40);
  });
});

describe('a clock that was set', () => {
  test('when it was set back, nothing ends before it begins', () => {
    expect(told([web(100, 'running'), web(40, 'failed'), web(120, 'running')])).toEqual([
      'web: 100-100 running, 100-120 failed, 120- running',
    ]);
  });

  test('when a module came again by an earlier clock than it went, its second time begins where the first ended', () => {
    expect(told([web(0, 'running'), modules(100, { web: null }), web(50, 'running')])).toEqual([
      'web: 0-100 running, 100- running',
    ]);
  });

  test('when it was set ahead, what stood holds until then', () => {
    expect(told([up(0), down(9_000_000)])).toEqual(['connection: 0-9000000 connected, 9000000- disconnected']);
  });
});

describe('the configuration', () => {
  test.each<[string, readonly JournalEntry[], string]>([
    ['is sent with a revision', [at(1, 'configuration-changed', sentAs(2))], '1- sent'],
    [
      'stays as it is with a revision that gives the agent nothing new',
      [report(1, { lastDesiredStatus: { code: 200 } }), at(2, 'configuration-changed', { revision: 2 })],
      '1- applied',
    ],
    [
      'stays as it is with a revision that gives a module alone something',
      [
        report(1, { lastDesiredStatus: { code: 200 } }),
        at(2, 'configuration-changed', { revision: 2, desired: [{ moduleId: 'web' }, 'web', null] }),
      ],
      '1- applied',
    ],
    ['is set by hand', [at(1, 'manifest-set')], '1- sent'],
    ['cannot be sent', [at(1, 'configuration-refused', { code: 'x' })], '1- refused'],
    [
      'is carried out',
      [at(1, 'manifest-set'), report(2, { lastDesiredStatus: { code: 200 } })],
      '1-2 sent, 2- applied',
    ],
    ['fails', [at(1, 'manifest-set'), report(2, { lastDesiredStatus: { code: 500 } })], '1-2 sent, 2- failed:500'],
    [
      'is left by an agent that is shut down, and there again with it',
      [
        report(1, { lastDesiredStatus: { code: 200 } }),
        report(2, { lastDesiredStatus: { code: 406 } }),
        report(3, { lastDesiredStatus: { code: 200 } }),
      ],
      '1-2 applied, 2-3 agent-off, 3- applied',
    ],
    ['is not there yet', [report(2, { lastDesiredStatus: { code: 417 } })], '2- empty'],
    ['is read anew', [report(2, { lastDesiredStatus: { code: 200 }, lastDesiredVersion: 4 })], '2- applied'],
    [
      'comes out as the one before, so that the report names its version alone',
      [report(1, { lastDesiredStatus: { code: 412 } }), at(2, 'manifest-set'), report(3, { lastDesiredVersion: 8 })],
      '1-2 failed:412, 2-3 sent, 3- failed:412',
    ],
    [
      'is told twice as it was',
      [report(1, { lastDesiredStatus: { code: 200 } }), report(2, { lastDesiredStatus: { code: 200 } })],
      '1- applied',
    ],
    [
      'has its outcome taken out of the report',
      [
        report(1, { lastDesiredStatus: { code: 200 } }),
        report(2, { lastDesiredStatus: null, lastDesiredVersion: null }),
      ],
      '1- applied',
    ],
  ])('when it %s, its lane says so', (_, rows, segments) => {
    expect(told(rows)).toEqual([`configuration: ${segments}`]);
  });
});

describe('modules', () => {
  test('when a module turns, goes and comes again, its lane has a gap', () => {
    expect(told([web(1, 'running'), web(2, 'backoff'), modules(4, { web: null }), web(7, 'running')])).toEqual([
      'web: 1-2 running, 2-4 backoff, 7- running',
    ]);
  });

  test.each<[string, JsonObject]>([
    ['the module', { modules: { web: null } }],
    ['its state', { modules: { web: { runtimeStatus: null, exitCode: 1 } } }],
    ['its state for a number', { modules: { web: { runtimeStatus: 7 } } }],
    ['the module for a text', { modules: { web: 'gone' } }],
    ['all modules', { modules: null }],
    ['all modules for a text', { modules: 'gone' }],
  ])('when a report takes away %s, nothing is told of it any more', (_, patch) => {
    expect(told([up(0), web(1, 'running'), report(5, patch)])).toEqual([
      'connection: 0- connected',
      'web: 1-5 running',
    ]);
  });

  test('when a module is reported and its state is not in the patch, it is as it was', () => {
    expect(told([web(1, 'running'), modules(5, { web: { exitCode: 0, restartCount: 3 } })])).toEqual([
      'web: 1- running',
    ]);
  });

  test('when one module is taken away, the others stay', () => {
    const both = modules(1, { web: { runtimeStatus: 'running' }, db: { runtimeStatus: 'stopped' } });
    expect(told([both, modules(2, { db: null })])).toEqual(['db: 1-2 stopped', 'web: 1- running']);
  });

  test('when a module is called as a part of every object is, it is a module like any other', () => {
    const states = fromDisk(
      '{"__proto__":{"runtimeStatus":"running"},"constructor":{"runtimeStatus":"failed"},"a":{"__proto__":{"runtimeStatus":"failed"}}}',
    );
    expect(told([modules(1, states)])).toEqual(['__proto__: 1- running', 'constructor: 1- failed']);
  });

  test('when a state is endless, its beginning is told', () => {
    expect(told([web(1, 'x'.repeat(5_000))])).toEqual([`web: 1- ${'x'.repeat(32)}`]);
  });

  test('when lanes come in any order, connection and configuration are first and modules by name', () => {
    const rows = [
      modules(0, { b: { runtimeStatus: 'running' }, c: { runtimeStatus: 'running' }, a: { runtimeStatus: 'running' } }),
      at(1, 'manifest-set'),
      up(2),
    ];
    expect(told(rows).map((lane) => lane.split(':')[0])).toEqual(['connection', 'configuration', 'a', 'b', 'c']);
  });
});

describe('the connection', () => {
  test.each([
    ['the device itself', null],
    ['its agent', agent],
  ])('when %s connects and disconnects, its lane says so', (_, moduleId) => {
    expect(told([at(0, 'device-connected', {}, moduleId), at(3, 'device-disconnected', {}, moduleId)])).toEqual([
      'connection: 0-3 connected, 3- disconnected',
    ]);
  });

  test('when nobody could tell, modules are as they were told last, and only that; then as before', () => {
    expect(told([up(0), web(1, 'running'), down(4), down(5), up(8), web(9, 'failed')])).toEqual([
      'connection: 0-4 connected, 4-8 disconnected, 8- connected',
      'web: 1-4 running, 4-8 stale:running, 8-9 running, 9- failed',
    ]);
  });

  test('when it ends, what is gone does not come back, and the configuration is what was sent', () => {
    expect(
      told([up(0), at(1, 'manifest-set'), web(1, 'running'), modules(2, { web: null, db: null }), down(4)]),
    ).toEqual(['connection: 0-4 connected, 4- disconnected', 'configuration: 1- sent', 'web: 1-2 running']);
  });

  test('when modules go while nobody could tell, they end', () => {
    expect(told([up(0), web(1, 'running'), down(4), modules(6, { web: null })])).toEqual([
      'connection: 0-4 connected, 4- disconnected',
      'web: 1-4 running, 4-6 stale:running',
    ]);
  });
});

describe('a device that was deleted', () => {
  const before = [up(0), report(1, { lastDesiredStatus: { code: 500 } }), web(2, 'running')];
  const ended = ['connection: 0-5 connected', 'configuration: 1-5 failed:500', 'web: 2-5 running'];

  test.each(['device-deleted', 'device-created'])('when the row %s comes, every lane ends', (kind) => {
    expect(told([...before, at(5, kind)])).toEqual(ended);
  });

  test('when its id is used again, what came of the one before is not taken for its own', () => {
    expect(
      told([...before, at(5, 'device-deleted'), at(6, 'device-created'), report(8, { lastDesiredVersion: 1 })]),
    ).toEqual(ended);
    expect(told([...before, at(5, 'device-deleted'), at(6, 'device-created'), up(7), down(8)])).toEqual([
      'connection: 0-5 connected, 7-8 connected, 8- disconnected',
      ...ended.slice(1),
    ]);
  });
});
