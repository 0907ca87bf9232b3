// The site's certificate authority: made once, trusted by every device of the site from then on, so it is never replaced by
// itself. `site-ca-key.pem` (key and certificate in one file, so that neither can be lost alone) is the truth;
// `site-ca.pem` is the public copy that devices are given.
import { X509Certificate, createPrivateKey } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '#base/clock.ts';
import { asAppError, refused } from '#base/errors.ts';
import { writeDurably } from '#hub/turns/durable-file.ts';
import { makeCertificate, type CertifiedKey } from './certificate-maker.ts';

export interface SiteCa {
  readonly certificatePem: string;
  /** The public certificate, for `--ca` and SDK options. */
  readonly caFile: string;
  /** A certificate for the site's listeners under all of `names` (host names and addresses). */
  issueServerCertificate(names: readonly string[]): Promise<CertifiedKey>;
  /** A certificate with which a device proves that it is `deviceId`. */
  signClientCertificate(
    deviceId: string,
    validity?: { readonly notBeforeMs?: number; readonly notAfterMs?: number },
  ): Promise<CertifiedKey>;
  /** Whether this authority signed it; validity dates are the caller's to check. */
  hasSigned(certificate: X509Certificate): boolean;
}

const yearMs = 365.25 * 24 * 3_600_000;
const authorityYears = 25;
const leafYears = 2;
// A laptop whose own clock fell back must not make certificates that are over before they begin.
const earliestSaneMs = Date.UTC(2026, 0, 1);

export async function openSiteCa(options: { readonly dir: string; readonly clock: Clock }): Promise<SiteCa> {
  const { dir, clock } = options;
  const keyFile = join(dir, 'site-ca-key.pem');
  const caFile = join(dir, 'site-ca.pem');
  const saneNowMs = () => Math.max(clock.nowMs(), earliestSaneMs);
  const authority = existsSync(keyFile) ? readAuthority(keyFile) : await makeAuthority(keyFile, caFile, saneNowMs());
  if (!existsSync(caFile) || readFileSync(caFile, 'utf8') !== authority.certificatePem)
    writeDurably(caFile, authority.certificatePem, 0o644);
  const own = new X509Certificate(authority.certificatePem);
  return {
    certificatePem: authority.certificatePem,
    caFile,
    issueServerCertificate: (names) =>
      makeCertificate({
        commonName: 'Lanyard hub',
        purpose: { kind: 'server', names },
        notAfterMs: saneNowMs() + leafYears * yearMs,
        issuer: authority,
      }),
    signClientCertificate: (deviceId, validity = {}) =>
      makeCertificate({
        commonName: deviceId,
        purpose: { kind: 'client' },
        notAfterMs: saneNowMs() + leafYears * yearMs,
        issuer: authority,
        ...validity,
      }),
    hasSigned: (certificate) => certificate.checkIssued(own) && certificate.verify(own.publicKey),
  };
}

async function makeAuthority(keyFile: string, caFile: string, nowMs: number): Promise<CertifiedKey> {
  if (existsSync(caFile))
    throw damaged(caFile, `its key ${keyFile} is missing, and a new one would lock out every device that trusts it`);
  const authority = await makeCertificate({
    commonName: 'Lanyard site CA',
    purpose: { kind: 'authority' },
    notAfterMs: nowMs + authorityYears * yearMs,
  });
  writeDurably(keyFile, authority.privateKeyPem + authority.certificatePem, 0o600);
  return authority;
}

function readAuthority(keyFile: string): CertifiedKey {
  const text = readFileSync(keyFile, 'utf8');
  const [privateKeyPem] = /-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----\n/.exec(text) ?? [];
  const [certificatePem] = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n/.exec(text) ?? [];
  if (privateKeyPem === undefined || certificatePem === undefined)
    throw damaged(keyFile, 'it is cut short or not the file that the hub wrote');
  if (!keyFits(keyFile, certificatePem, privateKeyPem)) throw damaged(keyFile, 'its key and certificate do not match');
  return { certificatePem, privateKeyPem };
}

function keyFits(keyFile: string, certificatePem: string, privateKeyPem: string): boolean {
  try {
    return new X509Certificate(certificatePem).checkPrivateKey(createPrivateKey(privateKeyPem));
  } catch (error) {
    // The platform tells unreadable PEM by throwing; the person needs to know which file.
    throw damaged(keyFile, asAppError(error).message);
  }
}

function damaged(file: string, why: string) {
  return refused(
    'site-ca.damaged',
    `The site's certificate authority ${file} cannot be used: ${why}. ` +
      'Restore it from a backup of the data directory; only if no device was ever given it, remove site-ca*.pem and start again.',
    { subject: file },
  );
}
