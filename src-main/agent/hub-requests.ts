// Questions to the hub over HTTPS as the device asks them: TLS that only the site's CA vouches for, the device's own token, never a
// registry's password. Redirects are not followed, nothing is unpacked, and what is read whole is bounded.
import type { IncomingMessage } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import type { Clock } from '#base/clock.ts';
import { asAppError, unready, type AppError } from '#base/errors.ts';
import { parseJson } from '#base/json-text.ts';
import { splitHostPort } from '#contract/connection-string.ts';
import { makeDeviceToken, type DeviceConnection } from './device-token.ts';

export interface HubRequestsOptions {
  readonly connection: DeviceConnection;
  /** PEM of the site's CA. */
  readonly ca: string;
  /** Null while the hub has not told it. */
  readonly httpsPort: () => number | null;
  readonly clock: Clock;
}

interface Question {
  /** GET when not given. */
  readonly method?: 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** The hub says that it will answer. */
  readonly onAlive?: () => void;
  readonly body?: string;
  /** The status of the answer that is wanted, or those of all that are. */
  readonly wants: number | readonly number[];
}

export interface HubRequests {
  /** As a sentence names it: `the hub laptop:8443`. */
  name(): string;
  /** `laptop:8443`. */
  address(): string;
  /** Null: 403 or 404, it has it not or not for this device. @throws unready `agent.image` in words for any other answer. */
  ask(question: Question): Promise<IncomingMessage | null>;
  stop(): void;
}

const mostErrorBytes = 4_096;
const mostConnections = 16;

export function createHubRequests(options: HubRequestsOptions): HubRequests {
  const { connection, httpsPort, clock } = options;
  const host = splitHostPort(connection.gatewayHostName ?? connection.hostName, 0)?.host ?? connection.hostName;
  const agent = new Agent({
    ca: options.ca,
    keepAlive: true,
    maxSockets: mostConnections,
    minVersion: 'TLSv1.2',
  });
  let wasRefused = false;

  const address = (): string => `${host}${httpsPort() === null ? '' : `:${httpsPort()}`}`;
  const name = (): string => `the hub ${address()}`;

  async function answerTo(question: Question): Promise<IncomingMessage> {
    const port = httpsPort();
    if (port === null) throw unready('agent.image', `${name()} has not said yet where its images are`);
    const authorization = makeDeviceToken({ connection, moduleId: '$edgeAgent', clock, wasRefused });
    const headers = { ...question.headers, authorization, 'accept-encoding': 'identity' };
    const answer = await send({ ...question, host, port, agent, headers });
    if (answer.statusCode !== 401 || wasRefused) return answer;
    // As over MQTT: a device without a right clock makes a token that outlasts any.
    answer.destroy();
    wasRefused = true;
    return answerTo(question);
  }

  return {
    name,
    address,
    async ask(question) {
      let answer: IncomingMessage;
      try {
        answer = await answerTo(question);
      } catch (error) {
        // Only here it is known who was asked.
        throw namedError(name(), error);
      }
      const { statusCode: status = 0 } = answer;
      if ([question.wants].flat().includes(status) && answer.headers['content-encoding'] === undefined) return answer;
      if (status === 401) wasRefused = false;
      const words = await errorWords(answer);
      if (status === 404 || status === 403) return null;
      throw unready('agent.image', `${name()} answered ${status}${words}`);
    },
    stop: () => agent.destroy(),
  };
}

/** @throws unready `agent.image` when there is more of it. */
export async function wholeBody(answer: IncomingMessage, limitBytes: number, name: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of answer) {
    length += (chunk as Buffer).length;
    if (length > limitBytes) {
      answer.destroy();
      throw unready('agent.image', `${name} sent more than ${limitBytes} bytes where a manifest is due`);
    }
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

function send(
  question: Question & { readonly host: string; readonly port: number; readonly agent: Agent },
): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const { onAlive = () => undefined, method = 'GET', path, headers, body, signal, host, port, agent } = question;
  const request = httpsRequest({ method, path, headers, signal, host, port, agent });
  request.on('information', onAlive);
  request.on('response', (answer) => {
    // Whoever reads it hears of it; one that was put away may still fail.
    answer.on('error', () => undefined);
    resolve(answer);
  });
  request.on('error', reject);
  request.end(body);
  return promise;
}

function namedError(name: string, error: unknown): AppError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const reasons: Readonly<Record<string, string>> = {
    ABORT_ERR: `${name} did not answer`,
    ECONNREFUSED: `${name} is not reached (nothing listens there)`,
    ENOTFOUND: `${name} is not reached (its name is not known)`,
  };
  if (code === '' && error instanceof Error) return asAppError(error);
  return unready('agent.image', reasons[code] ?? `${name} is not reached (${asAppError(error).message})`, {
    cause: error,
  });
}

/** What a registry says of itself, as a part of a sentence; it may say anything. */
async function errorWords(answer: IncomingMessage): Promise<string> {
  if ((answer.statusCode ?? 0) < 400) {
    answer.destroy();
    return '';
  }
  try {
    const body = parseJson((await wholeBody(answer, mostErrorBytes, '')).toString('utf8'));
    const message = (body as { errors?: readonly { message?: unknown }[] } | null)?.errors?.[0]?.message;
    return typeof message === 'string' ? `: ${message.slice(0, 300).replace(/\.$/, '')}` : '';
  } catch {
    // The status alone says enough.
    return '';
  }
}
