// Direct methods: a call is sent to the one session it is for and waits for that session's answer.
// An answer from another client, a late one, or one to a call that never was, is nobody's and is ignored.
import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { Clock } from '#base/clock.ts';
import { refused, unready, type AppError } from '#base/errors.ts';
import { identityKey, type Identity } from '#base/ids.ts';
import { parseJson } from '#base/json-text.ts';
import type { Json } from '#base/json.ts';
import { methodCallTopic } from '#contract/device-topics.ts';
import type { MethodCall, MethodOperations } from '#hub/hub-types.ts';
import type { Store } from '#store/store-types.ts';
import type { DeviceSession, MethodOutcome, SessionTable } from './device-session.ts';
import { createArrivals } from './session-arrivals.ts';

export interface MethodCalls extends MethodOperations {
  /** A device published an answer. */
  answered(session: DeviceSession, requestId: string, status: number, payload: Buffer): void;
  /** A session became able to take calls, or its subscriptions changed. */
  available(session: DeviceSession): void;
  closed(session: DeviceSession): void;
}

const namePattern = /^[^/+#\0]{1,128}$/;
const payloadLimitBytes = 128 * 1024;
const callsLimit = 64;

export function createMethodCalls(parts: {
  readonly store: Pick<Store, 'read' | 'changeSoon'>;
  readonly sessions: Pick<SessionTable, 'get'>;
  readonly clock: Clock;
  readonly log: Logger;
}): MethodCalls {
  const { store, sessions, clock, log } = parts;
  const arrivals = createArrivals(clock);

  function awaitSession(identity: Identity, timeoutMs: number): Promise<DeviceSession> {
    const session = sessions.get(identity);
    if (takesCalls(session)) return Promise.resolve(session);
    if (timeoutMs <= 0) return Promise.reject(offline(identity));
    if (arrivals.count(identity) >= callsLimit) return Promise.reject(tooMany(identity));
    return arrivals.next(identity, timeoutMs, () => offline(identity));
  }

  return {
    async invoke(identity, request, actor) {
      check(store, identity, request);
      const session = await awaitSession(identity, request.connectTimeoutMs);
      const answer = await call(session, request, clock);
      // What the hub asks by itself it asks again and again, and the journal is never pruned.
      if (actor === 'hub') return answer;
      const detail = { name: request.name, status: answer.status };
      await store
        .changeSoon((write) => write.journal.append({ kind: 'method-called', actor, ...identity, detail }))
        // The device has done what it was asked: its answer is the caller's whatever the disk says.
        .catch((error: unknown) => log.warn({ err: error, ...identity, ...detail }, 'a call could not be journaled'));
      return answer;
    },
    answered(session, requestId, status, payload) {
      session.openCalls.get(requestId)?.({ status, payload: parsePayload(payload) });
    },
    available(session) {
      if (takesCalls(session)) arrivals.announce(session);
    },
    closed(session) {
      for (const settle of session.openCalls.values()) settle(offline(session.identity));
    },
  };
}

function takesCalls(session: DeviceSession | undefined): session is DeviceSession {
  return session?.isReady === true && session.subscriptions.has('method-calls');
}

function call(
  session: DeviceSession,
  { name, payload, responseTimeoutMs }: MethodCall,
  clock: Clock,
): Promise<{ readonly status: number; readonly payload: Json }> {
  const { identity, openCalls } = session;
  if (openCalls.size >= callsLimit) return Promise.reject(tooMany(identity));
  const requestId = randomUUID();
  return new Promise((resolve, reject) => {
    const settle = (outcome: MethodOutcome): void => {
      cancel();
      openCalls.delete(requestId);
      if (outcome instanceof Error) reject(outcome);
      else resolve(outcome);
    };
    const cancel = clock.after(responseTimeoutMs, () => settle(timedOut(identity, name, responseTimeoutMs)));
    openCalls.set(requestId, settle);
    session.tell(methodCallTopic(name, requestId), JSON.stringify(payload));
  });
}

function check({ read }: Pick<Store, 'read'>, { deviceId, moduleId }: Identity, { name, payload }: MethodCall): void {
  if (read.devices.get(deviceId) === undefined)
    throw refused('device.unknown', `There is no device '${deviceId}'.`, { subject: deviceId });
  if (moduleId !== null && read.modules.get(deviceId, moduleId) === undefined)
    throw refused('module.unknown', `Device '${deviceId}' has no module '${moduleId}'.`, { subject: moduleId });
  if (!namePattern.test(name))
    throw refused('request.invalid', `'${name}' cannot name a method: 1 to 128 characters without / + #.`);
  if (Buffer.byteLength(JSON.stringify(payload)) > payloadLimitBytes)
    throw refused('request.too-large', `The payload of method '${name}' is over 128 KB.`);
}

/** An empty answer is null; one that is not JSON is handed on as the text it is. */
function parsePayload(payload: Buffer): Json {
  const text = payload.toString('utf8');
  if (text.trim() === '') return null;
  try {
    return parseJson(text);
  } catch {
    // The platform's only way to tell that text is not JSON.
    return text;
  }
}

function offline(identity: Identity): AppError {
  const key = identityKey(identity);
  return unready('device.offline', `'${key}' is not connected, or takes no method calls.`, { subject: key });
}

function timedOut(identity: Identity, name: string, afterMs: number): AppError {
  const key = identityKey(identity);
  return unready('method.timeout', `'${key}' did not answer method '${name}' within ${afterMs} ms.`, { subject: key });
}

function tooMany(identity: Identity): AppError {
  const key = identityKey(identity);
  return unready('throttled', `${callsLimit} method calls to '${key}' are already open.`, { subject: key });
}
