// A script at the hub's service API: its requests over TLS, with the key of the ready line.
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { parseConnectionString } from '#contract/connection-string.ts';
import { signSharedAccessSignature } from '#contract/shared-access-signature.ts';
import { hmacSha256Base64 } from '#hub/device-link/device-credentials.ts';
import type { HubProcess } from '#test/support/hub-process.ts';

export interface ServiceAnswer {
  readonly status: number;
  readonly text: string;
}

export type ServiceCaller = (
  method: string,
  path: string,
  body?: string,
  headers?: Readonly<Record<string, string>>,
) => Promise<ServiceAnswer>;

export function serviceCaller(
  { ready, httpsPort }: Pick<HubProcess, 'ready' | 'httpsPort'>,
  expiresAtS = 4_000_000_000,
): ServiceCaller {
  const parsed = parseConnectionString(ready.serviceConnectionString);
  if (!parsed.ok) throw new Error('the ready line has no connection string');
  const { hostName, sharedAccessKey, sharedAccessKeyName } = parsed.value;
  const signed = {
    resource: hostName,
    keyBase64: sharedAccessKey ?? '',
    keyName: sharedAccessKeyName ?? '',
    expiresAtS,
  };
  const token = signSharedAccessSignature(signed, hmacSha256Base64);
  const ca = readFileSync(ready.caFile);
  return (method, path, body = '', headers = {}) =>
    new Promise((resolve, reject) => {
      const call = request({
        host: '127.0.0.1',
        port: httpsPort,
        method,
        path: `${path}?api-version=2021-04-12`,
        ca,
        headers: { authorization: token, 'content-type': 'application/json', ...headers },
      });
      call.on('error', reject);
      call.on('response', (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
      });
      call.end(body);
    });
}
