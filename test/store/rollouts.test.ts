// Rollouts as rows: what is read back is what was written, and what evaluation asks of a device is one look.
import { describe, expect, test } from 'vitest';
import type { DeploymentId, DeviceId } from '#base/ids.ts';
import type { RolloutDevice } from '#domain/rollouts/rollout-state.ts';
import { admittedSql, newestAttemptsSql } from '#store/rollout-attempts.ts';
import { openRolloutsSql } from '#store/rollouts.ts';
import type { Rollout } from '#store/rollout-types.ts';
import { driveRollout, newGate, newPolicy, newTarget, newWave } from '#test/support/rollout-fleet.ts';
import { aMemoryStore, queryPlan, putDevice } from '#test/support/test-store.ts';

const d1 = 'd1' as DeviceId;
const terms = { settleSeconds: 10, hold: 'none', switchWithinSeconds: null } as const;

function aRollout(number: number, given: Partial<Rollout> = {}): Rollout {
  const waves = [
    newWave({ name: 'first', members: { kind: 'count', count: 1 }, gate: newGate({ soakMs: 500 }) }),
    newWave({ name: 'rest' }),
  ];
  const rollout = driveRollout(newPolicy({ waves, retries: 1 }), [
    newTarget('d1', { groups: ['gateways'] }),
    newTarget('d2', { isAwake: false }),
    newTarget('d3'),
  ]);
  rollout.clear('d1');
  rollout.send({ kind: 'bystanders-counted', groupId: 'gateways', up: 2 });
  rollout.end('d1', 'failed-rolled-back');
  const wait = { kind: 'wait', obstacles: ['Its disk is full.'] } as const;
  rollout.send({ kind: 'preflight-answered', deviceId: d1, answer: wait });
  const state = rollout.state();
  return {
    number,
    targetCondition: '*',
    state,
    isOpen: true,
    redeployedNumber: null,
    takesBackNumber: null,
    ledByNumber: null,
    ...given,
  };
}

function aBegunAttempt() {
  const store = aMemoryStore();
  const rollout = aRollout(7);
  const device: RolloutDevice = { ...(rollout.state.devices.get(d1) as RolloutDevice), isAdmitted: true, attempt: 2 };
  store.change((write) => {
    write.rollouts.insert(rollout);
    write.rollouts.putDevice(7, d1, device);
    write.rollouts.beginAttempt(7, d1, { device: { ...device, attempt: 1 }, terms });
    write.rollouts.beginAttempt(7, d1, { device, terms: { ...terms, switchWithinSeconds: 60 } });
  });
  return { store, device };
}

const group = (id: string, condition: string | null = null) => ({ id, condition, ring: null, createdAtMs: 1 });

