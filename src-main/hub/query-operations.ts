// Queries over device twins, page by page in the order of device ids. A page is filled before it is returned, so that a
// script that reads only the first page of `WHERE deviceId = 'x'` finds what it asks for.
import { refused } from '#base/errors.ts';
import { isDeviceId, type DeviceId } from '#base/ids.ts';
import { matches, type Condition } from '#domain/condition.ts';
import { parseDeviceQuery } from '#domain/device-query.ts';
import { problemsText } from '#domain/problem-text.ts';
import type { ConditionSubject } from '#domain/twin.ts';
import type { DeviceWithTwin, Store, StoreReaders } from '#store/store-types.ts';
import type { QueryOperations } from './hub-types.ts';

/** So many are looked at in one turn of the event loop: about a millisecond. */
const sliceSize = 200;

export function createQueryOperations({ store }: { readonly store: Pick<Store, 'read'> }): QueryOperations {
  const { read } = store;
  return {
    async devices(query, limit, continuation) {
      const { condition } = readQuery(query);
      const found: DeviceId[] = [];
      let after = continuation === null ? undefined : deviceAfter(continuation);
      for (;;) {
        const slice = read.twins.subjects({ after, limit: sliceSize });
        for (const subject of slice) if (isWanted(condition, subject)) found.push(subject.deviceId);
        after = slice.at(-1)?.deviceId;
        // One match more than asked for tells that another page follows.
        if (found.length > limit || slice.length < sliceSize) break;
        await new Promise((resolve) => setImmediate(resolve));
      }
      const page = found.slice(0, limit);
      const last = page.at(-1);
      return {
        rows: page.flatMap((deviceId) => withTwin(read, deviceId)),
        continuation: found.length > limit && last !== undefined ? continueAfter(last) : null,
      };
    },
  };
}

/** Nothing when the device was deleted while the query looked further. */
function withTwin(read: StoreReaders, deviceId: DeviceId): readonly DeviceWithTwin[] {
  const device = read.devices.get(deviceId);
  const twin = read.twins.get({ deviceId, moduleId: null });
  return device === undefined || twin === undefined ? [] : [{ device, twin }];
}

function readQuery(query: string): { readonly condition: Condition | null } {
  const parsed = parseDeviceQuery(query);
  if (parsed.ok) return parsed.value;
  throw refused('query.invalid', `The query cannot be answered: ${problemsText(parsed.problems)}`);
}

function isWanted(condition: Condition | null, subject: ConditionSubject): boolean {
  return condition === null || matches(condition, subject);
}

/** Opaque to scripts: they hand it back and make nothing of it. */
function continueAfter(deviceId: DeviceId): string {
  return Buffer.from(deviceId).toString('base64url');
}

function deviceAfter(continuation: string): DeviceId {
  const deviceId = Buffer.from(continuation, 'base64url').toString();
  if (isDeviceId(deviceId)) return deviceId;
  throw refused('request.invalid', 'The continuation token is not one of this hub: start the query again without it.');
}
