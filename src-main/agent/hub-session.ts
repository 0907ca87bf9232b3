// One MQTT connection to the hub, from CONNACK to close, with IoT Hub's requests and answers over it. It is never mended:
// when it ends, every open request fails and hub-link.ts makes another.
import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import { broken, refused, unready, type AppError } from '#base/errors.ts';
import type { Clock } from '#base/clock.ts';
import { moduleKeysAnswersFilter, parseModuleKeysAnswer } from '#contract/agent-topics.ts';
import { splitHostPort } from '#contract/connection-string.ts';
import {
  desiredChangesFilter,
  methodAnswerTopic,
  methodCallsFilter,
  parseDesiredChange,
  parseMethodCall,
  parseTwinAnswer,
  twinAnswersFilter,
} from '#contract/device-topics.ts';
import { decodePart } from '#contract/property-bag.ts';
import type { DeviceConnection } from './device-token.ts';

export type SystemModule = '$edgeAgent' | '$edgeHub';

export interface MethodAnswer {
  readonly status: number;
  readonly body: string;
}

export interface SessionListener {
  readonly onDesiredPatch: (version: number, text: string) => void;
  readonly onMethod: (name: string, text: string) => Promise<MethodAnswer>;
}

export interface SessionAnswer {
  readonly version: number | null;
  readonly text: string;
}

export interface HubSession {
  /** Publishes to the topic made for a new request id and resolves with the hub's answer; refusals reject in its words. */
  request(topicOf: (requestId: string) => string, text: string): Promise<SessionAnswer>;
  /** Resolves with the reason when the connection has ended, whoever ended it. */
  readonly closed: Promise<string>;
  close(): Promise<void>;
}

export interface SessionOptions {
  readonly connection: DeviceConnection;
  readonly moduleId: SystemModule;
  readonly password: string;
  readonly ca: string;
  readonly clock: Clock;
  readonly listener: SessionListener;
}

/** The hub turned the identity away: the key, the clock or the device's state is wrong, not the network. */
export function isCredentialRefusal(error: AppError): boolean {
  return error.code === 'auth.refused';
}

