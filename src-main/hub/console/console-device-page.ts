// One device as its page in the console needs it: every change goes through the hub's own operations, so that its rules, its journal
// and its etags hold here as at any other door. What devices answer is handed on as it is, checked for shape and bounded.
import type { Clock } from '#base/clock.ts';
import { refused } from '#base/errors.ts';
import { isDeviceId, isModuleId, type DeviceId, type Identity } from '#base/ids.ts';
import { formatConnectionString } from '#contract/connection-string.ts';
import type { ConsoleDevicePage, DeviceKeysView, MethodRequest } from '#contract/console-device-page.ts';
import type { Authentication } from '#domain/records/registry.ts';
import type { HubOperations } from '#hub/hub-types.ts';
import { requireDevice } from '#hub/records/registry-lookup.ts';
import type { Store } from '#store/store-types.ts';
import { deviceContact } from './console-device-contact.ts';
import { deviceJournal } from './device-page-journal.ts';
import { agentWords, readModuleLogs } from './device-page-logs.ts';
import { createDevicePageTwins } from './device-page-twins.ts';
import { deviceUnderway } from './device-page-underway.ts';

type DevicePageOperations = Pick<HubOperations, 'registry' | 'twins' | 'methods' | 'clocks' | 'cloudMessages'>;

interface DevicePageNeeds {
  readonly store: Pick<Store, 'read'>;
  readonly clock: Clock;
  readonly hub: DevicePageOperations;
  /** `host:port` where devices find the hub. */
  readonly deviceHost: () => string;
}

const agentId = '$edgeAgent';
// A container's own grace time, and a start after it.
const restartWaitMs = 60_000;

export function createConsoleDevicePage({ store, clock, hub, deviceHost }: DevicePageNeeds): ConsoleDevicePage {
  const { read } = store;
  const { registry, methods, cloudMessages } = hub;
  const twins = createDevicePageTwins(read, hub.twins);

  async function call({ name, payload, ...request }: MethodRequest) {
    const startedMs = clock.monotonicMs();
    const answer = await methods.invoke(
      identityOf(request),
      {
        name,
        payload,
        responseTimeoutMs: request.responseTimeoutS * 1000,
        connectTimeoutMs: request.connectTimeoutS * 1000,
      },
      'console',
    );
    return { ...answer, tookMs: Math.round(clock.monotonicMs() - startedMs) };
  }

  return {
    twin: (request) => twins.read(identityOf(request)),
    changeTwin: ({ etag, tags, desired, ...identity }) =>
      twins.change(identityOf(identity), { etag, change: { ...(tags && { tags }), ...(desired && { desired }) } }),
    invokeMethod: call,
    moduleLogs: (request) => readModuleLogs(methods, agentOf(request.deviceId), request),
    async restartModule({ deviceId, module }) {
      const { tookMs, status, payload } = await call({
        deviceId,
        moduleId: agentId,
        name: 'RestartModule',
        payload: { schemaVersion: '1.0', id: module },
        responseTimeoutS: restartWaitMs / 1000,
        connectTimeoutS: 0,
      });
      if (status !== 200) throw refused('module.unknown', agentWords(payload, status), { subject: module });
      return { tookMs };
    },
    journal: (request) => deviceJournal(read, knownDevice(request.deviceId), request),
    keys: ({ deviceId }) => keysOf(registry.getDevice(knownDevice(deviceId)), deviceHost()),
    underway: ({ deviceId }) =>
      deviceUnderway({ read, clock, cloudMessages }, requireDevice(read, knownDevice(deviceId))),
    contact: ({ deviceId }) => deviceContact({ read, clocks: hub.clocks }, knownDevice(deviceId)),
    sendMessage({ deviceId, body, properties, expiresInS }) {
      const expiresAtMs = expiresInS === null ? null : clock.nowMs() + expiresInS * 1000;
      const message = { body: Buffer.from(body), properties, expiresAtMs };
      return { messageId: cloudMessages.send(knownDevice(deviceId), message, 'console').messageId };
    },
    purgeMessages: ({ deviceId }) => ({ purged: cloudMessages.purge(knownDevice(deviceId), 'console') }),
    setEnabled({ deviceId, isEnabled, reason }) {
      const status = isEnabled ? 'enabled' : 'disabled';
      registry.updateDevice({ deviceId: knownDevice(deviceId), status, statusReason: reason }, '*', 'console');
      return { isEnabled };
    },
    deleteDevice({ deviceId }) {
      registry.deleteDevice(knownDevice(deviceId), '*', 'console');
      return { deviceId };
    },
  };
}

function knownDevice(text: string): DeviceId {
  if (isDeviceId(text)) return text;
  throw refused('device.unknown', 'There is no device of that id on this hub: no device can have it.');
}

function identityOf({ deviceId, moduleId }: { readonly deviceId: string; readonly moduleId: string | null }): Identity {
  if (moduleId !== null && !isModuleId(moduleId))
    throw refused('module.unknown', 'There is no module of that id on this device: no module can have it.');
  return { deviceId: knownDevice(deviceId), moduleId };
}

function agentOf(deviceId: string): Identity {
  return identityOf({ deviceId, moduleId: agentId });
}

interface Keyed {
  readonly deviceId: DeviceId;
  readonly authentication: Authentication;
}

function keysOf({ deviceId, authentication }: Keyed, hostName: string): DeviceKeysView {
  const { type } = authentication;
  if (type !== 'sas') return { connectionString: null, secondConnectionString: null, authentication: type };
  const withKey = (sharedAccessKey: string): string =>
    formatConnectionString({
      hostName,
      gatewayHostName: null,
      deviceId,
      moduleId: null,
      sharedAccessKeyName: null,
      sharedAccessKey,
      isX509: false,
    });
  return {
    connectionString: withKey(authentication.primaryKey),
    secondConnectionString: withKey(authentication.secondaryKey),
    authentication: type,
  };
}
