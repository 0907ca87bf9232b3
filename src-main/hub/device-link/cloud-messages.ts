// Cloud-to-device messages: they wait in the store until the device acknowledges them, in order, across reconnects and
// restarts. At most 50 wait per device, as in IoT Hub; those past their time are dropped with a journal entry.
import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { Clock } from '#base/clock.ts';
import { refused } from '#base/errors.ts';
import type { DeviceId } from '#base/ids.ts';
import { cloudMessageTopic } from '#contract/device-topics.ts';
import type { Actor } from '#domain/records/journal-event.ts';
import type { CloudMessageOperations, WaitingMessage } from '#hub/hub-types.ts';
import { requireDevice } from '#hub/records/registry-lookup.ts';
import type { CloudMessage, Store, StoreWriters } from '#store/store-types.ts';
import type { DeviceSession, GrantedSubscription, SessionTable } from './device-session.ts';
import { startExpirySweep } from './expiry-sweep.ts';
import type { MessageDelivery } from './message-delivery.ts';
import type { MessageTime } from './message-time.ts';

export interface CloudMessages extends CloudMessageOperations {
  /** Sends what waits and is not under way yet, if the device has asked for its messages. */
  deliver(session: DeviceSession): void;
  stop(): void;
}

const waitingLimit = 50;
const bodyLimitBytes = 64 * 1024;
// IoT Hub's default: what was sent this often without being taken never will be.
const deliveryLimit = 10;

interface CloudMessagesParts {
  readonly store: Store;
  readonly sessions: Pick<SessionTable, 'get'>;
  readonly clock: Clock;
  readonly time: MessageTime;
  readonly log: Logger;
  readonly delivery: MessageDelivery;
}

export function createCloudMessages(parts: CloudMessagesParts): CloudMessages {
  const { store, sessions, clock, time, log, delivery } = parts;
  const stop = startExpirySweep({
    clock,
    time,
    log,
    dropExpired(nowMs) {
      const expired = store.read.cloudMessages.expired(nowMs, 1000);
      if (expired.length > 0)
        delivery.changeLater((write) => expired.forEach((message) => drop(write, message, 'expired')));
    },
  });

  function deliver(session: DeviceSession): void {
    const subscription = session.subscriptions.get('cloud-messages');
    if (subscription === undefined || !session.isReady) return;
    const nowMs = time.nowMs();
    const waiting = store.read.cloudMessages.waiting(session.identity.deviceId, waitingLimit);
    const fresh = waiting.filter((message) => !session.awaited.has(message.id));
    const due = fresh.filter((message) => whyGone(message, nowMs) === null);
    if (fresh.length === 0) return;
    delivery.changeLater((write) => {
      for (const message of fresh) {
        const reason = whyGone(message, nowMs);
        if (reason === null) write.cloudMessages.markDelivered(message.id);
        else drop(write, message, reason);
      }
    });
    for (const message of due) sendTo(session, subscription, message);
  }

  function sendTo(session: DeviceSession, subscription: GrantedSubscription, message: CloudMessage): void {
    const { id, deviceId, messageId, body } = message;
    delivery.send(session, subscription, {
      id,
      body,
      topic: cloudMessageTopic(subscription.prefix, wireProperties(message)),
      remove(write) {
        // It may have expired under way: then that is how it ended.
        if (!write.cloudMessages.delete(id)) return;
        write.journal.append({ kind: 'cloud-message-taken', actor: 'device', deviceId, detail: { messageId } });
      },
    });
  }

  return {
    deliver,
    send(deviceId, message, actor) {
      const expiresAtMs = message.expiresAtMs === null ? null : time.fromWall(message.expiresAtMs);
      const wanted = { deviceId, ...message, expiresAtMs };
      const queued = store.change((write) => enqueue(store, write, wanted, time.nowMs(), actor));
      const session = sessions.get({ deviceId, moduleId: null });
      if (session !== undefined) deliver(session);
      return queued;
    },
    waiting: (deviceId) => waitingOf(store, deviceId, time.nowMs()),
    purge: (deviceId, actor) => store.change((write) => purge(store, write, deviceId, actor)),
    stop,
  };
}

function enqueue(
  { read }: Store,
  write: StoreWriters,
  message: Pick<CloudMessage, 'deviceId' | 'body' | 'properties' | 'expiresAtMs'>,
  enqueuedAtMs: number,
  actor: Actor,
): CloudMessage {
  const { deviceId, body } = message;
  if (body.byteLength > bodyLimitBytes)
    throw refused(
      'request.too-large',
      `A message to a device holds at most 64 KB; this one has ${body.byteLength} bytes.`,
    );
  if (read.devices.get(deviceId) === undefined)
    throw refused('device.unknown', `There is no device '${deviceId}'.`, { subject: deviceId });
  if (read.cloudMessages.countWaiting(deviceId) >= waitingLimit)
    throw refused(
      'device.queue-full',
      `${waitingLimit} messages already wait for '${deviceId}': it has to take some, or they have to expire, first.`,
      { subject: deviceId },
    );
  const messageId = message.properties['$.mid'] ?? randomUUID();
  const detail = { messageId };
  write.journal.append({ kind: 'cloud-message-queued', actor, deviceId, detail });
  return write.cloudMessages.enqueue({ ...message, messageId, enqueuedAtMs });
}

function waitingOf({ read }: Store, deviceId: DeviceId, nowMs: number): readonly WaitingMessage[] {
  return read.cloudMessages.waiting(deviceId, waitingLimit).map((message) => {
    const { messageId, body, deliveryCount, enqueuedAtMs, expiresAtMs } = message;
    const expiresInMs = expiresAtMs === null ? null : Math.max(0, expiresAtMs - nowMs);
    return { messageId, body, deliveryCount, ageMs: Math.max(0, nowMs - enqueuedAtMs), expiresInMs };
  });
}

function purge({ read }: Store, write: StoreWriters, deviceId: DeviceId, actor: Actor): number {
  requireDevice(read, deviceId);
  const waiting = read.cloudMessages.waiting(deviceId, waitingLimit);
  for (const message of waiting) drop(write, message, 'purged', actor);
  return waiting.length;
}

function whyGone(message: CloudMessage, nowMs: number): 'expired' | 'delivery-count' | null {
  if (message.expiresAtMs !== null && message.expiresAtMs <= nowMs) return 'expired';
  return message.deliveryCount >= deliveryLimit ? 'delivery-count' : null;
}

function drop(write: StoreWriters, message: CloudMessage, reason: string, actor: Actor = 'hub'): void {
  const { deviceId, messageId } = message;
  // It may have been taken, or dropped, since it was read.
  if (!write.cloudMessages.delete(message.id)) return;
  const detail = { messageId, reason };
  write.journal.append({ kind: 'cloud-message-expired', actor, deviceId, detail });
}

function wireProperties({ messageId, deviceId, properties }: CloudMessage): Record<string, string> {
  return { '$.mid': messageId, '$.to': `/devices/${encodeURIComponent(deviceId)}/messages/devicebound`, ...properties };
}
