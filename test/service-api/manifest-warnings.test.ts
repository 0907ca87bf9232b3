// What IoT Hub would take and the az CLI would not, told in a header beside the answer.
import { expect, test } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import { aManifest, aModuleEntry, inAgent } from '#test/support/build-manifest.ts';
import { serviceCalls, url } from '#test/support/service-calls.ts';

const { call } = serviceCalls();

async function put(content: JsonObject) {
  const answer = await call('PUT', url('/configurations/c'), { body: { id: 'c', content, targetCondition: '' } });
  return { status: answer.statusCode, warnings: answer.headers['lanyard-warnings'] };
}

test('when a manifest breaks the schemas, it is taken as IoT Hub takes it, and a header says what is wrong', async () => {
  const answer = await put({ modulesContent: inAgent('modules.a', { settings: { image: 'a:1' } }) });
  expect(answer).toEqual({
    status: 200,
    warnings: expect.stringMatching(
      /^3; modulesContent\.\$edgeAgent\["properties\.desired\.modules\.a"\]\.type: it is missing: add "type": "docker"\. \| /,
    ),
  });
});

test('when there is more to say than a header holds, it says how much', async () => {
  const fields = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`größe${index}`, index]));
  const { status, warnings } = await put({ modulesContent: inAgent('modules.a', aModuleEntry(fields)) });
  expect(status).toBe(200);
  expect(warnings).toMatch(/^40; modulesContent.*"gr\?\?e0" is no field of a module/);
  expect(String(warnings).length).toBeLessThan(2000);
});

test.each<[string, JsonObject]>([
  ['a manifest is as the schemas have it', { modulesContent: aManifest() }],
  ['it is no manifest', { deviceContent: { 'properties.desired.a': 1 } }],
])('when %s, there is no such header', async (_title, content) => {
  expect(await put(content)).toEqual({ status: 200, warnings: undefined });
});
