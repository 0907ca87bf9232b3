// What devices report within one commit: a version and a journal row each, one write of the twin for all.
import { describe, expect, it, vi } from 'vitest';
import type { DeviceId } from '#base/ids.ts';
import type { TwinSection } from '#domain/values/twin.ts';
import { createReportedFold } from '#store/reported-fold.ts';
import type { ReportWriters, Store } from '#store/store-types.ts';
import { readTwins } from '#store/twins.ts';
import { aMemoryStore, aMigratedDatabase, aReportedFold, putDevice } from '#test/support/test-store.ts';

const deviceId = 'device-1' as DeviceId;
const identity = { deviceId, moduleId: null };

/** One more key, one version higher. */
const report =
  (name: string) =>
  (write: ReportWriters): number => {
    const before = write.reported(identity);
    const version = (before?.version ?? 0) + 1;
    write.updateReported(identity, { value: { ...before?.value, [name]: version }, metadata: {}, version });
    write.journal.append({ kind: 'reported-changed', actor: 'device', deviceId, detail: { version } });
    return version;
  };

const section = (version: number): TwinSection => ({ value: {}, metadata: {}, version });

const fail = (write: ReportWriters): never => {
  report('undone')(write);
  throw new Error('not this one');
};

function reportedIn(store: Store): TwinSection | undefined {
  return store.read.twins.reported(identity);
}

function versionsIn(store: Store): unknown[] {
  return store.read.journal.ofDevice(deviceId, 10, ['reported-changed']).map(({ detail }) => detail['version']);
}

describe('reportSoon', () => {
  it('when reports of one twin share a commit, each builds on the one before and has its own version and journal row', async () => {
    const store = aMemoryStore();
    putDevice(store);
    const versions = await Promise.all(['a', 'b', 'c'].map((name) => store.reportSoon(report(name))));
    expect(versions).toEqual([2, 3, 4]);
    expect(versionsIn(store)).toEqual([4, 3, 2]);
    expect(reportedIn(store)).toEqual({ value: { a: 2, b: 3, c: 4 }, metadata: {}, version: 4 });
  });

  it('when one of them fails, it alone is undone and the others are numbered without it', async () => {
    const store = aMemoryStore();
    putDevice(store);
    const outcomes = await Promise.allSettled([
      store.reportSoon(report('a')),
      store.reportSoon(fail),
      store.reportSoon(report('c')),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(reportedIn(store)).toEqual({ value: { a: 2, c: 3 }, metadata: {}, version: 3 });
    expect(versionsIn(store)).toEqual([3, 2]);
  });

  it('when all of a commit fail, the next report builds on what is on disk', async () => {
    const store = aMemoryStore();
    putDevice(store);
    await Promise.allSettled([store.reportSoon(fail), store.reportSoon(fail)]);
    expect(await store.reportSoon(report('a'))).toBe(2);
    expect(reportedIn(store)?.value).toEqual({ a: 2 });
  });

  it('when another change runs between two reports, it reads what was reported before it', async () => {
    const store = aMemoryStore();
    putDevice(store);
    const first = store.reportSoon(report('a'));
    const seen = store.changeSoon(() => reportedIn(store)?.value);
    await Promise.all([first, store.reportSoon(report('b'))]);
    expect(await seen).toEqual({ a: 2 });
    expect(reportedIn(store)?.value).toEqual({ a: 2, b: 3 });
  });

  it('when another change replaces the twin, the report after it builds on that', async () => {
    const store = aMemoryStore();
    putDevice(store);
    const first = store.reportSoon(report('a'));
    const between = store.changeSoon((write) =>
      write.twins.updateReported(identity, { value: { other: true }, metadata: {}, version: 7 }),
    );
    await Promise.all([first, between]);
    expect(await store.reportSoon(report('b'))).toBe(8);
    expect(reportedIn(store)?.value).toEqual({ other: true, b: 8 });
  });
});

describe('createReportedFold', () => {
  it('when one twin is updated many times, its row is written once, and nothing is written again', () => {
    const db = aMigratedDatabase();
    const updateReported = vi.fn();
    const fold = createReportedFold(readTwins(db), { updateReported });
    fold.updateReported(identity, section(2));
    fold.updateReported(identity, section(3));
    fold.writeOut();
    fold.writeOut();
    expect(updateReported.mock.calls).toEqual([[identity, section(3)]]);
  });

  it('when what waits is dropped, the row is what counts', () => {
    const db = aMigratedDatabase();
    const fold = aReportedFold(db);
    fold.updateReported(identity, { value: {}, metadata: {}, version: 2 });
    fold.drop();
    fold.writeOut();
    expect(fold.reported(identity)).toBeUndefined();
  });
});
