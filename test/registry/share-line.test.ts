// The line of pulls under any course of events: never too many at a time, nobody starved, nothing left behind.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DeviceId } from '#base/ids.ts';
import { PullLine, type Puller } from '#registry/share-line.ts';

interface TestPuller extends Puller {
  ready: boolean;
  turns: number;
}

function aPuller(deviceId: string, ready = true): TestPuller {
  const puller: TestPuller = {
    deviceId: deviceId as DeviceId,
    ready,
    turns: 0,
    isReady: () => puller.ready,
    onTurn: () => (puller.turns += 1),
  };
  return puller;
}

test('when one device has ten layers and nine have one, the nine wait for one end each', () => {
  const line = new PullLine(2);
  const greedy = Array.from({ length: 10 }, () => aPuller('greedy'));
  for (const puller of greedy) line.enter(puller);
  const modest = Array.from({ length: 9 }, (_, at) => aPuller(`modest-${at}`));
  for (const puller of modest) line.enter(puller);
  const order: string[] = [];
  while (line.underway.size > 0) {
    const [oldest] = line.underway;
    if (oldest === undefined) break;
    order.push(oldest.deviceId);
    line.leave(oldest);
  }
  const lastModest = order.lastIndexOf('modest-8');
  expect(order).toHaveLength(19);
  // Both slots were the greedy one's; from then on it gets none while the others have had none.
  expect(order.slice(0, lastModest + 1).filter((deviceId) => deviceId === 'greedy').length).toBeLessThanOrEqual(3);
});

test('when a pull that is not ready stands before one that is, the one behind it goes', () => {
  const line = new PullLine(1);
  const [first, second, other] = [aPuller('pump', false), aPuller('pump'), aPuller('oven')];
  for (const puller of [first, second, other]) line.enter(puller);
  expect([first.turns, second.turns, other.turns]).toEqual([0, 1, 0]);
  line.leave(second);
  expect([first.turns, other.turns]).toEqual([0, 1]);
  first.ready = true;
  line.look();
  expect(first.turns).toBe(0);
  line.leave(other);
  expect(first.turns).toBe(1);
});

test('when a pull loses its slot and comes back, it stands behind who waits', () => {
  const line = new PullLine(1);
  const [stalled, waiting] = [aPuller('pump'), aPuller('oven')];
  line.enter(stalled);
  line.enter(waiting);
  line.leave(stalled);
  line.enter(stalled);
  expect([stalled.turns, waiting.turns]).toEqual([1, 1]);
  line.leave(waiting);
  expect(stalled.turns).toBe(2);
});

test('when slots are taken away, nobody is cut off, and nobody comes until there is room', () => {
  const line = new PullLine(3);
  const pullers = Array.from({ length: 5 }, (_, at) => aPuller(`device-${at}`));
  for (const puller of pullers) line.enter(puller);
  line.setSlots(1);
  expect(line.underway.size).toBe(3);
  for (const puller of pullers.slice(0, 2)) line.leave(puller);
  expect([...line.underway]).toEqual([pullers[2]]);
  line.setSlots(2);
  expect(line.underway.size).toBe(2);
});

const act = fc.record({
  kind: fc.constantFrom('come', 'come', 'come', 'end', 'give-up', 'stall', 'ready', 'slots' as const),
  device: fc.integer({ min: 0, max: 7 }),
  pick: fc.nat(100),
});

test('when anything happens in any order, slots are never overdrawn, never idle beside a ready pull, and all end', () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 120 }), fc.integer({ min: 1, max: 5 }), (acts, slots) => {
      const line = new PullLine(slots);
      let most = slots;
      for (const { kind, device, pick } of acts) {
        const underway = [...line.underway] as TestPuller[];
        const waiting = [...line.waiting()] as TestPuller[];
        const fewerUnderway = underway.length;
        if (kind === 'come') line.enter(aPuller(`device-${device}`, pick % 3 > 0));
        const some = (kind === 'end' || kind === 'stall' ? underway : waiting).at(pick % 7);
        if (kind === 'slots') line.setSlots((most = 1 + (pick % 5)));
        else if (some !== undefined && kind === 'ready') [some.ready] = [!some.ready];
        else if (some !== undefined && kind === 'stall') line.enter(some);
        else if (some !== undefined && kind !== 'come') line.leave(some);
        line.look();
        expect(line.underway.size).toBeLessThanOrEqual(Math.max(most, fewerUnderway));
        const readyOnes = [...line.waiting()].filter((puller) => puller.isReady());
        expect(line.underway.size >= most || readyOnes.length === 0).toBe(true);
      }
      // Whatever came before, everybody who becomes ready and ends in turn gets a turn: nobody starves.
      for (const puller of [...line.waiting()] as TestPuller[]) puller.ready = true;
      line.look();
      const left = [...line.waiting()] as TestPuller[];
      let ends = 0;
      for (let [next] = line.underway; next !== undefined; [next] = line.underway, ends++) line.leave(next);
      expect(left.every(({ turns }) => turns > 0)).toBe(true);
      expect([...line.waiting()]).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

test('when devices come back as soon as they have had a turn, no other waits for more turns than there are devices', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 12 }), fc.integer({ min: 1, max: 4 }), (devices, slots) => {
      const line = new PullLine(slots);
      const pullers = Array.from({ length: devices }, (_, at) => aPuller(`device-${at}`));
      for (const puller of pullers) line.enter(puller);
      for (let turn = 0; turn < devices * 10; turn++) {
        const [next] = line.underway;
        if (next === undefined) throw new Error('no slot is used');
        line.enter(next);
      }
      const turns = pullers.map((puller) => puller.turns);
      expect(Math.max(...turns) - Math.min(...turns)).toBeLessThanOrEqual(1);
    }),
  );
});
