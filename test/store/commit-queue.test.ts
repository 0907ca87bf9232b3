// Group commit: one fsync for many changes, each of which still succeeds, fails and is told alone.
import { pino } from 'pino';
import { describe, expect, it, vi } from 'vitest';
import type { DeviceId } from '#base/ids.ts';
import { createBodyMeter } from '#store/body-meter.ts';
import { createCommitQueue } from '#store/commit-queue.ts';
import { writeJournal } from '#store/journal.ts';
import { createSharedDocuments } from '#store/shared-documents.ts';
import type { Store, StoreWriters } from '#store/store-types.ts';
import { createFakeClock } from '#test/support/fake-clock.ts';
import {
  aMemoryStore,
  aMigratedDatabase,
  aReport,
  aReportedFold,
  aStoreIn,
  aTemporaryFolder,
  putDevice,
} from '#test/support/test-store.ts';

function details(store: Store): unknown[] {
  return store.read.journal.list({ limit: 1000 }).map(({ detail }) => detail['n']);
}

const append = (n: number) => (write: StoreWriters) => write.journal.append(aReport(n)).seq;

describe('changeSoon', () => {
  it('when changes come in one turn, they share one transaction and settle after it, in order', async () => {
    const store = aMemoryStore();
    const groups: number[][] = [];
    store.onCommitted((entries) => groups.push(entries.map(({ seq }) => seq)));
    const settled: number[] = [];
    const changes = [1, 2, 3].map(async (n) => settled.push(await store.changeSoon(append(n))));
    expect(store.read.journal.lastSeq()).toBe(0);
    await Promise.all(changes);
    expect(groups).toEqual([[1, 2, 3]]);
    expect(settled).toEqual([1, 2, 3]);
  });

  it('when 256 wait, they are committed without waiting for the turn to end', async () => {
    const store = aMemoryStore();
    const changes = Array.from({ length: 257 }, (_, n) => store.changeSoon(append(n)));
    expect(store.read.journal.lastSeq()).toBe(256);
    await Promise.all(changes);
    expect(store.read.journal.lastSeq()).toBe(257);
  });

  it('when many large messages wait, each commit takes a megabyte of them, in order', async () => {
    const store = aMemoryStore();
    const { deviceId } = putDevice(store);
    const groups: number[] = [];
    store.onCommitted((entries) => groups.push(entries.length));
    const body = new Uint8Array(256 * 1024);
    const changes = Array.from({ length: 10 }, (_, n) =>
      store.changeSoon((write) => {
        write.telemetry.append({ deviceId, moduleId: null, receivedAtMs: n, properties: {}, body });
        return append(n)(write);
      }),
    );
    const [first = 0, ...others] = await Promise.all(changes);
    expect(others).toEqual(Array.from({ length: 9 }, (_, n) => first + n + 1));
    expect(groups).toEqual([4, 4, 2]);
    expect(store.read.telemetry.count()).toBe(10);
  });

  it('when changes take long, a commit ends after a few milliseconds, and the next comes in another turn', async () => {
    const clock = createFakeClock();
    const store = aMemoryStore(clock);
    const groups: number[] = [];
    store.onCommitted((entries) => groups.push(entries.length));
    const slow = (n: number) =>
      store.changeSoon((write) => {
        clock.advance(2);
        return append(n)(write);
      });
    const changes = Array.from({ length: 7 }, (_, n) => slow(n));
    await new Promise((resolve) => setImmediate(resolve));
    expect(groups).toEqual([3]);
    await Promise.all(changes);
    expect(groups).toEqual([3, 3, 1]);
  });

  it('when one of many slow changes fails, it alone is undone, and every other is committed once', async () => {
    const clock = createFakeClock();
    const store = aMemoryStore(clock);
    const changes = Array.from({ length: 7 }, (_, n) =>
      store.changeSoon((write) => {
        clock.advance(2);
        const seq = append(n)(write);
        if (n === 4) throw new Error('not this one');
        return seq;
      }),
    );
    const outcomes = await Promise.allSettled(changes);
    expect(outcomes.map(({ status }) => status).indexOf('rejected')).toBe(4);
    expect(details(store)).toEqual([0, 1, 2, 3, 5, 6]);
  });

  it('when one of a group throws after writing, it alone is undone, rejected with what it threw, and the chain holds', async () => {
    const store = aMemoryStore();
    const listener = vi.fn();
    store.onCommitted(listener);
    const refusal = new Error('not this one');
    const outcomes = await Promise.allSettled([
      store.changeSoon(append(1)),
      store.changeSoon((write) => {
        write.settings.set('left-over', true);
        write.journal.append(aReport(2));
        throw refusal;
      }),
      store.changeSoon(append(3)),
    ]);
    expect(outcomes).toEqual([
      { status: 'fulfilled', value: 1 },
      { status: 'rejected', reason: refusal },
      { status: 'fulfilled', value: 2 },
    ]);
    expect(details(store)).toEqual([1, 3]);
    expect(store.read.settings.get('left-over')).toBeUndefined();
    expect(await store.read.journal.findBrokenSeq()).toBeNull();
    expect(listener.mock.calls.map(([entries]) => entries.length)).toEqual([2]);
  });

  it('when all of a group throw, all are rejected and nothing is written', async () => {
    const store = aMemoryStore();
    const fail = () =>
      store.changeSoon((write) => {
        write.journal.append(aReport(0));
        throw new Error('no');
      });
    const outcomes = await Promise.allSettled([fail(), fail()]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(store.read.journal.lastSeq()).toBe(0);
    expect(await store.changeSoon(append(1))).toBe(1);
  });

  it('when a change breaks a constraint, its neighbours stay', async () => {
    const store = aMemoryStore();
    const insertTwice = store.changeSoon((write) => {
      write.journal.append(aReport(1));
      write.telemetry.append({
        deviceId: 'nobody' as DeviceId,
        moduleId: null,
        receivedAtMs: 0,
        properties: {},
        body: new Uint8Array(),
      });
    });
    const neighbour = store.changeSoon(append(2));
    await expect(insertTwice).rejects.toThrow('FOREIGN KEY');
    expect(await neighbour).toBe(1);
  });

  it('when a change comes while a group waits, the group goes first', async () => {
    const store = aMemoryStore();
    const soon = store.changeSoon(append(1));
    expect(store.change(append(2))).toBe(2);
    expect(await soon).toBe(1);
    expect(details(store)).toEqual([1, 2]);
  });

  it('when the store closes while a group waits, the group is committed first', async () => {
    const dir = aTemporaryFolder();
    const store = aStoreIn(dir);
    const soon = store.changeSoon(append(1));
    store.close();
    expect(await soon).toBe(1);
    expect(details(aStoreIn(dir))).toEqual([1]);
  });

  it('when a change returns a promise, it is refused and undone', async () => {
    const store = aMemoryStore();
    // oxlint-disable-next-line typescript/no-misused-promises -- the mistake itself is under test
    const late = store.changeSoon(async (write) => write.journal.append(aReport(1)));
    await expect(late).rejects.toThrow('returned a promise');
    expect(store.read.journal.lastSeq()).toBe(0);
  });

  it('when it is called from within a change, it commits after that change', async () => {
    const store = aMemoryStore();
    let later: Promise<number> | undefined;
    store.change((write) => {
      later = store.changeSoon(append(2));
      write.journal.append(aReport(1));
    });
    expect(await later).toBe(2);
    expect(details(store)).toEqual([1, 2]);
  });
});

describe('change', () => {
  it('when work throws, everything it wrote is undone', () => {
    const store = aMemoryStore();
    const change = () =>
      store.change((write) => {
        write.settings.set('name', 'value');
        throw new Error('no');
      });
    expect(change).toThrow('no');
    expect(store.read.settings.get('name')).toBeUndefined();
  });

  it('when a change starts another, it is refused', () => {
    const store = aMemoryStore();
    expect(() => store.change(() => store.change(append(1)))).toThrow('inside another change');
    expect(store.read.journal.lastSeq()).toBe(0);
  });
});

describe('listeners', () => {
  it('when one throws, the commit stands, the others hear and the log tells', () => {
    const lines: string[] = [];
    const log = pino({ level: 'error' }, { write: (line) => void lines.push(line) });
    const db = aMigratedDatabase();
    const journal = writeJournal(db, createFakeClock());
    const writers = { journal } as unknown as StoreWriters;
    const queue = createCommitQueue({
      db,
      writers,
      journal,
      reports: aReportedFold(db),
      documents: createSharedDocuments(db),
      bodies: createBodyMeter(),
      clock: createFakeClock(),
      log,
    });
    const heard = vi.fn();
    queue.onCommitted(() => {
      throw new Error('a listener of ours');
    });
    queue.onCommitted(heard);
    expect(queue.change(append(1))).toBe(1);
    expect(heard).toHaveBeenCalledOnce();
    expect(lines.join()).toContain('a listener of ours');
  });

  it('when one changes the store while it is told, everybody still hears in order', () => {
    const store = aMemoryStore();
    const heard: number[] = [];
    store.onCommitted(([entry]) => {
      if (entry?.seq === 1) store.change(append(2));
    });
    store.onCommitted((entries) => heard.push(...entries.map(({ seq }) => seq)));
    store.change(append(1));
    expect(heard).toEqual([1, 2]);
  });

  it('when it has stopped listening, it hears nothing more', () => {
    const store = aMemoryStore();
    const listener = vi.fn();
    const stop = store.onCommitted(listener);
    stop();
    store.change(append(1));
    expect(listener).not.toHaveBeenCalled();
  });

  it('when a change is rolled back, nobody hears of it', () => {
    const store = aMemoryStore();
    const listener = vi.fn();
    store.onCommitted(listener);
    expect(() =>
      store.change((write) => {
        write.journal.append(aReport(1));
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(listener).not.toHaveBeenCalled();
  });
});
