// The whole hub with an unmodified module behind it: what a person changes reaches the module, and a restart forgets nothing.
import { describe, expect, it } from 'vitest';
import { createServer } from 'node:tls';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import azureIotDevice from 'azure-iot-device';
import azureIotDeviceMqtt from 'azure-iot-device-mqtt';
import { pino } from 'pino';
import { unready } from '#base/errors.ts';
import { createSystemClock } from '#entry/system-clock.ts';
import { createHub } from '#hub/hub.ts';
import { openSiteCa } from '#hub/certificates/site-ca.ts';
import { openMemoryStore } from '#store/open-store.ts';
import type { Store } from '#store/store-types.ts';
import { aBase, aLayer, aNewDeployment, deviceId, deviceIdentity, moduleIdentity } from '#test/support/hub-parts.ts';

async function openHub({ isFull = (): boolean => false } = {}) {
  const dir = mkdtempSync(join(tmpdir(), 'lanyard-hub-'));
  const clock = createSystemClock();
  const log = pino({ level: 'silent' });
  const memory = openMemoryStore({ clock, log });
  const store: Store = {
    ...memory,
    change(work) {
      if (isFull()) throw unready('store.full', 'The disk is full.');
      return memory.change(work);
    },
  };
  const ca = await openSiteCa({ dir, clock });
  const hub = await createHub({ store, clock, log, ca });
  const made = await ca.issueServerCertificate(['127.0.0.1']);
  const server = createServer({ key: made.privateKeyPem, cert: made.certificatePem }, (socket) => {
    hub.link.take(socket, { address: '127.0.0.1', port: 0, certificate: undefined, admit: () => undefined });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    ...hub,
    store,
    ca,
    port: (server.address() as AddressInfo).port,
    async close() {
      await hub.stop();
      server.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

describe('createHub', () => {
  it('when a tag brings a layer in, the connected module is pushed what the layer writes', async () => {
    const hub = await openHub();
    const { registry, deployments, twins } = hub.operations;
    hub.start();
    registry.createDevice({ deviceId: deviceId('d1'), isEdge: true }, 'service');
    deployments.create(aBase('base', { modules: ['m'] }), 'service');
    const content = { $edgeAgent: {}, m: { 'properties.desired.rate': 5 } };
    deployments.create(
      aNewDeployment('fast', { priority: 5, targetCondition: 'tags.fast = true', content }),
      'service',
    );
    await hub.evaluation.settled();
    const { authentication } = registry.getModule(deviceId('d1'), moduleIdentity('d1', 'm').moduleId);
    const key = authentication.type === 'sas' ? authentication.primaryKey : '';
    const connection = `HostName=127.0.0.1:${hub.port};DeviceId=d1;ModuleId=m;SharedAccessKey=${key}`;
    const module = azureIotDevice.ModuleClient.fromConnectionString(connection, azureIotDeviceMqtt.Mqtt);
    await module.setOptions({ ca: hub.ca.certificatePem });
    await module.open();
    const twin = await module.getTwin();
    const pushed = new Promise<unknown>((resolve) => {
      twin.on('properties.desired.rate', resolve);
    });
    twins.patch(deviceIdentity('d1'), { tags: { fast: true } }, '*', 'console');
    expect(await pushed).toBe(5);
    await module.close();
    await hub.close();
    expect(hub.store.read.journal.list({ limit: 1 })).toMatchObject([{ kind: 'hub-started' }]);
    expect(hub.store.read.journal.list({ limit: 1000 }).at(-1)).toMatchObject({ kind: 'hub-stopped' });
    hub.store.close();
  });

  it('when a deployment was created while the hub did not evaluate, its start catches up', async () => {
    const hub = await openHub();
    const { registry, deployments, twins } = hub.operations;
    registry.createDevice({ deviceId: deviceId('d1'), isEdge: true }, 'service');
    deployments.create(aBase('base'), 'service');
    deployments.create(aLayer('layer', 'm'), 'service');
    hub.start();
    await hub.evaluation.settled();
    expect(twins.get(moduleIdentity('d1', '$edgeAgent')).desired.value).toMatchObject({ modules: { m: {} } });
    await hub.close();
    hub.store.close();
  });

  it('when the disk is full, it stops all the same', async () => {
    let isFull = false;
    const hub = await openHub({ isFull: () => isFull });
    hub.start();
    isFull = true;
    await expect(hub.close()).resolves.toBeUndefined();
    hub.store.close();
  });
});
