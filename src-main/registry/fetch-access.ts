// Proves to a registry who we are, as it asks: not at all, by name and password, or by a token of its token server (Distribution's
// "Token Authentication Specification"). Tokens are kept for the one fetch that they were got for, passwords nowhere.
import { z } from 'zod';
import { refused, unready } from '#base/errors.ts';
import { parseJson } from '#base/json-text.ts';
import { readChallenges, type Challenge } from './fetch-challenge.ts';
import { isLoopback, type Http, type HttpAnswer, type HttpCall } from './fetch-http.ts';
import { readBody } from './fetch-body.ts';

export interface Credential {
  readonly username: string;
  readonly password: string;
}

export interface AccessChoices {
  readonly http: Http;
  /** Who it is, for sentences: `mcr.microsoft.com`. */
  readonly registry: string;
  readonly repository: string;
  readonly credential: Credential | null;
}

const tokenAnswer = z.object({ token: z.string().optional(), access_token: z.string().optional() });
const largestToken = 256 * 1024;

/** An `Http` that answers the registry's question once and remembers the answer. @throws refused, unready `image.registry` */
export function withAccess({ http, registry, repository, credential }: AccessChoices): Http {
  let authorization: string | null = null;

  async function answerTo(asked: HttpAnswer, { url, signal }: HttpCall): Promise<string | null> {
    const challenges = readChallenges(asked.header('www-authenticate') ?? '');
    const bearer = challenges.find(({ scheme }) => scheme === 'bearer');
    if (bearer !== undefined) return `Bearer ${await tokenFor(bearer, url, signal)}`;
    const isBasic = challenges.some(({ scheme }) => scheme === 'basic');
    return isBasic && credential !== null ? basic(credential) : null;
  }

  async function tokenFor({ parameters }: Challenge, from: URL, signal: AbortSignal | undefined): Promise<string> {
    const url = realmOf(parameters.get('realm') ?? '', from, registry);
    const service = parameters.get('service');
    if (service !== undefined) url.searchParams.set('service', service);
    url.searchParams.set('scope', parameters.get('scope') ?? `repository:${repository}:pull`);
    if (credential !== null) url.searchParams.set('account', credential.username);
    const answer = await http({ url, authorization: credential === null ? null : basic(credential), signal });
    if (answer.status === 401 || answer.status === 403) {
      answer.body.destroy();
      throw denied(registry, repository, credential);
    }
    const body = await readBody(answer, largestToken, url.host);
    if (answer.status !== 200)
      throw unready('image.registry', `The token server of '${registry}' answers ${answer.status}: try again later.`);
    const read = tokenAnswer.safeParse(parsed(body));
    const token = read.data?.token ?? read.data?.access_token;
    if (token !== undefined && /^[\x21-\x7e]+$/.test(token)) return token;
    throw unready('image.registry', `The token server of '${registry}' gives no token: try again later.`);
  }

  return async function ask(call) {
    const first = await http({ ...call, authorization });
    if (first.status !== 401) return first;
    first.body.destroy();
    // One that was remembered may have ended meanwhile: it is asked for anew, once.
    authorization = await answerTo(first, call);
    if (authorization === null) throw denied(registry, repository, credential);
    const second = await http({ ...call, authorization });
    if (second.status !== 401 && second.status !== 403) return second;
    second.body.destroy();
    throw denied(registry, repository, credential);
  };
}

/** Passwords go to it, so that it has to be as safe as the registry itself. */
function realmOf(realm: string, from: URL, registry: string): URL {
  const url = URL.canParse(realm) ? new URL(realm) : null;
  const isSafe = url?.protocol === 'https:' || (isLoopback(from.hostname) && isLoopback(url?.hostname ?? ''));
  if (url !== null && isSafe) return url;
  throw refused(
    'image.registry',
    `'${registry}' names '${realm.slice(0, 200)}' as its token server, which is no address of HTTPS: no credential goes there.`,
  );
}

function denied(registry: string, repository: string, credential: Credential | null): Error {
  if (credential === null)
    return refused(
      'image.registry',
      `'${registry}' does not give '${repository}' to everybody, or has none of that name: check the name, or give a user and password (registryCredentials of the deployment, or asked for here).`,
    );
  return refused(
    'image.registry',
    `'${registry}' does not give '${repository}' to user '${credential.username}': check the user, the password and the name of the image.`,
  );
}

function basic({ username, password }: Credential): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

function parsed(body: Uint8Array): unknown {
  try {
    // A body that is no JSON is an expected outcome, and there is no other way to hear of it.
    return parseJson(Buffer.from(body).toString('utf8'));
  } catch {
    return null;
  }
}
