// Queries over twins, page by page, without holding up the hub.
import { describe, expect, it } from 'vitest';
import { createQueryOperations } from '#hub/query-operations.ts';
import { createHubParts, deviceId, deviceIdentity } from '#test/support/hub-parts.ts';

function withDevices(count: number) {
  const parts = createHubParts();
  for (let index = 0; index < count; index++) {
    const id = `d${String(index).padStart(4, '0')}`;
    parts.registry.createDevice({ deviceId: deviceId(id) }, 'service');
    if (index % 2 === 0) parts.twins.patch(deviceIdentity(id), { tags: { even: true } }, '*', 'service');
  }
  return createQueryOperations(parts);
}

describe('devices', () => {
  it.each([1, 7, 250, 1000])('when pages hold %d, all pages together are every match once, in order', async (limit) => {
    const queries = withDevices(503);
    const ids: string[] = [];
    let continuation: string | null = null;
    do {
      const page = await queries.devices('SELECT * FROM devices WHERE tags.even = true', limit, continuation);
      expect(page.rows.length).toBeLessThanOrEqual(limit);
      ids.push(...page.rows.map(({ device }) => device.deviceId));
      continuation = page.continuation;
    } while (continuation !== null);
    expect(ids).toEqual(Array.from({ length: 252 }, (_, index) => `d${String(index * 2).padStart(4, '0')}`));
  });

  it('when the last page is exactly full, no empty page follows', async () => {
    const queries = withDevices(4);
    const first = await queries.devices('SELECT * FROM devices', 2, null);
    expect((await queries.devices('SELECT * FROM devices', 2, first.continuation)).continuation).toBeNull();
  });

  it('when a query looks at many devices, others have their turn in between', async () => {
    const queries = withDevices(1000);
    let turns = 0;
    const count = (): void => {
      turns += 1;
      next = setImmediate(count);
    };
    let next = setImmediate(count);
    await queries.devices("SELECT * FROM devices WHERE tags.even = 'never'", 10, null);
    clearImmediate(next);
    expect(turns).toBeGreaterThanOrEqual(4);
  });

  it('when the query cannot be read, the refusal says where and how to mend it', async () => {
    const queries = withDevices(0);
    await expect(queries.devices('SELECT deviceId FROM devices', 10, null)).rejects.toEqual(
      expect.objectContaining({ code: 'query.invalid', message: expect.stringMatching(/at 7: .*SELECT \*/) }),
    );
  });

  it('when the continuation is not one of ours, it is refused', async () => {
    await expect(withDevices(0).devices('SELECT * FROM devices', 10, '\u0000')).rejects.toThrow(/continuation/);
  });
});
