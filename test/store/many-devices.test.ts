// What is written of many devices with one statement is what writing them one after another gives, in every row and in the chain.
import { describe, expect, it } from 'vitest';
import type { DeploymentId, DeviceId, ModuleId } from '#base/ids.ts';
import type { JsonObject } from '#base/json.ts';
import type { DeploymentStatus } from '#domain/records/deployment.ts';
import { readJournal, writeJournal, type JournalWriter } from '#store/journal.ts';
import { createSharedDocuments } from '#store/shared-documents.ts';
import type { Store, StoreWriters } from '#store/store-types.ts';
import { createTransactions } from '#store/transactions.ts';
import { createFakeClock } from '#test/support/fake-clock.ts';
import {
  aMemoryStore,
  aMigratedDatabase,
  aReport,
  aReportedFold,
  aStoredDeployment,
  aStoredModule,
  aStoredTwin,
  putDevice,
} from '#test/support/test-store.ts';

const many = ['d-3', 'd-1', "d'4"] as unknown as readonly DeviceId[];
const other = 'other' as DeviceId;
const all = [...many, other];
const agent = '$edgeAgent' as ModuleId;
const nothing = { base: null, applied: [], notApplied: {}, modules: {}, origins: {} };
const managed = (id: string) => ({ ...nothing, base: id as DeploymentId, applied: [id as DeploymentId] });

function aSite(): Store {
  const store = aMemoryStore();
  for (const deviceId of all) {
    putDevice(store, { deviceId });
    store.change((write) => {
      write.modules.insert(aStoredModule({ deviceId }));
      write.twins.insert(aStoredTwin({ deviceId, moduleId: agent, version: deviceId.length }));
    });
  }
  store.change((write) => {
    for (const id of ['a', 'b', 'c']) write.deployments.insert(aStoredDeployment({ id: id as DeploymentId }));
  });
  return store;
}

/** The same site after the one change and after the other. */
function bothSites(one: (write: StoreWriters) => void, alike: (write: StoreWriters) => void): readonly [Store, Store] {
  const sites = [aSite(), aSite()] as const;
  sites[0].change(one);
  sites[1].change(alike);
  return sites;
}

const desired = (value: JsonObject) => ({
  value,
  metadata: { $lastUpdated: 'now', $lastUpdatedVersion: 2 },
  version: 2,
});
const twins = (store: Store) => all.map((deviceId) => store.read.twins.get({ deviceId, moduleId: agent }));

describe('desired sections', () => {
  const long = Object.freeze({ text: 'x'.repeat(200) });

  it.each([
    ['short', { a: 1 }],
    ['kept once for all', long],
  ])('when one is given to many and is %s, each twin is one version on and has it', (_which, value) => {
    const [one, alike] = bothSites(
      (write) => {
        for (const deviceId of many)
          write.twins.updateDesired({ deviceId, moduleId: agent, version: deviceId.length + 1 }, desired(value));
      },
      (write) => write.twins.updateDesiredAlike(many, agent, desired(value)),
    );
    expect(twins(alike)).toEqual(twins(one));
    expect(twins(alike).map((twin) => twin?.desired.value)).toEqual([value, value, value, {}]);
    expect(alike.read.twins.desired({ deviceId: many[0] as DeviceId, moduleId: null })?.desired.value).toEqual({});
  });

  it('when one of them has no such twin, nobody is written', () => {
    const store = aSite();
    const devices = [...many, 'gone' as DeviceId];
    const give = () => store.change((write) => write.twins.updateDesiredAlike(devices, agent, desired({ a: 1 })));
    expect(give).toThrow('not all have a twin');
    expect(store.read.twins.desired({ deviceId: many[0] as DeviceId, moduleId: agent })?.desired.value).toEqual({});
  });
});

describe('statuses', () => {
  const before: Readonly<Record<string, Readonly<Record<string, DeploymentStatus>>>> = {
    [agent]: { a: 'Applied', b: 'Targeted' },
    '': { a: 'Applied' },
  };

  it('when many go from one set to another, those that differ change, come and go, and others keep theirs', () => {
    const after: typeof before = { [agent]: { a: 'Targeted', c: 'Applied' }, '': { b: 'Targeted' } };
    const store = aSite();
    store.change((write) => {
      for (const deviceId of all) write.deployments.replaceStatuses(deviceId, before);
      write.deployments.replaceStatusesAlike(many, after, before);
    });
    expect(all.map((deviceId) => store.read.deployments.statuses(deviceId))).toEqual([after, after, after, before]);
  });

  it('when one names a deployment that is gone, it is left out', () => {
    const store = aSite();
    const after = { [agent]: { gone: 'Applied', c: 'Applied' } } as const;
    store.change((write) => write.deployments.replaceStatusesAlike(many, after, {}));
    expect(store.read.deployments.statuses(many[1] as DeviceId)).toEqual({ [agent]: { c: 'Applied' } });
  });
});

