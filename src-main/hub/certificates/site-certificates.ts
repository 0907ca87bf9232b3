// The site's certificates as they lie on disk, which is what its listeners serve (site-listener.ts looks every minute).
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CertificateRow } from '#contract/console-site.ts';

const dayMs = 24 * 3_600_000;
/** The hub renews its own certificate sixty days before: one that comes nearer could not be renewed. */
const warnBeforeMs: Readonly<Record<CertificateRow['purpose'], number>> = {
  'site-ca': 365 * dayMs,
  server: 30 * dayMs,
};

/** Those that can be read: authority first. */
export async function readCertificates(dir: string): Promise<readonly CertificateRow[]> {
  const rows = await Promise.all([
    readCertificate('site-ca', join(dir, 'site-ca.pem')),
    readCertificate('server', join(dir, 'server.pem')),
  ]);
  return rows.filter((row) => row !== null);
}

async function readCertificate(purpose: CertificateRow['purpose'], file: string): Promise<CertificateRow | null> {
  // A file that is being replaced, or was damaged meanwhile: the hub goes on with what it has, and so does the list.
  try {
    const text = await readFile(file, 'utf8');
    const certificate = new X509Certificate(text.slice(Math.max(0, text.indexOf('-----BEGIN CERTIFICATE-----'))));
    return {
      purpose,
      file,
      fingerprint: certificate.fingerprint256,
      issuedAtMs: Date.parse(certificate.validFrom),
      endsAtMs: Date.parse(certificate.validTo),
      warnBeforeMs: warnBeforeMs[purpose],
      names: namesOf(certificate),
    };
  } catch {
    return null;
  }
}

function namesOf({ subjectAltName }: X509Certificate): readonly string[] {
  return (subjectAltName ?? '')
    .split(', ')
    .filter((name) => name !== '')
    .map((name) => name.replace(/^(DNS|IP Address):/, ''));
}
