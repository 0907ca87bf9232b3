// The order in which devices come up, and that none is forgotten or worked on twice at a time.
import { describe, expect, it } from 'vitest';
import type { DeviceId } from '#base/ids.ts';
import { createDeviceQueue, type DeviceQueue } from '#hub/evaluation/device-queue.ts';
import { aMemoryStore, aStoredTwin, putDevice } from '#test/support/test-store.ts';

const id = (number: number): DeviceId => `d${String(number).padStart(4, '0')}` as DeviceId;

function aQueue(devices: number, siteOf: (number: number) => string): DeviceQueue {
  const store = aMemoryStore();
  for (let number = 0; number < devices; number += 1) {
    putDevice(store, { deviceId: id(number) });
    const twin = aStoredTwin({ deviceId: id(number), tags: { site: siteOf(number) } });
    store.change((write) => write.twins.update(twin));
  }
  return createDeviceQueue(store.read);
}

/** Takes and releases until nothing is due. */
function drain(queue: DeviceQueue): readonly DeviceId[] {
  const taken: DeviceId[] = [];
  for (let next = queue.take(); next !== undefined; next = queue.take()) {
    taken.push(next);
    queue.release(next);
  }
  return taken;
}

const site = (value: string) => ({ path: ['site'], value });

describe('device queue', () => {
  it('when all is due at once, single devices come first, then those of tags, then all', () => {
    const queue = aQueue(4, (number) => (number < 2 ? 'north' : 'south'));
    queue.markAll();
    queue.markTagged(site('south'));
    queue.markTagged(site('north'));
    queue.mark(id(3));
    expect(drain(queue)).toEqual([3, 2, 3, 0, 1, 0, 1, 2, 3].map(id));
    expect(queue.isIdle()).toBe(true);
  });

  it('when a tag has more devices than a page, each comes up once', () => {
    const queue = aQueue(450, (number) => (number % 9 === 0 ? 'south' : 'north'));
    queue.markTagged(site('north'));
    const expected = Array.from({ length: 450 }, (_, number) => number).filter((number) => number % 9 !== 0);
    expect(drain(queue)).toEqual(expected.map(id));
  });

  it('when a tag is asked for twice before its turn, it is walked once; when it is asked for during the walk, again', () => {
    const queue = aQueue(2, () => 'north');
    queue.markTagged(site('north'));
    queue.markTagged(site('north'));
    expect(queue.take()).toBe(id(0));
    queue.release(id(0));
    queue.markTagged(site('north'));
    expect(drain(queue)).toEqual([1, 0, 1].map(id));
  });

  it('when a device is worked on, it comes up again only once it is released', () => {
    const queue = aQueue(2, () => 'north');
    queue.mark(id(0));
    expect(queue.take()).toBe(id(0));
    queue.mark(id(0));
    queue.markTagged(site('north'));
    expect(queue.take()).toBe(id(1));
    expect(queue.take()).toBeUndefined();
    expect(queue.isIdle()).toBe(false);
    queue.release(id(0));
    queue.release(id(1));
    expect(drain(queue)).toEqual([id(0)]);
  });

  it('when it is cleared, tags and single devices are forgotten and the walk over all goes on', () => {
    const queue = aQueue(3, () => 'north');
    queue.markAll();
    queue.markTagged(site('north'));
    queue.mark(id(2));
    queue.take();
    queue.take();
    queue.release(id(0));
    queue.release(id(2));
    queue.clear();
    expect(drain(queue)).toEqual([0, 1, 2].map(id));
  });
});
