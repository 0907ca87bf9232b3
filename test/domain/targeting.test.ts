// From devices to the deployments meant for them, and the queries that ask for devices.
import { describe, expect, test } from 'vitest';
import type { DeviceId } from '#base/ids.ts';
import { parseCondition, type Condition } from '#domain/condition.ts';
import { parseDeviceQuery } from '#domain/device-query.ts';
import { targetsFor } from '#domain/targeting.ts';
import { aBase, aDeployment } from '#test/support/build-deployment.ts';

function parsed(text: string): Condition {
  const result = parseCondition(text);
  if (!result.ok) throw new Error(text);
  return result.value;
}

test('when several conditions match a device, it gets those deployments in the order given', () => {
  const aimed = [
    { deployment: aBase(), condition: parsed('*') },
    { deployment: aDeployment({ id: 'south' }), condition: parsed("tags.site = 'south'") },
    { deployment: aDeployment({ id: 'north' }), condition: parsed("tags.site = 'north'") },
    { deployment: aDeployment({ id: 'no-one' }), condition: parsed('') },
    { deployment: aDeployment({ id: 'unknown' }), condition: parsed("tags.ring != 'x'") },
  ];
  const subject = { deviceId: 'd' as DeviceId, tags: { site: 'north' }, reported: {} };
  expect(targetsFor(subject, aimed).map(({ id }) => id)).toEqual(['base', 'north']);
});

describe('device queries', () => {
  test.each<[string, string | null]>([
    ['SELECT * FROM devices', null],
    [' select*from Devices \n', null],
    ["SELECT * FROM devices WHERE tags.site = 'north'", "tags.site = 'north'"],
    ["select * from devices\nwhere(deviceId = 'a')", "(deviceId = 'a')"],
  ])('when the query is %j, its condition is %j', (text, condition) => {
    const query = parseDeviceQuery(text);
    expect(query.ok && (query.value.condition?.text ?? null)).toBe(condition);
  });

  test.each<[string, string]>([
    ['‸UPDATE devices', 'a query starts with SELECT'],
    ['‸', 'a query starts with SELECT'],
    ['SELECT ‸deviceId FROM devices', 'only whole devices are answered: write SELECT *.'],
    ['SELECT * ‸WHERE 1 = 1', 'FROM is missing'],
    ['SELECT * FROM ‸devices.modules', 'only devices can be asked for: write FROM devices.'],
    ['SELECT * FROM ‸devices2', 'only devices can be asked for'],
    ['SELECT * FROM devices ‸GROUP BY tags.site', 'only WHERE may follow FROM devices: remove the rest.'],
    ['SELECT * FROM devices WHERE‸', 'a condition is missing after WHERE'],
    ['SELECT * FROM devices WHERE ‸*', '* is no condition in a query: remove WHERE'],
    ['SELECT * FROM devices WHERE tags.site = ‸north', "text values need single quotes: 'north'."],
  ])('when the query is %j, it says: %s', (marked, message) => {
    const query = parseDeviceQuery(marked.replace('‸', ''));
    expect(query.ok ? [] : query.problems).toEqual([
      { code: 'query.invalid', at: marked.indexOf('‸'), message: expect.stringContaining(message) as string },
    ]);
  });
});
