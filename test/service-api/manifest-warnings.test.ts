// What IoT Hub would take and the az CLI would not, told in a header beside the answer.
import { createHmac } from 'node:crypto';
import { fastify } from 'fastify';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import { signSharedAccessSignature } from '#contract/shared-access-signature.ts';
import type { HubOperations } from '#hub/hub-types.ts';
import { createQueryOperations } from '#hub/query-operations.ts';
import { serviceApi } from '#service-api/service-api.ts';
import { aManifest, aModuleEntry, inAgent } from '#test/support/build-manifest.ts';
import { createConsoleOperations } from '#test/support/console-operations.ts';
import { createHubParts } from '#test/support/hub-parts.ts';

const serviceKey = Buffer.alloc(32, 7).toString('base64');
let app: ReturnType<typeof fastify>;
let authorization: string;

beforeEach(async () => {
  const parts = createHubParts();
  const { registry, twins, deployments, clock, log } = parts;
  const operations = { registry, twins, deployments, queries: createQueryOperations(parts) };
  const hub = { ...operations, ...createConsoleOperations(parts) } as unknown as HubOperations;
  const expiresAtS = clock.nowMs() / 1000 + 60;
  const asked = { resource: 'hub.local', keyBase64: serviceKey, expiresAtS, keyName: 'service' };
  authorization = signSharedAccessSignature(asked, (key, text) =>
    createHmac('sha256', Buffer.from(key, 'base64')).update(text).digest('base64'),
  );
  app = fastify();
  await app.register(serviceApi({ hub, clock, log, serviceKey, isOwnName: () => true }));
});
afterEach(() => app.close());

async function put(content: JsonObject) {
  const answer = await app.inject({
    method: 'PUT',
    url: '/configurations/c?api-version=2021-04-12',
    headers: { authorization },
    payload: { id: 'c', content, targetCondition: '' },
  });
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
