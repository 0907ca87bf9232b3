// Devices on which a rollback did not stay: what it had taken back reaches them again, whatever brought that about, and the journal
// alone tells the same.
import { expect, test } from 'vitest';
import { deploymentId, deviceId } from '#test/support/hub-parts.ts';
import { inTwo, rollbackSite, without } from '#test/support/rollback-site.ts';

const { site, back, folded, rolledOut, sent } = rollbackSite();
const reached = (id: string) => site.state('v2').devices.get(deviceId(id))?.isAdmitted;

function toldAlike(): void {
  for (const id of ['v2', 'v2-back-1']) expect(folded(id)).toEqual(site.state(id));
}

test('when a device failed in a rollback that then ends, it is given again what it went back to by itself', async () => {
  await rolledOut('d1', 'd2');
  const ran = sent('d1');
  await back(without());
  await site.end('d1', 'failed-rolled-back');
  expect([site.bases(), reached('d1')]).toEqual([{ d1: 'v1', d2: 'v1' }, false]);
  await site.end('d2');
  await site.settle();
  expect(site.standings('v2-back-1')).toEqual({ d1: 'failure', d2: 'success' });
  expect([site.bases(), reached('d1'), reached('d2')]).toEqual([{ d1: 'v2', d2: 'v1' }, true, false]);
  expect(sent('d1')).toEqual(ran);
  toldAlike();
});

test('when a device leaves the rollback in mid-change, it has again what was taken back', async () => {
  await rolledOut('d1', 'd2');
  await back(without(), { waves: inTwo });
  const made = site.parts.deployments.get(deploymentId('v2-back-1'));
  site.parts.deployments.update({ ...made, targetCondition: "deviceId = 'd2'" }, '*', 'service');
  await site.settle();
  expect(site.standings('v2-back-1')).toEqual({ d1: 'aborted', d2: 'pending' });
  expect([site.bases(), reached('d1')]).toEqual([{ d1: 'v2', d2: 'v1' }, true]);
  toldAlike();
});

test('when the rollback is canceled and its device fails, that has again what was taken back, and the rest never lost it', async () => {
  await rolledOut('d1', 'd2');
  await back(without(), { waves: inTwo });
  await site.operations.orderRollout({ deploymentId: 'v2-back-1', order: 'cancel' });
  await site.end('d1', 'failed-rolled-back');
  await site.settle();
  expect(site.state('v2-back-1').status).toBe('canceled');
  expect([site.bases(), reached('d1')]).toEqual([{ d1: 'v2', d2: 'v2' }, true]);
  toldAlike();
});
