// What waits for a module, on its way to it: the most urgent first, and of equal ones the oldest. Only so much is under way at a
// time: a module that never acknowledges holds up its own messages, on disk, and fills nobody's memory.
import type { Logger } from 'pino';
import type { Identity } from '#base/ids.ts';
import { moduleInputTopic } from '#contract/device-topics.ts';
import type { Store } from '#store/store-types.ts';
import type { DeviceSession, GrantedSubscription, SessionTable } from './device-session.ts';
import type { MessageDelivery } from './message-delivery.ts';
import type { MessageTime } from './message-time.ts';

export interface ModuleDelivery {
  /** Sends what waits and is not under way yet, as much as may be, if the module has asked for its inputs. */
  deliver(session: DeviceSession): void;
  /** The same if the module is connected, once for all that the current commit brings. */
  deliverSoon(module: Identity): void;
}

// A single message may be larger.
const underWay = { messages: 32, bytes: 512 * 1024 };

export function createModuleDelivery(parts: {
  readonly store: Pick<Store, 'read'>;
  readonly sessions: Pick<SessionTable, 'get'>;
  readonly time: MessageTime;
  readonly log: Logger;
  readonly delivery: MessageDelivery;
}): ModuleDelivery {
  const { store, sessions, time, log, delivery } = parts;
  const waiting = store.read.moduleMessages;
  const plan = onceATurn(deliver, log);

  function deliver(session: DeviceSession): void {
    const subscription = session.subscriptions.get('module-inputs');
    const { deviceId, moduleId } = session.identity;
    if (subscription === undefined || moduleId === null || !session.isReady) return;
    // For every one that is gone the next goes out: the client's TCP holds acknowledgements back until something comes to it.
    if (session.awaited.size >= underWay.messages) return;
    let bytes = [...session.awaited.values()].reduce((sum, size) => sum + size, 0);
    const page = { nowMs: time.nowMs(), limit: underWay.messages };
    for (const { id, size } of waiting.heads(deviceId, moduleId, page)) {
      if (session.awaited.has(id)) continue;
      if (session.awaited.size >= underWay.messages || (bytes > 0 && bytes + size > underWay.bytes)) return;
      bytes += size;
      send(session, subscription, id);
    }
  }

  function send(session: DeviceSession, subscription: GrantedSubscription, id: number): void {
    const message = waiting.get(id);
    if (message === undefined) return;
    delivery.send(session, subscription, {
      id,
      topic: moduleInputTopic(subscription.prefix, message.input, message.properties),
      body: message.body,
      remove: (write) => void write.moduleMessages.delete(id),
      onRemoved: () => plan(session),
    });
  }

  return {
    deliver,
    deliverSoon(module) {
      const session = sessions.get(module);
      if (session !== undefined) plan(session);
    },
  };
}

/** Does a session's work once, soon, however often it is asked for before. */
function onceATurn(work: (session: DeviceSession) => void, log: Logger): (session: DeviceSession) => void {
  const due = new Set<DeviceSession>();
  const workThrough = (): void => {
    const sessions = [...due];
    due.clear();
    for (const session of sessions) {
      // The edge of a microtask: what fails for one module must not end the process; its next message or session tries again.
      try {
        work(session);
      } catch (error) {
        log.error({ err: error, ...session.identity }, 'messages could not be delivered to a module');
      }
    }
  };
  return (session) => {
    if (due.size === 0) queueMicrotask(workThrough);
    due.add(session);
  };
}
