// Devices that fall silent while in change: who had not switched gets the deployment no more, and really not; what they tell later is
// told beside how they ended; and a gate or an unpacking that takes long is no silence.
import { expect, test } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import { explainDevice } from '#domain/rollouts/rollout-explain.ts';
import { deviceId } from '#test/support/hub-parts.ts';
import { rollbackSite } from '#test/support/rollback-site.ts';

const { site, folded, sent } = rollbackSite();

const minuteMs = 60_000;
const device = (id = 'd1') => {
  const found = site.state().devices.get(deviceId(id));
  if (found === undefined) throw new Error(`the rollout has no device '${id}'`);
  return found;
};

/** What its agent tells of the attempt it was sent. */
const told = (id: string, step: string, more: JsonObject = {}): JsonObject => {
  const { desired } = site.agentOf(id);
  const attempt = { version: desired.version, attempt: site.termsOf(id)?.attempt ?? 0, number: 1, step, ...more };
  return { lanyard: { attempt: { doneBytes: 1, totalBytes: 9, verdict: null, reason: null, ...attempt } } };
};

/** `d1` is in change, `d2` waits for it. */
async function inChange(policy = {}): Promise<void> {
  await site.devices('d1', 'd2');
  await site.rollOut({ concurrency: 1, stepLimitMs: minuteMs, ...policy });
}

test('when one stalls in its download, it is withdrawn, and a late end of it changes nothing', async () => {
  await inChange();
  const before = sent('d2');
  const layers = [{ id: 'ab12', image: 'v2:1', doneBytes: 1, totalBytes: 9 }];
  await site.report('d1', told('d1', 'downloading', { hasSwitched: false, layers }));
  const late = told('d1', 'ended', { verdict: 'done' });
  await site.pass(61_000);
  expect(device()).toMatchObject({ standing: 'failure', verdict: 'failed-unchanged', isAdmitted: false });
  expect(device().reason).toMatch(
    /^While downloading, module 'v2' showed no progress for 1 minute\. Nothing had been /,
  );
  // What it is to run is what it ran before, without terms of the rollout.
  expect(site.bases()).toMatchObject({ d1: 'v1' });
  expect(sent('d1')).toEqual(before);
  expect(site.termsOf('d1')).toBeNull();
  const stalled = device();
  await site.report('d1', late);
  expect(device()).toEqual({
    ...stalled,
    told: { ...stalled.told, hasSwitched: true },
    reason: `${stalled.reason} It had switched before it heard of that, and gets what applies without the deployment.`,
  });
  expect(explainDevice(site.state(), device(), { wallMs: 0, runMs: 0 })).toContain(
    'It had switched before it heard of',
  );
  await site.report('d1', late);
  expect(site.bases()).toMatchObject({ d1: 'v1' });
  expect(folded('v2')).toEqual(site.state());
});

test('when it verifies after it was given up, that it switched is told; a report of before the attempt tells nothing', async () => {
  await inChange();
  const verifying = told('d1', 'verifying', { hasSwitched: true });
  await site.report('d1', { lanyard: { attempt: { ...told('d1', 'ended', { verdict: 'done', version: 1 }) } } });
  await site.pass(61_000);
  const { reason } = device();
  expect(reason).toMatch(/^While preparing, the device said nothing of it for 1 minute\. /);
  await site.report('d1', verifying);
  expect(device().reason).not.toBe(reason);
  expect(device()).toMatchObject({ standing: 'failure', verdict: 'failed-unchanged' });
});

test('when another rollout brings it something else afterwards, that it carried that out tells nothing of this one', async () => {
  await inChange();
  await site.pass(61_000);
  const stalled = device();
  expect(stalled).toMatchObject({ standing: 'failure', attempt: 1 });
  await site.rollOut({}, 'v3');
  expect(site.termsOf('d1')).toMatchObject({ attempt: 1 });
  await site.end('d1');
  expect(site.state('v3').devices.get(deviceId('d1'))).toMatchObject({ standing: 'success' });
  expect(device().reason).toBe(stalled.reason);
});

test('when it is tried again, it has the deployment again as another attempt, and the first tells nothing of that', async () => {
  await inChange({ retries: 1, concurrency: null });
  const first = told('d1', 'ended', { verdict: 'done' });
  await site.pass(61_000);
  expect(site.termsOf('d1')).toMatchObject({ attempt: 2 });
  await site.report('d1', first);
  expect(device()).toMatchObject({ standing: 'pending', isChanging: true, attempt: 2 });
  await site.end('d1');
  expect(device()).toMatchObject({ standing: 'success', verdict: 'done' });
  expect(folded('v2')).toEqual(site.state());
});

test('when it went on to switch, its silence leaves it with the deployment, for it may run either', async () => {
  await inChange();
  await site.report('d1', told('d1', 'installing', { hasSwitched: true }));
  await site.pass(61_000);
  expect(device()).toMatchObject({ standing: 'failure', verdict: 'failed-stuck', isAdmitted: true });
  expect(site.bases()).toMatchObject({ d1: 'v2' });
});

test('when its gate takes longer than a step may, it has the time it tells', async () => {
  await inChange();
  await site.report('d1', told('d1', 'verifying', { hasSwitched: true, limitSeconds: 3 * 3600 }));
  await site.pass(3 * 3600_000);
  expect(device()).toMatchObject({ standing: 'verifying', isChanging: true });
  await site.restart();
  await site.end('d1');
  expect(device()).toMatchObject({ standing: 'success' });
  expect(folded('v2')).toEqual(site.state());
});

test('when an agent of before does not tell that, it is known from what it was sent', async () => {
  await inChange({ settleMs: 600_000, stepLimitMs: 1_860_000 });
  await site.report('d1', told('d1', 'verifying'));
  expect(device().told).toEqual({ limitMs: 1_800_000 });
});

test('when it tells a gate without end, it is not believed', async () => {
  await inChange();
  await site.report('d1', told('d1', 'verifying', { hasSwitched: true, limitSeconds: 1e12 }));
  await site.pass(121_000);
  expect(device()).toMatchObject({ standing: 'failure' });
});

test('when all has come and it unpacks, that is progress as long as it moves', async () => {
  await inChange();
  for (const unpacked of [1, 2, 3]) {
    await site.report('d1', told('d1', 'downloading', { unpacked, doneBytes: 9 }));
    await site.pass(50_000);
  }
  expect(device()).toMatchObject({ standing: 'downloading', isChanging: true });
  await site.pass(11_000);
  expect(device()).toMatchObject({ standing: 'failure', verdict: 'failed-unchanged' });
});
