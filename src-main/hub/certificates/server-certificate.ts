// The certificate of the site's listeners: from the site CA, for every name and address this machine can be reached by.
// Kept between starts; made anew when a name is missing, when it nears its end, or when its file cannot be read.
import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '#base/clock.ts';
import { writeDurably } from '#hub/turns/durable-file.ts';
import type { CertifiedKey } from './certificate-maker.ts';
import type { SiteCa } from './site-ca.ts';

const renewBeforeMs = 60 * 24 * 3_600_000;

export async function openServerCertificate(options: {
  readonly dir: string;
  readonly ca: SiteCa;
  readonly clock: Clock;
  readonly names: readonly string[];
}): Promise<CertifiedKey> {
  const file = join(options.dir, 'server.pem');
  const kept = existsSync(file) ? readKept(file) : undefined;
  if (kept !== undefined && suits(kept, options)) return kept;
  const made = await options.ca.issueServerCertificate(options.names);
  writeDurably(file, made.privateKeyPem + made.certificatePem, 0o600);
  return made;
}

/** What devices may call this machine: its names, the bind host, and all its addresses of the moment. */
export function reachableNames(bindHost: string): readonly string[] {
  const addresses = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    // A link-local IPv6 address has no meaning without its zone, which no certificate can name.
    .filter((address) => !address.address.startsWith('fe80:'))
    .map((address) => address.address);
  const names = new Set(['localhost', '127.0.0.1', '::1', hostname().toLowerCase(), bindHost, ...addresses]);
  for (const unspecified of ['', '0.0.0.0', '::']) names.delete(unspecified);
  return [...names].filter((name) => /^[\w.:-]+$/.test(name)).toSorted();
}

function readKept(file: string): CertifiedKey | undefined {
  const text = readFileSync(file, 'utf8');
  const split = text.indexOf('-----BEGIN CERTIFICATE-----');
  const kept = { privateKeyPem: text.slice(0, Math.max(split, 0)), certificatePem: text.slice(Math.max(split, 0)) };
  try {
    return new X509Certificate(kept.certificatePem).subject === '' ? undefined : kept;
  } catch {
    // Nobody trusts this certificate by itself, so a damaged one is simply made anew.
    return undefined;
  }
}

function suits(kept: CertifiedKey, options: Parameters<typeof openServerCertificate>[0]): boolean {
  const certificate = new X509Certificate(kept.certificatePem);
  const covers = (name: string) =>
    (isIP(name) === 0 ? certificate.checkHost(name) : certificate.checkIP(name)) !== undefined;
  return (
    options.ca.hasSigned(certificate) &&
    kept.privateKeyPem.endsWith('-----END PRIVATE KEY-----\n') &&
    Date.parse(certificate.validTo) - options.clock.nowMs() > renewBeforeMs &&
    options.names.every(covers)
  );
}
