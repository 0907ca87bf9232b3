// Contents that are none, of whatever JSON they are: IoT Hub's code for a content, and a sentence that says what to write.
import { beforeEach, expect, it } from 'vitest';
import { deviceId } from '#test/support/hub-parts.ts';
import { serviceCalls, url } from '#test/support/service-calls.ts';

const { parts, call } = serviceCalls();
const refusal = (words: string | RegExp) =>
  expect.objectContaining({ errorCode: 400402, Message: expect.stringMatching(words) });

beforeEach(() => void parts.registry.createDevice({ deviceId: deviceId('d1'), isEdge: true }, 'service'));

it.each<[unknown, RegExp]>([
  [[], /The content is no object: write one of modulesContent/],
  ['x', /The content is no object/],
  [5, /The content is no object/],
  [null, /The content has none of modulesContent/],
  [{}, /The content has none of modulesContent/],
  [{ modulesContent: [] }, /modulesContent: it must be an object of module ids/],
  [{ modulesContent: 'x' }, /modulesContent: it must be an object of module ids/],
  [{ modulesContent: '' }, /modulesContent: it must be an object of module ids/],
  [{ modulesContent: { $edgeAgent: [] } }, /modulesContent\.\$edgeAgent/],
  [{ deviceContent: ['a'] }, /deviceContent: it must be an object of twin paths/],
  [{ deviceContent: 0 }, /deviceContent: it must be an object of twin paths/],
  [{ moduleContent: false }, /moduleContent: it must be an object of twin paths/],
  [{ modulesContent: [], deviceContent: 'x' }, /The content has several of/],
])('when the content of a configuration is %j, it is refused as a content', async (content, words) => {
  const targetCondition = (content as { moduleContent?: unknown } | null)?.moduleContent === undefined ? '*' : '';
  const response = await call('PUT', url('/configurations/c'), { body: { content, targetCondition } });
  expect([response.statusCode, response.json()]).toEqual([400, refusal(words)]);
  expect(parts.store.read.deployments.list()).toEqual([]);
});

it.each<[unknown, RegExp]>([
  [[], /The content is no object/],
  ['"x"', /The content is no object/],
  [{}, /The content for one device must be/],
  [{ modulesContent: [] }, /modulesContent: it must be an object of module ids/],
  [{ modulesContent: 'x' }, /modulesContent: it must be an object of module ids/],
  [{ deviceContent: ['a'] }, /deviceContent: it must be an object of twin paths/],
  [{ deviceContent: '' }, /deviceContent: it must be an object of twin paths/],
  [{ moduleContent: [] }, /moduleContent is for configurations/],
])('when the content for one device is %j, it is refused as a content', async (body, words) => {
  const response = await call('POST', url('/devices/d1/applyConfigurationContent'), { body });
  expect([response.statusCode, response.json()]).toEqual([400, refusal(words)]);
  expect(parts.journal('manifest-set')).toEqual([]);
});
