// The same change to many devices: counted, stopped between two calls, and what failed tried again alone.
import { beforeEach, expect, test } from 'vitest';
import { type BulkApi, type BulkTask, retryBulk, startBulk, stopBulk, useBulk } from '#renderer/devices/bulk-store.ts';

beforeEach(() => useBulk.setState({ tasks: [] }));

const ids = (count: number) => Array.from({ length: count }, (_, at) => `d${at}`);
const only = (): BulkTask => {
  const [task] = useBulk.getState().tasks;
  if (task === undefined) throw new Error('there is no task');
  return task;
};

/** Answers when told to; `refused`: whom it refuses. */
function anApi(refused: readonly string[] = []) {
  const calls: string[][] = [];
  const api: BulkApi = {
    changeDevices: ({ deviceIds }) => {
      calls.push(deviceIds);
      return Promise.resolve(
        deviceIds.map((deviceId) => ({ deviceId, problem: refused.includes(deviceId) ? 'It is gone.' : null })),
      );
    },
  };
  return { api, calls, refused };
}

test('when it runs through, each device is asked once and those that failed are kept with their reason', async () => {
  const { api, calls } = anApi(['d7', 'd30']);
  await startBulk(api, { kind: 'disable' }, ids(45));
  expect(calls.map((call) => call.length)).toEqual([20, 20, 5]);
  expect(new Set(calls.flat())).toEqual(new Set(ids(45)));
  expect(only()).toMatchObject({ state: 'done', total: 45, done: 43, left: [], problem: null });
  expect(only().failed).toEqual([
    { deviceId: 'd7', problem: 'It is gone.' },
    { deviceId: 'd30', problem: 'It is gone.' },
  ]);
});

test('when it is tried again, only those that failed or were left are asked, and the old task goes', async () => {
  const first = anApi(['d7', 'd30']);
  await startBulk(first.api, { kind: 'enable' }, ids(45));
  const second = anApi(['d30']);
  await retryBulk(second.api, only());
  expect(second.calls).toEqual([['d7', 'd30']]);
  expect(useBulk.getState().tasks.map(({ total, done, failed }) => [total, done, failed.length])).toEqual([[2, 1, 1]]);
});

test('when it is stopped, the call under way ends and the rest is told as not tried', async () => {
  const { api, calls } = anApi();
  const stopping: BulkApi = {
    async changeDevices(request) {
      stopBulk(only().id);
      expect(only().state).toBe('stopping');
      return api.changeDevices(request);
    },
  };
  await startBulk(stopping, { kind: 'tag', patch: { a: 1 } }, ids(50));
  expect(calls).toHaveLength(1);
  expect(only()).toMatchObject({ state: 'stopped', done: 20, problem: null });
  expect(only().left).toEqual(ids(50).slice(20));
});

test('when the hub goes away, it stops there with the reason, and goes on from there when tried again', async () => {
  const { api, calls } = anApi();
  const lost: BulkApi = {
    changeDevices: (request) =>
      calls.length === 1 ? Promise.reject(new Error('The connection was lost.')) : api.changeDevices(request),
  };
  await startBulk(lost, { kind: 'delete' }, ids(50));
  expect(only()).toMatchObject({ state: 'stopped', done: 20, problem: 'The connection was lost.' });
  const again = anApi();
  await retryBulk(again.api, only());
  expect(again.calls.flat()).toEqual(ids(50).slice(20));
});
