// Who has a device in change, and who is told that he has not.
import { expect, test } from 'vitest';
import { RolloutOwners } from '#domain/rollouts/rollout-owners.ts';
import { byPerson, driveRollout, idOf, newPolicy, newTarget } from '#test/support/rollout-fleet.ts';

const targets = [newTarget('a')];

function changing() {
  const rollout = driveRollout(newPolicy(), targets);
  rollout.clear('a');
  return rollout;
}

test('when two had the same device in change as the last hub ended, the first keeps it and the other gives way', () => {
  const owners = new RolloutOwners();
  owners.enter(1, changing().state());
  const second = changing();
  owners.enter(2, second.state());
  expect(owners.takeOusted()).toEqual([2]);
  expect(owners.takeOusted()).toEqual([]);
  expect(owners.hasNews(1)).toBe(false);
  expect(owners.newsFor(2)).toEqual([{ kind: 'device-taken', deviceId: 'a', by: 'd1', isRollback: false }]);
  second.send(...owners.newsFor(2));
  expect(owners.follow(2, second.state(), [idOf('a'), idOf('none')])).toEqual([]);
  expect(owners.hasNews(2)).toBe(false);
});

test('when one takes another back, it waits for that on no device, and the other gives way', () => {
  const owners = new RolloutOwners();
  owners.enter(1, changing().state());
  const back = driveRollout(newPolicy(), targets);
  owners.enter(2, back.state(), 1);
  expect(owners.hasNews(2)).toBe(false);
  back.clear('a');
  expect(owners.follow(2, back.state(), [idOf('a')])).toEqual(['a']);
  expect(owners.takeOusted()).toEqual([1]);
  expect(owners.newsFor(1)).toMatchObject([{ kind: 'device-taken', isRollback: true }]);
});

test('when a change becomes a way back, the others are told', () => {
  const owners = new RolloutOwners();
  const one = changing();
  owners.enter(1, one.state());
  owners.enter(2, driveRollout(newPolicy(), targets).state());
  one.send(byPerson('rolled-back'));
  expect(owners.follow(1, one.state(), [idOf('a')])).toEqual(['a']);
  expect(owners.follow(1, one.state(), [idOf('a')])).toEqual([]);
  expect(owners.newsFor(2)).toMatchObject([{ isRollback: true }]);
  expect(owners.isOwned(idOf('a'))).toBe(true);
});

test('when a device joins that another has in change, the rollout is told; one that has no such device is not', () => {
  const owners = new RolloutOwners();
  const late = driveRollout(newPolicy({ targets: { kind: 'growing', maxDevices: null } }), []);
  owners.enter(2, late.state());
  owners.enter(1, changing().state());
  expect(owners.newsFor(2)).toEqual([]);
  late.send({ kind: 'targets-joined', targets });
  owners.follow(2, late.state(), [idOf('a')]);
  expect(owners.newsFor(2)).toMatchObject([{ kind: 'device-taken', deviceId: 'a' }]);
});

test('when one is over or unknown, it has no news and tells none', () => {
  const owners = new RolloutOwners();
  expect(owners.newsFor(7)).toEqual([]);
  const one = changing();
  owners.enter(1, one.state());
  one.end('a');
  owners.follow(1, one.state(), [idOf('a')]);
  owners.leave(1);
  expect(owners.isOwned(idOf('a'))).toBe(false);
  expect(owners.hasNews(1)).toBe(false);
  expect(owners.follow(9, changing().state(), [idOf('a')])).toEqual([]);
  expect(owners.isOwned(idOf('a'))).toBe(false);
});
