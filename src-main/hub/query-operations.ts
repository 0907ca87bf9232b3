// Queries over device twins, page by page in the order of device ids. A page is filled before it is returned, so that a
// script that reads only the first page of `WHERE deviceId = 'x'` finds what it asks for.
import { refused } from '#base/errors.ts';
import { isDeviceId, type DeviceId } from '#base/ids.ts';
import { matches, type Condition } from '#domain/condition.ts';
import { parseDeviceQuery } from '#domain/device-query.ts';
import { problemsText } from '#domain/problem-text.ts';
import { conditionSubject } from '#domain/twin-view.ts';
import type { DeviceWithTwin, Store } from '#store/store-types.ts';
import type { QueryOperations } from './hub-types.ts';

const pageSize = 200;

export function createQueryOperations({ store }: { readonly store: Pick<Store, 'read'> }): QueryOperations {
  return {
    devices(query, limit, continuation) {
      const { condition } = readQuery(query);
      const rows: DeviceWithTwin[] = [];
      let after = continuation === null ? undefined : deviceAfter(continuation);
      for (;;) {
        const page = store.read.twins.list({ after, limit: pageSize });
        for (const row of page) {
          if (!isWanted(condition, row)) continue;
          // One row more than asked for tells that another page follows.
          const last = rows.at(-1);
          if (rows.length === limit && last !== undefined) return { rows, continuation: continueAfter(last) };
          rows.push(row);
        }
        after = page.at(-1)?.device.deviceId;
        if (page.length < pageSize) return { rows, continuation: null };
      }
    },
  };
}

function readQuery(query: string): { readonly condition: Condition | null } {
  const parsed = parseDeviceQuery(query);
  if (parsed.ok) return parsed.value;
  throw refused('query.invalid', `The query cannot be answered: ${problemsText(parsed.problems)}`);
}

function isWanted(condition: Condition | null, { twin }: DeviceWithTwin): boolean {
  return condition === null || matches(condition, conditionSubject(twin));
}

/** Opaque to scripts: they hand it back and make nothing of it. */
function continueAfter({ device }: DeviceWithTwin): string {
  return Buffer.from(device.deviceId).toString('base64url');
}

function deviceAfter(continuation: string): DeviceId {
  const deviceId = Buffer.from(continuation, 'base64url').toString();
  if (isDeviceId(deviceId)) return deviceId;
  throw refused('request.invalid', 'The continuation token is not one of this hub: start the query again without it.');
}