describe('what was written', () => {
  test('when a rollout is read back, it is the same, device by device', () => {
    const store = aMemoryStore();
    const rollout = aRollout(7, { takesBackNumber: 5 });
    expect(rollout.state.devices.get(d1)).toMatchObject({
      failures: 1,
      preflight: { obstacles: ['Its disk is full.'] },
    });
    store.change((write) => write.rollouts.insert(rollout));
    expect(store.read.rollouts.get(7)).toEqual(rollout);
    expect(rollout.state.history.map(({ status }) => status)).toEqual(['pending', 'in-progress']);
    const { devices, ...head } = rollout.state;
    expect(store.read.rollouts.head(7)).toEqual({ ...rollout, state: head });
    expect(store.read.rollouts.devices(7, { after: d1, limit: 1 })).toEqual([...devices].slice(1, 2));
    expect(store.read.rollouts.get(8)).toBeUndefined();
  });

  test('when head and devices change, each change is there and nothing else', () => {
    const store = aMemoryStore();
    const { state, ...rest } = aRollout(7);
    store.change((write) => write.rollouts.insert({ ...rest, state }));
    const changed: RolloutDevice = { ...(state.devices.get(d1) as RolloutDevice), isAdmitted: true, verdict: 'done' };
    const cause = { by: 'console', reason: 'A person canceled it.', atMs: 5 } as const;
    const history = [...state.history, { status: 'canceled', cause }] as const;
    const next = {
      ...state,
      status: 'canceled',
      cause,
      history,
      isHurried: true,
      pardonedFailures: 3,
      currentWave: 1,
    } as const;
    store.change((write) => {
      write.rollouts.updateHead({ ...rest, state: next, isOpen: false, redeployedNumber: 9 });
      write.rollouts.putDevice(7, d1, changed);
    });
    const devices = new Map([...state.devices, [d1, changed]]);
    expect(store.read.rollouts.get(7)).toEqual({
      ...rest,
      state: { ...next, devices },
      isOpen: false,
      redeployedNumber: 9,
    });
  });

  test('when rollouts are listed, the open ones come oldest first, all newest first, and an id means its newest', () => {
    const { rollouts } = (() => {
      const store = aMemoryStore();
      store.change((write) => {
        write.rollouts.insert(aRollout(3));
        write.rollouts.insert(aRollout(5, { isOpen: false }));
        write.rollouts.insert(aRollout(4));
      });
      return store.read;
    })();
    expect(rollouts.open()).toEqual([3, 4]);
    expect(rollouts.numbers()).toEqual([3, 4, 5]);
    expect(rollouts.heads(2).map(({ number }) => number)).toEqual([5, 4]);
    expect(rollouts.heads(2, 5).map(({ number }) => number)).toEqual([4, 3]);
    expect(rollouts.numberOf('d1' as DeploymentId)).toBe(5);
    expect(rollouts.numberOf('other' as DeploymentId)).toBeUndefined();
    expect(rollouts.ofDevice('d2' as DeviceId).map(({ number }) => number)).toEqual([5, 4, 3]);
  });
});

test('when a picture is drawn from it, its devices are counted as they stand and told page by page', () => {
  const store = aMemoryStore();
  const rollout = aRollout(7);
  store.change((write) => {
    write.rollouts.insert(rollout);
    write.rollouts.insert(aRollout(8));
  });
  const { rollouts } = store.read;
  const devices = [...rollout.state.devices];
  const shares = rollouts.standings(7);
  expect(shares.reduce((sum, share) => sum + share.devices, 0)).toBe(devices.length);
  for (const { standing, isAwake, devices: counted } of shares)
    expect(devices.filter(([, device]) => device.standing === standing && device.isAwake === isAwake)).toHaveLength(
      counted,
    );
  const expected = devices.map(([deviceId, { wave, standing, isAwake, attempt }]) => {
    return { deviceId, wave, standing, isAwake, attempt };
  });
  expect(rollouts.cells(7, { after: '', limit: 10 })).toEqual(expected);
  expect(rollouts.cells(7, { after: d1, limit: 1 })).toEqual(expected.slice(1, 2));
});

