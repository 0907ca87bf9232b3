// A token server as registries of the cloud have one (Distribution's token specification): whoever gives the right password gets a
// token for what was asked, signed with a certificate that the registry was told.
import { execFileSync } from 'node:child_process';
import { createPrivateKey, sign, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TokenServer {
  /** For the configuration of a registry. */
  readonly auth: object;
  /** What was asked for, as `scope user`; the user is empty for nobody. */
  readonly asked: string[];
  stop(): Promise<void>;
}

function part(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

export async function startTokenServer(user: string, password: string): Promise<TokenServer> {
  const home = mkdtempSync(join(tmpdir(), 'lanyard-token-'));
  const [keyPath, certificatePath] = [join(home, 'key.pem'), join(home, 'cert.pem')];
  const options = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=token'];
  execFileSync('openssl', [...options, '-keyout', keyPath, '-out', certificatePath], { stdio: 'ignore' });
  const key = createPrivateKey(readFileSync(keyPath));
  const x5c = [new X509Certificate(readFileSync(certificatePath)).raw.toString('base64')];
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const scope = url.searchParams.get('scope') ?? '';
    const given = Buffer.from((request.headers.authorization ?? '').replace('Basic ', ''), 'base64').toString();
    asked.push(`${scope} ${given.split(':')[0] ?? ''}`);
    if (given !== '' && given !== `${user}:${password}`) return void response.writeHead(401).end();
    const [type, name, actions = ''] = scope.split(':');
    const mayDo = given === '' ? [] : actions.split(',');
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      iss: 'tokens',
      aud: 'site',
      sub: user,
      exp: now + 300,
      nbf: now - 10,
      iat: now,
      jti: String(asked.length),
      access: [{ type, name, actions: mayDo }],
    };
    const text = `${part({ typ: 'JWT', alg: 'RS256', x5c })}.${part(claims)}`;
    const token = `${text}.${sign('sha256', Buffer.from(text), key).toString('base64url')}`;
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ token }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const realm = `http://127.0.0.1:${port}/token`;
  return {
    auth: { token: { realm, service: 'site', issuer: 'tokens', rootcertbundle: certificatePath } },
    asked,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(home, { recursive: true, force: true });
    },
  };
}
