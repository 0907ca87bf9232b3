// The site's certificates as they lie on disk, which is what its listeners serve (site-listener.ts looks every minute).
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CertificateRow, UnreadFile } from '#contract/console-site.ts';
import { unreadFile } from './site-unread.ts';

const dayMs = 24 * 3_600_000;
/** The hub renews its own certificate sixty days before: one that comes nearer could not be renewed. */
const warnBeforeMs: Readonly<Record<CertificateRow['purpose'], number>> = {
  'site-ca': 365 * dayMs,
  server: 30 * dayMs,
};

interface SiteCertificates {
  /** Authority first. */
  readonly certificates: readonly CertificateRow[];
  readonly unread: readonly UnreadFile[];
}

export async function readCertificates(dir: string): Promise<SiteCertificates> {
  const read = await Promise.all([
    readCertificate('site-ca', join(dir, 'site-ca.pem')),
    readCertificate('server', join(dir, 'server.pem')),
  ]);
  return {
    certificates: read.flatMap((row) => ('fingerprint' in row ? row : [])),
    unread: read.flatMap((row) => ('reason' in row ? row : [])),
  };
}

async function readCertificate(purpose: CertificateRow['purpose'], file: string): Promise<CertificateRow | UnreadFile> {
  // A file that is being replaced, or was damaged meanwhile: the hub goes on with what it has, and the list tells the rest.
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
  } catch (error) {
    return unreadFile(purpose, file, error);
  }
}

function namesOf({ subjectAltName }: X509Certificate): readonly string[] {
  return (subjectAltName ?? '')
    .split(', ')
    .filter((name) => name !== '')
    .map((name) => name.replace(/^(DNS|IP Address):/, ''));
}