describe('attempts', () => {
  test('when the course of a rollout is told, its attempts come device by device in their order', () => {
    const { store } = aBegunAttempt();
    const { rollouts } = store.read;
    const page = (deviceId: string, attempt: number, limit = 10) =>
      rollouts.courses(7, { after: { deviceId, attempt }, limit }).map((row) => `${row.deviceId} ${row.attempt}`);
    expect(page('', 0)).toEqual(['d1 1', 'd1 2']);
    expect(page('', 0, 1)).toEqual(['d1 1']);
    expect(page('d1', 1)).toEqual(['d1 2']);
    expect(rollouts.courses(8, { after: { deviceId: '', attempt: 0 }, limit: 10 })).toEqual([]);
    const [second] = rollouts.attempts(7, d1);
    expect(rollouts.courses(7, { after: { deviceId: 'd1', attempt: 1 }, limit: 1 })[0]).toEqual({
      deviceId: d1,
      attempt: 2,
      purpose: second?.purpose,
      isNeedless: false,
      startedAtMs: second?.startedAtMs,
      endedAtMs: null,
      verdict: null,
      reason: null,
    });
  });

  test('when an attempt was sent, its terms hold until the next one is sent', () => {
    const { store } = aBegunAttempt();
    const { rollouts } = store.read;
    const [second, first] = rollouts.attempts(7, d1);
    expect([first?.attempt, second?.attempt, second?.switchWithinSeconds]).toEqual([1, 2, 60]);
    expect(rollouts.admittedTo(d1)).toEqual({ admitted: new Set([7]), newest: second, sent: undefined });
    store.change((write) => write.rollouts.noteSent(first?.id ?? 0, 12));
    expect(rollouts.admittedTo(d1).sent).toEqual({ ...first, sentVersion: 12 });
    store.change((write) => write.rollouts.noteNeedless(second?.id ?? 0));
    expect(rollouts.admittedTo(d1)).toMatchObject({ newest: { attempt: 2, isNeedless: true }, sent: { attempt: 1 } });
    expect(rollouts.admittedTo('d2' as DeviceId)).toEqual({ admitted: new Set(), newest: undefined, sent: undefined });
  });

  test('when a person lets an attempt go on, nothing holds it but modules, and those neither once it was forced', () => {
    const { store } = aBegunAttempt();
    const second = () => store.read.rollouts.attempt(7, d1, 2);
    expect(second()).toMatchObject({ switchWithinSeconds: 60, isForced: false });
    const id = second()?.id ?? 0;
    store.change((write) => write.rollouts.releaseSwitch(id, false));
    expect(second()).toMatchObject({ hold: 'none', switchWithinSeconds: null, isForced: false });
    store.change((write) => write.rollouts.releaseSwitch(id, true));
    store.change((write) => write.rollouts.releaseSwitch(id, false));
    expect(second()).toMatchObject({ isForced: true });
    expect(store.read.rollouts.attempt(7, d1, 1)).toMatchObject({ isForced: false });
  });

  test('when an attempt ends, its row says how, and the one before keeps its own', () => {
    const { store, device } = aBegunAttempt();
    const ended = { ...device, verdict: 'done', endedAtMs: 99, reason: null, bytes: { done: 5, total: 6 } } as const;
    store.change((write) => write.rollouts.noteAttempt(7, d1, ended));
    expect(store.read.rollouts.attempt(7, d1, 2)).toMatchObject({
      verdict: 'done',
      endedAtMs: 99,
      bytes: { done: 5, total: 6 },
    });
    expect(store.read.rollouts.attempt(7, d1, 1)).toMatchObject({ verdict: null, endedAtMs: null });
    expect(store.read.rollouts.attempt(7, d1, 3)).toBeUndefined();
  });
});

test.each([
  [admittedSql, ['d1'], 'rollout_devices_admitted'],
  [newestAttemptsSql, ['d1'], 'rollout_attempts_by_device'],
  [openRolloutsSql, [], 'rollouts_open'],
])('when evaluation asks "%s", an index answers and nothing is sorted', (sql, parameters, index) => {
  const plan = queryPlan(sql, parameters);
  expect(plan).toContain(index);
  expect(plan).not.toMatch(/TEMP B-TREE|SCAN rollout_/);
});

describe('groups', () => {
  test('when groups are made, listed, reordered and deleted, they are as they were said to be', () => {
    const store = aMemoryStore();
    for (const id of ['d1', 'd2']) putDevice(store, { deviceId: id as DeviceId });
    store.change(({ groups }) => {
      for (const made of [group('a'), group('b', '*'), group('c')]) groups.insert(made);
      groups.setMembers('a', ['d2', 'd1'] as DeviceId[]);
      groups.setRings(['c', 'b']);
      groups.update(group('b', "tags.ring = 'b'"));
    });
    const { groups } = store.read;
    expect(groups.list().map(({ id, ring }) => [id, ring])).toEqual([
      ['c', 0],
      ['b', 1],
      ['a', null],
    ]);
    expect(groups.get('b')?.condition).toBe("tags.ring = 'b'");
    expect(groups.members('a')).toEqual(['d1', 'd2']);
    expect(groups.ofDevice(d1)).toEqual(['a']);
    store.change((write) => write.devices.delete(d1));
    expect(groups.members('a')).toEqual(['d2']);
    store.change((write) => {
      write.groups.setRings(['b']);
      write.groups.delete('a');
    });
    expect(groups.list().map(({ id, ring }) => [id, ring])).toEqual([
      ['b', 0],
      ['c', null],
    ]);
    expect(groups.ofDevice('d2' as DeviceId)).toEqual([]);
  });
});
