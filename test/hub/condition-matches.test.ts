// The devices a condition means while it is typed: how many, which, and why one of them is meant or not.
import { expect, test } from 'vitest';
import { deviceId, deviceIdentity } from '#test/support/hub-parts.ts';
import { previewSite } from '#test/support/preview-site.ts';

const site = previewSite();
const { parts, addDevices } = site;

test('when a condition is typed, the devices it means are counted, listed and explained', async () => {
  addDevices(3, { ring: 1 });
  addDevices(1, { ring: 2 }, 'e');
  parts.registry.createDevice({ deviceId: deviceId('plain'), isEdge: false }, 'service');
  parts.twins.patch(deviceIdentity('plain'), { tags: { ring: 1 } }, '*', 'service');
  const matches = (condition: string, explainFor: string | null) =>
    site.previews.matchesOf({ condition, explainFor, limit: 2 });
  expect(await matches('tags.ring = 1', 'e000')).toEqual({
    ok: true,
    count: 3,
    edgeDevices: 4,
    notEdge: 1,
    deviceIds: ['d000', 'd001'],
    explanation: expect.objectContaining({ isMatch: false, sentence: expect.stringContaining('tags.ring') }),
  });
  expect(await matches('*', 'unknown')).toMatchObject({ count: 4, explanation: null });
  expect(await matches('*', 'no id')).toMatchObject({ explanation: null });
  expect(await matches('tags.ring = ', null)).toMatchObject({
    ok: false,
    problems: [{ code: 'deployment.condition' }],
  });
  const leaving = AbortSignal.abort();
  await expect(site.previews.matchesOf({ condition: '*', explainFor: null, limit: 2 }, leaving)).rejects.toMatchObject({
    code: 'preview.cancelled',
  });
});
