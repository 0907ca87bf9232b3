// One request to a registry or to where it sends us. Credentials go to the host they are meant for and to no other, plain HTTP to
// loopback alone, and a peer that falls silent is given up.
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { getCACertificates } from 'node:tls';
import { refused, unready, type AppError } from '#base/errors.ts';

export interface HttpCall {
  readonly url: URL;
  readonly method?: 'GET' | 'HEAD';
  readonly headers?: Readonly<Record<string, string>>;
  /** `Authorization`, sent to the host of `url` only. */
  readonly authorization?: string | null;
  readonly signal?: AbortSignal | undefined;
}

export interface HttpAnswer {
  readonly status: number;
  readonly header: (name: string) => string | undefined;
  /** Read to its end, or destroyed, by whoever called. */
  readonly body: IncomingMessage;
}

export type Http = (call: HttpCall) => Promise<HttpAnswer>;

export interface HttpChoices {
  /** Certificates to trust besides the platform's, PEM. */
  readonly trusted?: readonly string[];
  /** A peer that sends nothing for so long is given up. */
  readonly silenceMs?: number;
  /** As in the environment of the program: HTTPS_PROXY and so on. */
  readonly proxyEnvironment?: Readonly<Record<string, string | undefined>>;
}

const mostRedirects = 5;
const usualSilenceMs = 30_000;
const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

export function createHttp({
  trusted = [],
  silenceMs = usualSilenceMs,
  proxyEnvironment = {},
}: HttpChoices = {}): Http {
  const options = { keepAlive: false, proxyEnv: { ...proxyEnvironment } };
  const plain = new HttpAgent(options);
  // Given certificates replace the platform's, so both are named.
  const secure = new HttpsAgent(
    trusted.length === 0 ? options : { ...options, ca: [...getCACertificates(), ...trusted] },
  );

  function once(call: HttpCall): Promise<HttpAnswer> {
    const { url, method = 'GET', headers = {}, authorization = null, signal } = call;
    const isSecure = url.protocol === 'https:';
    if (!isSecure && (url.protocol !== 'http:' || !isLoopback(url.hostname)))
      throw refused('image.registry', `'${url.host}' is only asked over HTTPS: plain HTTP is for loopback alone.`);
    return new Promise((resolve, reject) => {
      const send = isSecure ? httpsRequest : httpRequest;
      const sent = send(url, {
        method,
        agent: isSecure ? secure : plain,
        headers: { ...headers, ...(authorization === null ? {} : { authorization }) },
        timeout: silenceMs,
        ...(signal === undefined ? {} : { signal }),
      });
      sent.on('timeout', () => sent.destroy(silent(url, silenceMs)));
      sent.on('error', (cause) => reject(signal?.aborted === true ? cause : notReached(url, cause)));
      sent.on('response', (body) => {
        body.on('error', () => undefined);
        resolve({ status: body.statusCode ?? 0, header: (name) => headerOf(body, name), body });
      });
      sent.end();
    });
  }

  return async function ask(call) {
    let next = call;
    for (let hop = 0; ; hop++) {
      const answer = await once(next);
      const location = answer.header('location');
      if (!redirects.has(answer.status) || location === undefined) return answer;
      answer.body.destroy();
      if (hop === mostRedirects)
        throw unready(
          'image.registry',
          `'${call.url.host}' sends us from place to place without end: try again later.`,
        );
      next = redirected(next, location);
    }
  };
}

function redirected(call: HttpCall, location: string): HttpCall {
  if (!URL.canParse(location, call.url))
    throw unready('image.registry', `'${call.url.host}' sends us to '${location.slice(0, 200)}', which is no address.`);
  const url = new URL(location, call.url);
  // A blob may lie on another host; what proves who we are is not for it.
  return { ...call, url, authorization: url.origin === call.url.origin ? (call.authorization ?? null) : null };
}

function headerOf({ headers }: IncomingMessage, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

function silent(url: URL, silenceMs: number): Error {
  return new Error(`nothing came from ${url.host} for ${silenceMs / 1000} seconds`);
}

function notReached({ host }: URL, cause: Error): AppError {
  const { code = '' } = cause as NodeJS.ErrnoException;
  if (/CERT|SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)/.test(code))
    return refused(
      'image.registry',
      `The certificate of '${host}' is not trusted (${cause.message}): check the address, or trust its authority.`,
      { cause },
    );
  return unready('image.registry', `'${host}' is not reached (${cause.message}): check the network and the address.`, {
    cause,
  });
}
