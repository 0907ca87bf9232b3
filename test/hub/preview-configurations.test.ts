// Previews with automatic configurations: what they would write to twins of devices and modules, and for whom it is too much.
import { expect, test } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import type { PreviewChange } from '#domain/layering/preview-change.ts';
import { aNewConfiguration, deviceId, deviceIdentity } from '#test/support/hub-parts.ts';
import { large, previewSite } from '#test/support/preview-site.ts';

const { parts, addDevices, preview } = previewSite();

const own = (id: string, content: JsonObject): PreviewChange => ({
  kind: 'create',
  id,
  deploymentKind: 'device',
  priority: 1,
  targetCondition: '*',
  content,
});

test('when an automatic configuration would mean a device by its new tag, what its twin would hold is told', async () => {
  addDevices(1);
  parts.registry.createDevice({ deviceId: deviceId('plain'), isEdge: false }, 'service');
  const content = { 'properties.desired.interval': 5 };
  const wanted = aNewConfiguration('auto', { targetCondition: 'tags.ring = 1', content });
  parts.deployments.create(wanted, 'service');
  await parts.controller.settled();
  const answer = await preview({ kind: 'tag', deviceIds: ['plain'], patch: { ring: 1 } });
  expect(answer.counts).toMatchObject({ devices: 2, excluded: 0, considered: 2, changed: 1, unaffected: 1 });
  expect(answer.groups).toMatchObject([
    { deviceIds: ['plain'], modules: [], properties: [{ moduleId: '', path: ['interval'], after: 5 }] },
  ]);
});

test('when a device configuration would write to twins that differ elsewhere, they are one group, told by what changes', async () => {
  for (const id of ['a', 'b']) {
    parts.registry.createDevice({ deviceId: deviceId(id), isEdge: false }, 'service');
    parts.twins.patch(deviceIdentity(id), { desired: { serial: id, rate: 9 } }, '*', 'service');
  }
  await parts.controller.settled();
  const { counts, groups } = await preview(own('settings', { 'properties.desired.rate': 1 }));
  expect(counts).toMatchObject({ considered: 2, changed: 2 });
  expect(groups.map(({ deviceIds, properties }) => [deviceIds, properties])).toEqual([
    [['a', 'b'], [{ moduleId: '', path: ['rate'], before: 9, after: 1 }]],
  ]);
});

test('when what a configuration would write is too much for a twin, the refusal says whose twin', async () => {
  parts.registry.createDevice({ deviceId: deviceId('a'), isEdge: false }, 'service');
  await parts.controller.settled();
  parts.deployments.create(aNewConfiguration('some', { content: large('p') }), 'service');
  await parts.controller.settled();
  const { groups } = await preview(own('more', large('q')));
  expect(groups.map(({ refusal }) => refusal)).toEqual([expect.stringMatching(/^Its own twin would stay as it is: /)]);
});
