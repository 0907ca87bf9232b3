// A whole hub behind its real listeners, and the unmodified SDKs that speak to it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import azureIotDevice from 'azure-iot-device';
import azureIotDeviceMqtt from 'azure-iot-device-mqtt';
import azureIotHub from 'azure-iothub';
import { signSharedAccessSignature } from '#contract/shared-access-signature.ts';
import { createSystemClock } from '#entry/system-clock.ts';
import { hmacSha256Base64 } from '#hub/device-link/device-credentials.ts';
import { createHub } from '#hub/hub.ts';
import { openServiceKey, serviceConnectionString } from '#hub/site/service-key.ts';
import { reachableNames } from '#hub/certificates/server-certificate.ts';
import { openSiteCa } from '#hub/certificates/site-ca.ts';
import { createSiteListener } from '#hub/site/site-listener.ts';
import { serviceApi } from '#service-api/service-api.ts';
import { openMemoryStore } from '#store/open-store.ts';
import { openRegistry } from './service-registry.ts';

export type ServiceSite = Awaited<ReturnType<typeof openServiceSite>>;

/** On port 443 of a loopback address of its own, because `azure-iothub` can speak to no other port. */
export async function openServiceSite(host: string) {
  const dir = mkdtempSync(join(tmpdir(), 'lanyard-service-'));
  const clock = createSystemClock();
  const log = pino({ level: 'silent' });
  const store = openMemoryStore({ clock, log });
  const ca = await openSiteCa({ dir, clock });
  const hub = await createHub({ store, clock, log, ca });
  const listener = await createSiteListener({ dir, host, httpsPort: 443, mqttPort: 0, ca, link: hub.link, clock, log });
  const serviceKey = openServiceKey(store);
  const isOwnName = (name: string): boolean => reachableNames(host).includes(name);
  await listener.https.register(serviceApi({ hub: hub.operations, clock, log, serviceKey, isOwnName }));
  const { mqttPort } = await listener.start();
  hub.start();
  const connectionString = serviceConnectionString(host, 443, serviceKey);
  return {
    hub,
    store,
    serviceKey,
    connectionString,
    registry: openRegistry({ caFile: ca.caFile, serviceConnectionString: connectionString }),
    client: azureIotHub.Client.fromConnectionString(connectionString),
    /** For requests that no SDK makes. */
    serviceToken: () =>
      signSharedAccessSignature(
        { resource: host, keyBase64: serviceKey, expiresAtS: Math.ceil(Date.now() / 1000) + 60, keyName: 'service' },
        hmacSha256Base64,
      ),
    /** An unmodified device, connected. */
    async connectDevice(deviceId: string, key: string) {
      const connection = `HostName=${host}:${mqttPort};DeviceId=${deviceId};SharedAccessKey=${key}`;
      const device = azureIotDevice.Client.fromConnectionString(connection, azureIotDeviceMqtt.Mqtt);
      await device.setOptions({ ca: ca.certificatePem });
      await device.open();
      return device;
    },
    async stop() {
      await listener.stop();
      await hub.stop();
      store.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
