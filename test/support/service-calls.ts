// The REST API without a network: requests with a token of the service policy, over hub parts that are fresh for each test.
import { createHmac } from 'node:crypto';
import { fastify, type FastifyInstance } from 'fastify';
import { afterEach, beforeEach } from 'vitest';
import { signSharedAccessSignature } from '#contract/shared-access-signature.ts';
import type { HubOperations } from '#hub/hub-types.ts';
import { serviceApi } from '#service-api/service-api.ts';
import { createConsoleOperations } from './console-operations.ts';
import { freshHubParts } from './fresh-hub-parts.ts';

const serviceKey = Buffer.alloc(32, 7).toString('base64');

/** The path with the API version the SDKs name. */
export const url = (path: string): string => `${path}?api-version=2021-04-12`;

interface CallOptions {
  /** JSON, or text and bytes as they are. */
  readonly body?: unknown;
  readonly authorization?: string;
  readonly headers?: Record<string, string>;
}

/** Fresh for each test of a file; `hub.local` is the hub's own name. */
export function serviceCalls() {
  const parts = freshHubParts();
  /** What the hub was asked to send to devices. */
  const sent: unknown[] = [];
  let app: FastifyInstance;

  beforeEach(async () => {
    sent.length = 0;
    const { clock, log } = parts;
    const hub: HubOperations = { ...createConsoleOperations(parts), ...deviceOperations(sent) };
    app = fastify({ routerOptions: { maxParamLength: 128 * 3 } });
    await app.register(serviceApi({ hub, clock, log, serviceKey, isOwnName: (host) => host === 'hub.local' }));
  });
  afterEach(() => app.close());

  const nowS = () => parts.clock.nowMs() / 1000;
  const token = (overrides: Partial<Parameters<typeof signSharedAccessSignature>[0]> = {}): string => {
    const request = { resource: 'hub.local', keyBase64: serviceKey, expiresAtS: nowS() + 60, keyName: 'service' };
    return signSharedAccessSignature({ ...request, ...overrides }, (key, text) =>
      createHmac('sha256', Buffer.from(key, 'base64')).update(text).digest('base64'),
    );
  };
  const call = (
    method: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE' | 'OPTIONS',
    path: string,
    { body, authorization = token(), headers = {} }: CallOptions = {},
  ) =>
    app.inject({
      method,
      url: path,
      headers: { authorization, 'content-type': 'application/json', ...headers },
      ...(body !== undefined && {
        payload: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
      }),
    });
  return { parts, sent, nowS, token, call };
}

/** Devices that take whatever they are sent. */
function deviceOperations(sent: unknown[]): Pick<HubOperations, 'methods' | 'cloudMessages'> {
  return {
    methods: {
      invoke: (identity, call, actor) => {
        sent.push({ identity, call, actor });
        return Promise.resolve({ status: 200, payload: { done: true } });
      },
    },
    cloudMessages: {
      send: (deviceId, message) => {
        sent.push({ deviceId, message });
        const queued = { id: 1, messageId: 'm1', enqueuedAtMs: 0, deliveryCount: 0 };
        return { ...queued, ...message, deviceId };
      },
      waiting: () => [],
      purge: () => 0,
    },
  };
}
