// Queries over twins: pages, tokens, counts, and the turns of the event loop that others have meanwhile.
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import { createQueryOperations } from '#hub/operations/query-operations.ts';
import { createSystemClock } from '#entry/system-clock.ts';
import { createHubParts, deviceId, deviceIdentity } from '#test/support/hub-parts.ts';

const named = (index: number): string => `d${String(index).padStart(4, '0')}`;

function withDevices(count: number) {
  const parts = createHubParts();
  for (let index = 0; index < count; index++) {
    parts.registry.createDevice({ deviceId: deviceId(named(index)) }, 'service');
    const tags = index % 2 === 0 ? { even: true, floor: index % 3 } : { floor: index % 3 };
    parts.twins.patch(deviceIdentity(named(index)), { tags }, '*', 'service');
  }
  return { ...parts, queries: createQueryOperations(parts) };
}

type Queries = ReturnType<typeof createQueryOperations>;

/** All rows, page by page; `between` runs after each page. */
async function allRows(queries: Queries, query: string, limit: number, between: () => void = () => undefined) {
  const rows: JsonObject[] = [];
  let continuation: string | null = null;
  do {
    const page = await queries.run(query, { limit, continuation });
    expect(page.rows.length).toBeLessThanOrEqual(limit);
    rows.push(...page.rows);
    continuation = page.continuation;
    between();
  } while (continuation !== null);
  return rows;
}

const idsOf = (rows: readonly JsonObject[]) => rows.map((row) => row['deviceId'] as string);

describe('run', () => {
  it.each([1, 7, 250, 1000])('when pages hold %d, all pages together are every match once, in order', async (limit) => {
    const { queries } = withDevices(103);
    const rows = await allRows(queries, 'SELECT * FROM devices WHERE tags.even = true', limit);
    expect(idsOf(rows)).toEqual(Array.from({ length: 52 }, (_, index) => named(index * 2)));
  });

  it('when the last page is exactly full, no empty page follows', async () => {
    const { queries } = withDevices(4);
    const first = await queries.run('SELECT * FROM devices', { limit: 2, continuation: null });
    expect(first.continuation).not.toBeNull();
    expect((await queries.run('SELECT * FROM devices', { limit: 2, ...first })).continuation).toBeNull();
  });

  it.each([
    ['SELECT TOP 5 deviceId FROM devices', 2, 5],
    ['SELECT TOP 5 deviceId FROM devices', 5, 5],
    ['SELECT TOP 50 deviceId FROM devices', 4, 9],
    ['SELECT TOP 2 tags.floor, COUNT() FROM devices GROUP BY tags.floor', 1, 2],
  ])('when %s is read in pages of %d, TOP counts over all of them', async (query, limit, count) => {
    const { queries } = withDevices(9);
    expect(await allRows(queries, query, limit)).toHaveLength(count);
    expect(await queries.count(query)).toBe(count);
  });

  it('when devices come and go between pages, those that stay are given once each', async () => {
    const { queries, registry } = withDevices(40);
    let next = 0;
    const rows = await allRows(queries, 'SELECT deviceId FROM devices', 3, () => {
      registry.deleteDevice(deviceId(named(next)), '*', 'service');
      registry.createDevice({ deviceId: deviceId(`${named(next)}-new`) }, 'service');
      next += 1;
    });
    const ids = idsOf(rows).filter((id) => /^d\d{4}$/.test(id));
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(expect.arrayContaining(Array.from({ length: 26 }, (_, index) => named(index + 14))));
  });

  it('when groups come between pages, the others are given once each', async () => {
    const { queries, registry, twins } = withDevices(9);
    let next = 0;
    const rows = await allRows(queries, 'SELECT tags.floor FROM devices GROUP BY tags.floor', 1, () => {
      registry.createDevice({ deviceId: deviceId(`new-${next}`) }, 'service');
      twins.patch(deviceIdentity(`new-${next}`), { tags: { floor: -1 - next } }, '*', 'service');
      next += 1;
    });
    const floors = rows.map((row) => row['floor']);
    expect(new Set(floors).size).toBe(floors.length);
    expect(floors).toEqual(expect.arrayContaining([0, 1, 2]));
  });

  it('when whole twins are asked for, they are told from what is selected of them', async () => {
    const { queries } = withDevices(1);
    const page = { limit: 10, continuation: null };
    expect((await queries.run('SELECT * FROM devices', page)).kind).toBe('twin');
    expect((await queries.run('SELECT deviceId FROM devices', page)).kind).toBe('raw');
    expect((await queries.run('SELECT COUNT() AS n FROM devices', page)).rows).toEqual([{ n: 1 }]);
  });
});