/** OpenSSL's words for a certificate of somebody else. */
const untrusted = new Set([
  'CERT_SIGNATURE_FAILURE',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);
const answerLimitMs = 30_000;
const defaultPort = 8_883;

interface Waiting {
  readonly resolve: (answer: SessionAnswer) => void;
  readonly reject: (error: AppError) => void;
  readonly cancelTimer: () => void;
}

export async function openHubSession(options: SessionOptions): Promise<HubSession> {
  const client = connect(clientOptions(options));
  const waiting = new Map<string, Waiting>();
  const { promise: closed, resolve: onClosed } = Promise.withResolvers<string>();
  let lastError = 'the connection ended';
  let nextRequest = 1;

  function settle(requestId: string, act: (entry: Waiting) => void): void {
    const entry = waiting.get(requestId);
    if (entry === undefined) return;
    waiting.delete(requestId);
    entry.cancelTimer();
    act(entry);
  }

  client.on('error', (error) => (lastError = error.message));
  client.on('close', () => {
    for (const requestId of Array.from(waiting.keys()))
      settle(requestId, (entry) => entry.reject(unready('device.offline', `The hub cannot be asked: ${lastError}.`)));
    onClosed(lastError);
  });
  client.on('message', (topic, payload) => {
    const twinAnswer = parseTwinAnswer(topic);
    const answer = twinAnswer ?? parseModuleKeysAnswer(topic);
    const text = payload.toString('utf8');
    if (answer !== undefined)
      settle(answer.requestId, (entry) => {
        if (answer.status < 300) entry.resolve({ version: twinAnswer?.version ?? null, text });
        else entry.reject(answerError(answer.status, text));
      });
    else passOn(client, { topic, text, listener: options.listener });
  });
  try {
    await becomeReady(client, options.moduleId);
  } catch (error) {
    // Not ours to judge, but a connection half made must not stay open.
    client.end(true);
    throw error;
  }

  return {
    closed,
    async request(topicOf, text) {
      const requestId = String(nextRequest++);
      const { promise, resolve, reject } = Promise.withResolvers<SessionAnswer>();
      const tooLate = unready('device.offline', 'The hub did not answer within 30 s.');
      const cancelTimer = options.clock.after(answerLimitMs, () => settle(requestId, (entry) => entry.reject(tooLate)));
      waiting.set(requestId, { resolve, reject, cancelTimer });
      if (client.connected) client.publish(topicOf(requestId), text, { qos: 1 });
      else settle(requestId, (entry) => entry.reject(unready('device.offline', 'The hub is not connected.')));
      return promise;
    },
    close: () => client.endAsync(true),
  };
}

function clientOptions({ connection, moduleId, password, ca }: SessionOptions): IClientOptions {
  const target = connection.gatewayHostName ?? connection.hostName;
  const address = splitHostPort(target, defaultPort);
  if (address === undefined) throw broken(`'${target}' is no host name.`);
  const identity = `${connection.deviceId}/${moduleId}`;
  return {
    protocol: 'mqtts',
    host: address.host,
    port: address.port,
    ca,
    clientId: identity,
    username: `${connection.hostName}/${identity}/?api-version=2021-04-12&DeviceClientType=lanyard-agent`,
    password,
    protocolVersion: 4,
    clean: true,
    keepalive: 60,
    connectTimeout: 30_000,
    // A new connection needs a new token, so hub-link.ts makes it.
    reconnectPeriod: 0,
    resubscribe: false,
    queueQoSZero: false,
    timerVariant: 'native',
  };
}

async function becomeReady(client: MqttClient, moduleId: SystemModule): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  let failure: AppError = unready('device.offline', 'The hub closed the connection.');
  client.on('error', (error) => {
    failure = connectionError(error);
    client.end(true);
  });
  for (const ended of ['close', 'end'] as const) client.once(ended, () => reject(failure));
  client.once('connect', () => resolve(undefined));
  await promise;
  const own = moduleId === '$edgeAgent' ? [methodCallsFilter, moduleKeysAnswersFilter] : [];
  await client.subscribeAsync([twinAnswersFilter, desiredChangesFilter, ...own], { qos: 0 });
}

function connectionError(error: Error): AppError {
  const code = 'code' in error ? error.code : undefined;
  // 4 and 5 are the CONNACK codes for wrong credentials and for not being allowed.
  if (code === 4 || code === 5) {
    const advice = 'look whether it is registered and enabled there, and give the agent its present connection string';
    return refused('auth.refused', `The hub refuses this device (${error.message}): ${advice}.`);
  }
  if (untrusted.has(String(code))) {
    const advice = 'give the caFile of this hub with --ca';
    return unready('device.offline', `The hub's certificate is not from the CA given (${error.message}): ${advice}.`);
  }
  return unready('device.offline', `The hub cannot be reached: ${error.message}.`);
}

function passOn(
  client: MqttClient,
  message: { readonly topic: string; readonly text: string; readonly listener: SessionListener },
): void {
  const { topic, text, listener } = message;
  const change = parseDesiredChange(topic);
  if (change !== undefined) return listener.onDesiredPatch(change.version, text);
  const call = parseMethodCall(topic);
  if (call === undefined) return;
  void listener.onMethod(decodePart(call.name) ?? call.name, text).then(({ status, body }) => {
    if (client.connected) client.publish(methodAnswerTopic(status, call.requestId), body, { qos: 0 });
  });
}

function answerError(status: number, text: string): AppError {
  const message = `The hub answered ${status}: ${text.slice(0, 500) || 'nothing more'}`;
  return status === 429 || status >= 500 ? unready('device.offline', message) : refused('request.invalid', message);
}
