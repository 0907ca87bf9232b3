// Conditions and metric queries of configurations over the REST API: each fault in its own sentence, tested or kept.
import { expect, it } from 'vitest';
import { serviceCalls, url } from '#test/support/service-calls.ts';

const { call } = serviceCalls();

it('when a condition and a metric are wrong, each has its own sentence in a 200', async () => {
  const response = await call('POST', url('/configurations/testQueries'), {
    body: {
      targetCondition: 'deviceId = edge1',
      customMetricQueries: { good: 'SELECT * FROM devices', bad: 'DELETE' },
    },
  });
  expect(response.statusCode).toBe(200);
  expect(response.json()).toEqual({
    targetConditionError: expect.stringContaining("'edge1'"),
    customMetricQueryErrors: { bad: expect.stringContaining('SELECT') },
  });
});

it('when a metric query is too long, it is told as any other fault of it, tested or kept', async () => {
  const queries = { long: `SELECT * FROM devices WHERE tags.a = '${'x'.repeat(8192)}'` };
  const tested = await call('POST', url('/configurations/testQueries'), { body: { customMetricQueries: queries } });
  expect(tested.json()).toMatchObject({
    customMetricQueryErrors: { long: expect.stringMatching(/^at 8192: a query has at most 8192 characters/) },
  });
  const body = { content: { deviceContent: { 'properties.desired.a': 1 } }, metrics: { queries } };
  const kept = await call('PUT', url('/configurations/c'), { body });
  expect([kept.statusCode, kept.json()]).toEqual([400, expect.objectContaining({ errorCode: 400404 })]);
});

it('when a semicolon is in the way, the refusal says so, although no message holds one', async () => {
  const body = { content: { deviceContent: { 'properties.desired.a': 1 } }, targetCondition: "tags.a = 'x';" };
  const response = await call('PUT', url('/configurations/c'), { body });
  expect(response.json<{ Message: string }>().Message.split(';')).toEqual([
    'ErrorCode:InvalidConfigurationTargetCondition',
    expect.stringContaining('unexpected semicolon: remove it'),
  ]);
});