describe('a page', () => {
  it('when its twins are large, it holds fewer than asked for, and the next goes on', async () => {
    const { queries, twins } = withDevices(40);
    for (let index = 0; index < 40; index++) {
      const large = Object.fromEntries(Array.from({ length: 7 }, (_, key) => [`k${key}`, 'x'.repeat(4000)]));
      await twins.report(deviceIdentity(named(index)), large);
      twins.patch(deviceIdentity(named(index)), { desired: large }, '*', 'service');
    }
    const page = await queries.run('SELECT * FROM devices', { limit: 1000, continuation: null });
    expect(page.rows.length).toBeGreaterThan(30);
    expect(page.rows.length).toBeLessThan(40);
    expect(await allRows(queries, 'SELECT * FROM devices', 1000)).toHaveLength(40);
  });
});

describe('a continuation', () => {
  const query = 'SELECT deviceId FROM devices';

  it('when it belongs to another query, it is refused', async () => {
    const { queries } = withDevices(3);
    const { continuation } = await queries.run(query, { limit: 1, continuation: null });
    await expect(queries.run(`${query} WHERE tags.floor = 1`, { limit: 1, continuation })).rejects.toMatchObject({
      code: 'request.invalid',
      message: expect.stringContaining('belongs to another query'),
    });
  });

  it.each(['\u0000', 'x', 'AAAA', Buffer.from('{"after":1}').toString('base64url')])(
    'when it is %j, which is none of ours, it is refused',
    async (continuation) => {
      await expect(withDevices(0).queries.run(query, { limit: 1, continuation })).rejects.toMatchObject({
        code: 'request.invalid',
        message: expect.stringContaining('is not one of this hub'),
      });
    },
  );

  it('when the hub was started anew, it still holds', async () => {
    const { queries, ...parts } = withDevices(3);
    const { continuation } = await queries.run(query, { limit: 2, continuation: null });
    const { rows } = await createQueryOperations(parts).run(query, { limit: 2, continuation });
    expect(idsOf(rows)).toEqual([named(2)]);
  });

  it('when TOP was used up by the pages before, nothing is left', async () => {
    const { queries } = withDevices(3);
    const top = 'SELECT TOP 3 deviceId FROM devices';
    const { continuation } = await queries.run(top, { limit: 2, continuation: null });
    const token = Buffer.from(String(continuation), 'base64url').toString().replace('.2.', '.9.');
    const page = await queries.run(top, { limit: 2, continuation: Buffer.from(token).toString('base64url') });
    expect(page).toEqual({ kind: 'raw', rows: [], continuation: null });
    const groups = 'SELECT TOP 3 tags.floor FROM devices GROUP BY tags.floor';
    const { continuation: ofGroups } = await queries.run(groups, { limit: 2, continuation: null });
    const spent = Buffer.from(String(ofGroups), 'base64url').toString().replace('.2.', '.9.');
    const none = await queries.run(groups, { limit: 2, continuation: Buffer.from(spent).toString('base64url') });
    expect(none.rows).toEqual([]);
  });
});

