// The page's picture of the site: no older row ever replaces a newer one, whatever order they come in.
import { expect, test } from 'vitest';
import type { ConsoleFlush, DeviceRow, RolloutRow } from '#contract/console-rows.ts';
import { countShares } from '#domain/rollouts/rollout-tally.ts';
import { emptyProjection, hasGap, project, type Projection, type ProjectionEvent } from '#renderer/link/projection.ts';

const aRow = (deviceId: string, parts: Partial<DeviceRow> = {}): DeviceRow => ({
  deviceId,
  state: 'healthy',
  connected: true,
  lastSeenAtMs: 1,
  wantedModules: 1,
  runningModules: 1,
  applied: [],
  notApplied: [],
  outcome: 'success',
  isHealthy: true,
  tags: {},
  ...parts,
});

const aFlush = (number: number, parts: Partial<ConsoleFlush> = {}): ConsoleFlush => ({
  type: 'flush',
  number,
  devices: [],
  removedDevices: [],
  deployments: [],
  removedDeployments: [],
  rollouts: [],
  areGroupsChanged: false,
  areWritesChanged: false,
  journalBrokenSeq: null,
  ...parts,
});

const aRollout = (status: RolloutRow['status']): RolloutRow => ({
  deploymentId: 'v2',
  createdAtMs: 1,
  status,
  cause: { by: 'console', reason: 'A person made it.', atMs: 1 },
  madeBy: 'console',
  wave: null,
  waves: 1,
  counts: countShares([]),
  asleep: 0,
  takesBack: null,
  waitsForPerson: null,
});

const began = (number: number): ProjectionEvent => ({ type: 'snapshot-began', number, site: null });
const page = (number: number, rows: readonly DeviceRow[]): ProjectionEvent => ({
  type: 'devices-read',
  page: { number, rows, next: null },
});
const flushed = (number: number, parts: Partial<ConsoleFlush> = {}): ProjectionEvent => ({
  type: 'flushed',
  flush: aFlush(number, parts),
});
const told = (brokenSeq: number | null): ProjectionEvent => ({ type: 'journal-told', brokenSeq });
const completed: ProjectionEvent = { type: 'snapshot-completed' };

const lost = (sinceMs: number): ProjectionEvent => ({ type: 'link-changed', link: { state: 'lost', sinceMs } });

const after = (...events: readonly ProjectionEvent[]): Projection => events.reduce(project, emptyProjection);
const states = (projection: Projection) =>
  Object.fromEntries([...projection.devices].map(([id, { row }]) => [id, row.state]));

test('when a snapshot and a flush are in, it shows the newest of each', () => {
  const state = after(
    began(0),
    page(0, [aRow('a'), aRow('b')]),
    completed,
    flushed(1, { devices: [aRow('b', { state: 'failing' })] }),
  );
  expect(states(state)).toEqual({ a: 'healthy', b: 'failing' });
  expect([state.isComplete, state.number]).toEqual([true, 1]);
});

test('when a page read earlier arrives after a newer flush, the newer row stays', () => {
  const state = after(began(0), flushed(1, { devices: [aRow('a', { state: 'failing' })] }), page(0, [aRow('a')]));
  expect(states(state)).toEqual({ a: 'failing' });
});

test('when a device is removed while the snapshot is read, an earlier page does not bring it back, a later flush does', () => {
  const removed = after(began(0), flushed(1, { removedDevices: ['a'] }), page(0, [aRow('a')]));
  expect(states(removed)).toEqual({});
  expect(states(project(removed, flushed(2, { devices: [aRow('a')] })))).toEqual({ a: 'healthy' });
});

test('when a new snapshot no longer names a device, it goes at its end and not before', () => {
  const again = after(began(0), page(0, [aRow('a'), aRow('b')]), completed, began(9), page(9, [aRow('b')]));
  expect(Object.keys(states(again))).toEqual(['a', 'b']);
  expect(Object.keys(states(project(again, completed)))).toEqual(['b']);
});

test('when the hub starts again and counts from 0, its rows replace those of before', () => {
  const state = after(
    began(50),
    page(50, [aRow('a', { state: 'failing' })]),
    completed,
    began(0),
    page(0, [aRow('a')]),
    completed,
  );
  expect(states(state)).toEqual({ a: 'healthy' });
});

test('when a flush does not follow the last one, it is a gap', () => {
  const state = after(began(3));
  expect([hasGap(state, aFlush(4)), hasGap(state, aFlush(5)), hasGap(state, aFlush(3))]).toEqual([false, true, true]);
});

test('when a flush changes no device, the map of devices stays the same object, so that no view draws again', () => {
  const state = after(began(0), page(0, [aRow('a')]), completed);
  expect(project(state, flushed(1)).devices).toBe(state.devices);
});

test('when the link stays lost, it is lost since the first time', () => {
  expect(after(lost(1), lost(2)).link).toEqual({ state: 'lost', sinceMs: 1 });
  expect(after(lost(1), { type: 'link-changed', link: { state: 'open' } }, lost(3)).link).toEqual({
    state: 'lost',
    sinceMs: 3,
  });
});

test('when a device is called __proto__, it is a device like any other', () => {
  expect([...after(began(0), page(0, [aRow('__proto__')])).devices.keys()]).toEqual(['__proto__']);
});

test('when the journal was found changed, that stays, whatever a hub says that has not read its own yet', () => {
  const state = after(began(0), told(null), flushed(1, { journalBrokenSeq: 7 }), flushed(2), began(0), told(null));
  expect(state.journalBrokenSeq).toBe(7);
  expect(after(began(0), told(9)).journalBrokenSeq).toBe(9);
});

test('when a rollout changed, its newest row is shown, and groups that changed are told by another number', () => {
  const read: ProjectionEvent = { type: 'rollouts-read', page: { number: 0, rows: [aRollout('pending')], next: null } };
  const state = after(began(0), flushed(1, { rollouts: [aRollout('paused')] }), read, completed);
  expect(state.rollouts.get('v2')?.row.status).toBe('paused');
  const { groupsRevision } = state;
  expect(project(state, flushed(2)).groupsRevision).toBe(groupsRevision);
  expect(project(state, flushed(2, { areGroupsChanged: true })).groupsRevision).not.toBe(groupsRevision);
  expect(project(state, began(9)).groupsRevision).not.toBe(groupsRevision);
  const again = after(began(0), read, completed, began(5), completed);
  expect(again.rollouts.size).toBe(0);
});

test('when what is written to twins changed, or may have while the page was not told, that is told by another number', () => {
  const state = after(began(0), flushed(1, { areWritesChanged: true }), flushed(2));
  const numbers = [
    state,
    project(state, flushed(3)),
    project(state, flushed(3, { areWritesChanged: true })),
    project(state, began(9)),
  ];
  expect(numbers.map(({ writesRevision }) => writesRevision)).toEqual([2, 2, 3, 3]);
});
