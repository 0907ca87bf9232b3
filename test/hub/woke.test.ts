// A laptop that slept in the middle of a rollout: who is on the way back is not taken for switched off, so nobody begins in that
// place, and the rollout goes on when the devices are there again.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AddressInfo } from 'node:net';
import { createServer } from 'node:tls';
import mqtt, { type MqttClient } from 'mqtt';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { signSharedAccessSignature } from '#contract/shared-access-signature.ts';
import { createSystemClock } from '#entry/system-clock.ts';
import { hmacSha256Base64 } from '#hub/device-link/device-credentials.ts';
import { createHub } from '#hub/hub.ts';
import { openSiteCa } from '#hub/certificates/site-ca.ts';
import { openMemoryStore } from '#store/open-store.ts';
import { eventually } from '#test/support/eventually.ts';
import { aBase, deviceId } from '#test/support/hub-parts.ts';
import { newPolicy } from '#test/support/rollout-fleet.ts';

function newBase(id: string) {
  const {
    kind: _edge,
    metricQueries: _none,
    schemaVersion: _one,
    ...given
  } = aBase(id, { priority: 5, modules: [id] });
  return given;
}

async function openSite() {
  const dir = mkdtempSync(join(tmpdir(), 'lanyard-woke-'));
  const clock = createSystemClock();
  const log = pino({ level: 'silent' });
  const store = openMemoryStore({ clock, log });
  const ca = await openSiteCa({ dir, clock });
  const hub = await createHub({ store, clock, log, ca });
  const made = await ca.issueServerCertificate(['127.0.0.1']);
  const server = createServer({ key: made.privateKeyPem, cert: made.certificatePem }, (socket) => {
    hub.link.take(socket, { address: '127.0.0.1', port: 0, certificate: undefined, admit: () => undefined });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  hub.start();
  const clients: MqttClient[] = [];
  return {
    hub,
    /** As the agent of the device. */
    async connect(id: string): Promise<void> {
      const { authentication } = hub.operations.registry.getDevice(deviceId(id));
      if (authentication.type !== 'sas') throw new Error(`${id} has no key`);
      const expiresAtS = Math.round(clock.nowMs() / 1000) + 3600;
      const resource = `h/devices/${id}/modules/$edgeAgent`;
      const token = { resource, expiresAtS, keyBase64: authentication.primaryKey };
      const client = await mqtt.connectAsync(
        `mqtts://127.0.0.1:${port}`,
        {
          protocolVersion: 4,
          clientId: `${id}/$edgeAgent`,
          username: `h/${id}/$edgeAgent/?api-version=2021-04-12`,
          password: signSharedAccessSignature(token, hmacSha256Base64),
          ca: ca.certificatePem,
          reconnectPeriod: 0,
        },
        false,
      );
      clients.push(client);
    },
    standings() {
      const rows = hub.operations.rollouts.rolloutDevices({ deploymentId: 'v2', after: null, limit: 10 }).rows;
      return Object.fromEntries(rows.map((row) => [row.deviceId, [row.attempt, row.isAwake]]));
    },
    async close() {
      for (const client of clients) client.end(true);
      await hub.stop();
      server.close();
      store.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

test('when a person orders something as the hub wakes, it waits for the rollouts to go on, and is done', async () => {
  const site = await openSite();
  const { registry, rollouts } = site.hub.operations;
  try {
    for (const id of ['d1', 'd2']) registry.createDevice({ deviceId: deviceId(id), isEdge: true }, 'service');
    await site.connect('d1');
    await rollouts.createRollout({ deployment: newBase('v2'), policy: newPolicy({ concurrency: 1 }) });
    const woke = site.hub.woke();
    // Its connection takes some turns to close: the rollouts stand still now.
    const paused = rollouts.orderRollout({ deploymentId: 'v2', order: 'pause' });
    const planned = rollouts.planRollout({ deployment: newBase('v3'), policy: newPolicy() });
    const followed = rollouts.createRollout({ deployment: newBase('v3'), policy: newPolicy() });
    await woke;
    expect((await paused).status).toBe('paused');
    expect((await planned).rivals).toMatchObject([{ deploymentId: 'v2', outcome: 'superseded' }]);
    expect((await followed).waves).toMatchObject([{ devices: 2 }]);
    expect(rollouts.rollout({ deploymentId: 'v2' }).status).toBe('superseded');
  } finally {
    await site.close();
  }
});

test('when devices cannot be met anew, such as for a full disk, rollouts go on all the same', async () => {
  const site = await openSite();
  const { registry, rollouts } = site.hub.operations;
  try {
    registry.createDevice({ deviceId: deviceId('d1'), isEdge: true }, 'service');
    await rollouts.createRollout({ deployment: newBase('v2'), policy: newPolicy() });
    Object.assign(site.hub.link, { renew: () => Promise.reject(new Error('the disk is full')) });
    await expect(site.hub.woke()).rejects.toThrow('the disk is full');
    expect((await rollouts.orderRollout({ deploymentId: 'v2', order: 'pause' })).status).toBe('paused');
  } finally {
    await site.close();
  }
});

test('when the hub ends as it wakes, an order is told that nothing was done', async () => {
  const site = await openSite();
  const { registry, rollouts } = site.hub.operations;
  registry.createDevice({ deviceId: deviceId('d1'), isEdge: true }, 'service');
  await rollouts.createRollout({ deployment: newBase('v2'), policy: newPolicy() });
  const woke = site.hub.woke();
  const paused = rollouts.orderRollout({ deploymentId: 'v2', order: 'pause' });
  const refusal = expect(paused).rejects.toThrow('The hub is ending, and nothing was ordered');
  await site.hub.stop();
  await woke;
  await refusal;
  await site.close();
});

test('when the hub wakes in the middle of a rollout, devices are met anew and nobody begins out of turn', async () => {
  const site = await openSite();
  const { registry, deployments, rollouts } = site.hub.operations;
  try {
    for (const id of ['d1', 'd2', 'd3']) registry.createDevice({ deviceId: deviceId(id), isEdge: true }, 'service');
    for (const id of ['d1', 'd2', 'd3']) await site.connect(id);
    await eventually(() => expect(site.hub.link.connectedCount()).toBe(3));
    deployments.create(aBase('v1', { modules: ['web'] }), 'service');
    await rollouts.createRollout({ deployment: newBase('v2'), policy: newPolicy({ concurrency: 1 }) });
    await eventually(() => expect(site.standings()).toEqual({ d1: [1, true], d2: [0, true], d3: [0, true] }));
    await site.hub.woke();
    expect(site.hub.link.connectedCount()).toBe(0);
    await site.connect('d2');
    registry.createDevice({ deviceId: deviceId('d4'), isEdge: false }, 'service');
    // Longer than a look at d2 and the step after it take: its turn would have come by now.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(site.standings()).toEqual({ d1: [1, true], d2: [0, true], d3: [0, true] });
    await site.connect('d1');
    await eventually(() => expect(site.hub.link.connectedCount()).toBe(2));
    expect(rollouts.rollout({ deploymentId: 'v2' }).status).toBe('in-progress');
  } finally {
    await site.close();
  }
});
