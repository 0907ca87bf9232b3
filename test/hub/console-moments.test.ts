// Two moments beside one another: of a device what it held, of the site what was deployed, and what cannot be told.
import { describe, expect, test } from 'vitest';
import { consoleCaller } from '#test/support/console-caller.ts';
import { aBase, createHubParts, deviceId, deviceIdentity, moduleIdentity } from '#test/support/hub-parts.ts';
import type { NewJournalEntry } from '#domain/records/journal-event.ts';

function aSite() {
  const parts = createHubParts();
  return {
    ...parts,
    caller: consoleCaller(parts),
    append: (entry: Partial<NewJournalEntry>) =>
      parts.store.change((write) =>
        write.journal.append({ kind: 'reported-changed', actor: 'device', deviceId: deviceId('pump'), ...entry }),
      ),
  };
}

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
    expect(answer.sections.find(({ section }) => section === 'tags')?.documents).toEqual({
      first: { site: 'a', floor: 1 },
      second: { site: 'b' },
    });
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

  test('when what it held is too much for two panes, its changes are told all the same', async () => {
    const { caller, append, clock } = aSite();
    append({ kind: 'device-created' });
    const atMs = clock.nowMs();
    clock.advance(1_000);
    append({ kind: 'tags-changed', detail: { patch: { site: 'a' }, version: 2 } });
    append({ detail: { patch: { big: 'x'.repeat(300_000) }, version: 2 } });
    const answer = await caller.compareMoments({ deviceId: 'pump', atMs, otherMs: clock.nowMs() });
    expect(answer).toMatchObject({
      sections: [
        { section: 'tags', documents: { first: {}, second: { site: 'a' } } },
        { section: 'reported', count: 1, documents: null },
      ],
    });
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