describe('refusals', () => {
  it('when the query cannot be read, the refusal says where and how to mend it, and all of it', async () => {
    const { queries } = withDevices(0);
    const refusal = expect.objectContaining({
      code: 'query.invalid',
      message: expect.stringMatching(/at 7: .*nope.* at 13: .*neither/),
    });
    const query = 'SELECT nope, neither FROM devices';
    await expect(queries.run(query, { limit: 10, continuation: null })).rejects.toEqual(refusal);
    await expect(queries.count(query)).rejects.toEqual(refusal);
  });

  it.each([
    ['a megabyte', `SELECT * FROM devices WHERE ${'tags.a = 1 OR '.repeat(75_000)}tags.a = 2`],
    ['a megabyte of blanks', `SELECT * FROM devices${' '.repeat(1_000_000)};x`],
    ['deep nesting', `SELECT * FROM devices WHERE ${'('.repeat(4000)}tags.a`],
    ['many NOTs', `SELECT * FROM devices WHERE ${'NOT '.repeat(2000)}tags.a`],
  ])('when the query is %s, it is refused', async (_, query) => {
    const { queries } = withDevices(1);
    await expect(queries.count(query)).rejects.toMatchObject({ code: 'query.invalid' });
  });

  it.each(['__proto__', 'constructor', 'toString'])(
    'when a column is called %s, it is a column like any other',
    async (name) => {
      const { queries } = withDevices(1);
      const { rows } = await queries.run(`SELECT deviceId AS ${name} FROM devices`, { limit: 1, continuation: null });
      expect(JSON.stringify(rows)).toBe(`[{"${name}":"d0000"}]`);
      expect(
        await queries.count(`SELECT * FROM devices WHERE IS_DEFINED(tags.${name}) OR tags.${name}.${name} = 'x'`),
      ).toBe(0);
    },
  );
});

describe('turns', () => {
  it('when a query looks at many devices, others have their turn in between, of a few milliseconds', async () => {
    const parts = withDevices(2000);
    const queries = createQueryOperations({ ...parts, clock: createSystemClock() });
    const heavy = Array.from({ length: 250 }, (_, index) => `ENDSWITH(tags.k${index % 40}, '${index}')`).join(' OR ');
    const turns: number[] = [];
    let lastAt = performance.now();
    const count = (): void => {
      turns.push(performance.now() - lastAt);
      lastAt = performance.now();
      next = setImmediate(count);
    };
    let next = setImmediate(count);
    await queries.count(`SELECT * FROM devices WHERE ${heavy}`);
    clearImmediate(next);
    expect(turns.length).toBeGreaterThanOrEqual(8);
    // Typically 5: what is asserted leaves room for a busy machine.
    expect(turns.toSorted((left, right) => left - right)[Math.floor(turns.length / 2)]).toBeLessThan(25);
  });
});

describe('many at once', () => {
  it('when queries run side by side, each turn is one query’s, and all are answered', async () => {
    const { queries } = withDevices(100);
    let turns = 0;
    const count = (): void => {
      turns += 1;
      next = setImmediate(count);
    };
    let next = setImmediate(count);
    const answers = await Promise.all(Array.from({ length: 20 }, () => queries.count('SELECT * FROM devices')));
    clearImmediate(next);
    expect(new Set(answers)).toEqual(new Set([100]));
    expect(turns).toBeGreaterThanOrEqual(20 * 3 - 1);
  });
});

describe('groups', () => {
  const query = 'SELECT deviceId FROM devices GROUP BY deviceId';

  it('when they fill many pages, the fleet is walked once for all of them, and again for who asks anew', async () => {
    const { store, clock } = withDevices(30);
    let walks = 0;
    const open: typeof store.read.queries.open = (wanted) => {
      walks += 1;
      return store.read.queries.open(wanted);
    };
    const queries = createQueryOperations({ store: { read: { ...store.read, queries: { open } } }, clock });
    expect(idsOf(await allRows(queries, query, 4))).toEqual(Array.from({ length: 30 }, (_, index) => named(index)));
    expect(walks).toBe(1);
    await allRows(queries, query, 4);
    expect(walks).toBe(2);
    // A minute later what was kept is gone, and the same continuation still leads on.
    const { continuation } = await queries.run(query, { limit: 29, continuation: null });
    clock.advance(60_000);
    expect(idsOf((await queries.run(query, { limit: 29, continuation })).rows)).toEqual([named(29)]);
    expect(walks).toBe(4);
  });

  it.each([
    ['there are more groups than are counted', 29],
    ['there are as many as are counted', 30],
  ])('when %s, it is told as such', async (_title, mostGroups) => {
    const { store, clock } = withDevices(30);
    const queries = createQueryOperations({ store, clock, mostGroups });
    const asked = [queries.run(query, { limit: 5, continuation: null }), queries.count(query)];
    if (mostGroups === 30) expect(await Promise.all(asked)).toMatchObject([{ kind: 'raw' }, 30]);
    else
      for (const each of await Promise.allSettled(asked))
        expect(each).toMatchObject({
          status: 'rejected',
          reason: { kind: 'refused', code: 'query.too-many-groups', message: expect.stringContaining('narrow it') },
        });
  });
});
