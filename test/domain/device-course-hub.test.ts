// How a device stood while the hub was off: nobody could tell, and nothing is made up.
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import { courseLanes, courseSignsIn } from '#domain/journal/device-course.ts';
import type { JournalEntry } from '#domain/records/journal-event.ts';
import { aJournalRow } from '#test/support/journal-row.ts';

const at = (atMs: number, kind: string, moduleId: string | null = null, detail: JsonObject = {}) =>
  aJournalRow(kind, { atMs, moduleId, detail });
const report = (atMs: number, patch: JsonObject) => at(atMs, 'reported-changed', '$edgeAgent', { patch, version: 2 });
const web = (atMs: number, runtimeStatus: string) => report(atMs, { modules: { web: { runtimeStatus } } });
const up = (atMs: number) => at(atMs, 'device-connected', '$edgeAgent');
const down = (atMs: number) => at(atMs, 'device-disconnected', '$edgeAgent');
const off = (atMs: number) => at(atMs, 'hub-stopped');
const on = (atMs: number) => at(atMs, 'hub-started');

function told(rows: readonly JournalEntry[]): readonly string[] {
  return courseLanes(rows.flatMap(courseSignsIn), 0).map(({ id, segments }) => {
    const states = segments.map((segment) => `${segment.fromMs}-${segment.toMs ?? ''} ${segment.state}`);
    return `${id.replace(/^module:/, '')}: ${states.join(', ')}`;
  });
}

describe('a hub that was off', () => {
  const running = [up(0), report(1, { lastDesiredStatus: { code: 200 } }), web(2, 'running')];

  test('when it was off, nothing is known; when it is back, nobody is connected until somebody is', () => {
    expect(told([...running, off(5), on(8), up(9)])).toEqual([
      'connection: 0-5 connected, 5-8 hub-off, 8-9 disconnected, 9- connected',
      'configuration: 1-5 applied, 5-8 stale:applied, 8- applied',
      'web: 2-5 running, 5-9 stale:running, 9- running',
    ]);
  });

  test('when it took leave of its devices first, they were not connected, and then nothing is known', () => {
    expect(told([...running, down(4), off(5)])).toEqual([
      'connection: 0-4 connected, 4-5 disconnected, 5- hub-off',
      'configuration: 1-5 applied, 5- stale:applied',
      'web: 2-4 running, 4- stale:running',
    ]);
  });

  test('when nothing was told of a device before or after, nothing is made up', () => {
    expect(told([off(5), on(8)])).toEqual([]);
    expect(told([up(0), at(1, 'device-deleted'), off(5), on(8)])).toEqual(['connection: 0-1 connected']);
  });
});