describe('revisions', () => {
  const record = { '': { writes: [], left: [] } } as never;

  it('when many are given one, it is their next, whether or not its document was there', () => {
    const [one, alike] = bothSites(
      (write) => {
        for (const deviceId of many) {
          write.revisions.append(deviceId, 1000, managed('a'));
          write.revisions.append(deviceId, 2000, managed('b'), record);
        }
      },
      (write) => {
        const first = { atMs: 1000, effective: managed('a'), automatic: {}, latest: 0 };
        const second = { atMs: 2000, effective: managed('b'), automatic: record, latest: 1 };
        expect(write.revisions.appendAlike(many, first)).toBe(1);
        expect(write.revisions.appendAlike(many, second)).toBe(2);
      },
    );
    const revisions = (store: Store) => all.map((deviceId) => store.read.revisions.list(deviceId, { limit: 9 }));
    expect(revisions(alike)).toEqual(revisions(one));
    expect(all.map((deviceId) => alike.read.revisions.latest(deviceId)?.revision)).toEqual([2, 2, 2, undefined]);
  });

  it('when the number is taken for one of them, nobody is given it', () => {
    const store = aSite();
    store.change((write) => write.revisions.append(many[1] as DeviceId, 1000, managed('a')));
    const revision = { atMs: 2000, effective: managed('b'), automatic: {}, latest: 0 };
    expect(() => store.change((write) => write.revisions.appendAlike(many, revision))).toThrow('UNIQUE');
    expect(many.map((deviceId) => store.read.revisions.latest(deviceId)?.atMs)).toEqual([undefined, 1000, undefined]);
  });
});

function aJournal(give: (journal: JournalWriter) => void) {
  const db = aMigratedDatabase();
  const journal = writeJournal(db, createFakeClock());
  const documents = createSharedDocuments(db);
  createTransactions(db, { journal, reports: aReportedFold(db), documents }).whole(() => {
    journal.append(aReport(1));
    give(journal);
    journal.append(aReport(2));
  });
  return { db, journal, rows: db.prepare('SELECT * FROM journal').all() };
}

describe('rows of the journal', () => {
  const row = { kind: 'desired-changed', actor: 'hub', moduleId: agent, deploymentId: 'a' as DeploymentId } as const;

  it('when each of many has one, they are those that one after another would be, chained with those around them', async () => {
    const detail = { 'é"\\': '\u0000', version: 2 };
    const one = aJournal((journal) => {
      for (const deviceId of many) journal.append({ ...row, deviceId, detail });
    });
    const alike = aJournal((journal) => journal.appendAlike(many, { ...row, detail }));
    expect(alike.rows).toEqual(one.rows);
    expect(alike.journal.takeWritten()).toEqual(one.journal.takeWritten());
    expect(await readJournal(alike.db).findBrokenSeq()).toBeNull();
    expect(readJournal(alike.db).ofDevice(many[2] as DeviceId, 9)).toMatchObject([{ seq: 4, detail }]);
  });

  it('when what they tell is long, it is kept once, reads as it was told, and the chain holds', async () => {
    const detail = Object.freeze({ text: 'x'.repeat(300) });
    const { db } = aJournal((journal) => {
      journal.appendAlike(many, { ...row, detail });
      journal.appendAlike([other], { ...row, detail });
    });
    expect(db.prepare('SELECT count(*) FROM journal_details').pluck().get()).toBe(1);
    expect(db.prepare("SELECT count(*) FROM journal WHERE detail LIKE '%xxx%'").pluck().get()).toBe(0);
    const told = all.map((deviceId) => readJournal(db).ofDevice(deviceId, 9)[0]?.detail);
    expect(told).toEqual([detail, detail, detail, detail]);
    expect(await readJournal(db).findBrokenSeq()).toBeNull();
  });

  it('when the change is undone, their numbers are given again and nobody is told of them', async () => {
    const store = aSite();
    const told: number[] = [];
    store.onCommitted((entries) => told.push(...entries.map(({ seq }) => seq)));
    const detail = Object.freeze({ text: 'x'.repeat(300) });
    const give = (fails: boolean): void =>
      store.change((write) => {
        write.journal.appendAlike(many, { ...row, detail });
        if (fails) throw new Error('no');
      });
    expect(() => give(true)).toThrow('no');
    give(false);
    expect(told).toEqual([1, 2, 3]);
    expect(store.read.journal.list({ limit: 9 }).map((entry) => entry.detail)).toEqual([detail, detail, detail]);
    expect(await store.read.journal.findBrokenSeq()).toBeNull();
  });

  it('when writers are kept past their change, they are refused', () => {
    const store = aSite();
    const kept = store.change((write) => write);
    expect(() => kept.journal.appendAlike(many, row)).toThrow('outside a change');
    expect(store.read.journal.lastSeq()).toBe(0);
  });
});
