// Twin queries by the unmodified `azure-iothub` 1.16, over real TLS on port 443: pages, projections, modules, refusals.
import { beforeAll, expect, it } from 'vitest';
import { agentSection } from '#test/support/hub-parts.ts';
import { describeServiceSite } from '#test/support/service-suite.ts';

interface Answer {
  readonly result: readonly Record<string, unknown>[];
  readonly message: { readonly headers: Readonly<Record<string, string>> };
}

await describeServiceSite('127.0.0.45', "azure-iothub's queries", (site) => {
  beforeAll(async () => {
    for (let index = 0; index < 7; index++) {
      const deviceId = `query-${index}`;
      await site.registry.create({ deviceId, capabilities: { iotEdge: index < 3 } });
      await site.registry.updateTwin(deviceId, { tags: { floor: index % 3, site: 'north' } }, '*');
    }
    const content = { modulesContent: { $edgeAgent: { 'properties.desired': agentSection(['m1']) } } };
    await site.registry.addConfiguration({
      id: 'base-1',
      schemaVersion: '1.0',
      content,
      targetCondition: 'tags.floor < 2',
    });
    await site.hub.evaluation.settled();
  });

  const ask = async (query: string, pageSize?: number) => {
    const asked = site.registry.createQuery(query, pageSize);
    const pages: Answer[] = [];
    while (asked.hasMoreResults) pages.push((await asked.next(asked.continuationToken)) as unknown as Answer);
    return { rows: pages.flatMap(({ result }) => result), headers: pages.map(({ message }) => message.headers) };
  };

  it('when twins are asked for page by page, each is a twin that can be changed by its etag', async () => {
    const query = site.registry.createQuery("SELECT * FROM devices WHERE tags.site = 'north'", 3);
    const pages: string[][] = [];
    while (query.hasMoreResults) {
      const { result } = await query.nextAsTwin();
      pages.push(result.map(({ deviceId }) => deviceId));
      for (const twin of result) {
        const read = await site.registry.getTwin(twin.deviceId);
        expect(twin.toJSON()).toEqual(read.responseBody.toJSON());
        await twin.update({ tags: { seen: true } });
      }
    }
    expect(pages).toEqual([['query-0', 'query-1', 'query-2'], ['query-3', 'query-4', 'query-5'], ['query-6']]);
    expect((await ask('SELECT COUNT() AS n FROM devices WHERE tags.seen = true')).rows).toEqual([{ n: 7 }]);
  });

  it.each([
    [
      'SELECT TOP 2 DeviceId, tags.floor FROM devices',
      [
        { deviceId: 'query-0', floor: 0 },
        { deviceId: 'query-1', floor: 1 },
      ],
    ],
    [
      'SELECT tags.floor AS floor, COUNT() AS numberOfDevices FROM devices GROUP BY tags.floor',
      [
        { floor: 0, numberOfDevices: 3 },
        { floor: 1, numberOfDevices: 2 },
        { floor: 2, numberOfDevices: 2 },
      ],
    ],
    [
      "select deviceId from devices.modules where moduleId = '$edgeAgent' and configurations.[[base-1]].status = 'Applied'",
      [{ deviceId: 'query-0' }, { deviceId: 'query-1' }],
    ],
    [
      "SELECT moduleId FROM devices.modules WHERE deviceId = 'query-2'",
      [{ moduleId: '$edgeAgent' }, { moduleId: '$edgeHub' }],
    ],
    [
      'SELECT deviceId FROM devices WHERE capabilities.iotEdge = true AND NOT tags.floor IN [0, 1]',
      [{ deviceId: 'query-2' }],
    ],
    [
      "SELECT status, connectionState FROM devices WHERE deviceId = 'query-0'",
      [{ status: 'enabled', connectionState: 'Disconnected' }],
    ],
  ])('when the query is %s, that is the answer, on pages of any size', async (query, rows) => {
    for (const pageSize of [1, 2, 1000]) {
      const answer = await ask(query, pageSize);
      expect(answer.rows).toEqual(rows);
      expect(answer.headers[0]).toMatchObject({ 'x-ms-item-type': 'Raw' });
    }
  });

  it('when modules are asked for whole, they are twins too', async () => {
    const { rows, headers } = await ask("SELECT * FROM devices.modules WHERE deviceId = 'query-0'");
    expect(rows.map(({ moduleId }) => moduleId)).toEqual(['$edgeAgent', '$edgeHub', 'm1']);
    const { responseBody } = await site.registry.getModuleTwin('query-0', '$edgeAgent');
    // The SDK gives tags to a twin that has none.
    expect({ ...rows[0], tags: {} }).toEqual(JSON.parse(JSON.stringify(responseBody.toJSON())));
    expect(headers[0]).toMatchObject({ 'x-ms-item-type': 'Twin' });
  });

  it.each([
    ['SELECT * FROM devices.jobs', /at 14: this hub runs no jobs/],
    ['SELECT * FROM devices WHERE tags.site = north', /at 40: text values need single quotes: 'north'/],
    ['SELECT deviceId, COUNT() FROM devices', /at 7: deviceId differs within a group/],
    [`SELECT * FROM devices WHERE tags.a = '${'x'.repeat(8192)}'`, /a query has at most 8192 characters/],
  ])('when the query is %.60s, the refusal is IoT Hub’s with our sentence', async (query, sentence) => {
    const error = (await site.registry
      .createQuery(query)
      .next()
      .catch((thrown: unknown) => thrown)) as Error & {
      response: { statusCode: number; headers: Record<string, string> };
    };
    expect(error.name).toBe('ArgumentError');
    expect(error.response.statusCode).toBe(400);
    expect(error.response.headers['iothub-errorcode']).toBe('ArgumentInvalid');
    expect(error.message).toMatch(sentence);
  });

  it('when a page is asked for by the token of another query, it is refused', async () => {
    const query = site.registry.createQuery('SELECT * FROM devices', 2);
    await query.next();
    const other = site.registry.createQuery('SELECT * FROM devices.modules', 2);
    await expect(other.next(query.continuationToken)).rejects.toThrow(/belongs to another query/);
  });
});
