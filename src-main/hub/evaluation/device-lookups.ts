// Walks over the devices that have certain tags, one tag after another, a page at a time.
// INVARIANT: every device that has the tag when it is asked for, and still has it when its turn comes, is returned afterwards.
import type { DeviceId } from '#base/ids.ts';
import type { StoreReaders, TagValue } from '#store/store-types.ts';

const pageSize = 200;

export interface DeviceLookups {
  /** Asks for the devices of a tag. One that is asked for and not begun is not walked twice. */
  ask(tag: TagValue): void;
  next(): DeviceId | undefined;
  isDone(): boolean;
  clear(): void;
}

export function createDeviceLookups(read: StoreReaders): DeviceLookups {
  const waiting = new Map<string, TagValue>();
  let walk: Iterator<DeviceId, undefined> | undefined;
  return {
    ask: (tag) => void waiting.set(JSON.stringify([tag.path, tag.value]), tag),
    next() {
      for (;;) {
        const deviceId = walk?.next().value;
        if (deviceId !== undefined) return deviceId;
        const [first] = waiting;
        walk = first === undefined ? undefined : devicesOf(read, first[1]);
        if (first === undefined) return undefined;
        waiting.delete(first[0]);
      }
    },
    isDone: () => walk === undefined && waiting.size === 0,
    clear() {
      waiting.clear();
      walk = undefined;
    },
  };
}

function* devicesOf(read: StoreReaders, tag: TagValue): Generator<DeviceId, undefined> {
  let after: DeviceId | undefined;
  for (;;) {
    const page = read.tagValues.candidates(tag, { after, limit: pageSize });
    yield* page;
    if (page.length < pageSize) return undefined;
    after = page.at(-1);
  }
}
