// Makes X.509 certificates with ECDSA P-256 keys: the site's own authority, its server, its devices.
// Every certificate is valid from 1970 on: a device whose clock lost its battery must still trust its hub.
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import type * as X509 from '@peculiar/x509';

/** A certificate with its private key, both PEM. */
export interface CertifiedKey {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

type CertificatePurpose =
  | { readonly kind: 'authority' }
  | { readonly kind: 'server'; readonly names: readonly string[] }
  | { readonly kind: 'client' };

export interface CertificateRequest {
  readonly commonName: string;
  readonly purpose: CertificatePurpose;
  readonly notBeforeMs?: number;
  readonly notAfterMs: number;
  /** Who signs; missing: the certificate signs itself. */
  readonly issuer?: CertifiedKey;
}

const keyAlgorithm = { name: 'ECDSA', namedCurve: 'P-256' };
const signingAlgorithm = { name: 'ECDSA', hash: 'SHA-256' };

export async function makeCertificate(request: CertificateRequest): Promise<CertifiedKey> {
  // Loaded only here: it costs a fifth of a second, and most starts of the hub make no certificate.
  await import('reflect-metadata');
  const x509 = await import('@peculiar/x509');
  const pair = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const { subtle } = globalThis.crypto;
  const publicKey = await subtle.importKey('spki', new Uint8Array(pair.publicKey), keyAlgorithm, true, ['verify']);
  const signingKeyPem = request.issuer?.privateKeyPem ?? pair.privateKey;
  const signingKey = await subtle.importKey('pkcs8', derOf(signingKeyPem), keyAlgorithm, false, ['sign']);
  const issuer = request.issuer === undefined ? undefined : new x509.X509Certificate(request.issuer.certificatePem);
  const subject = new x509.Name([{ CN: [{ utf8String: request.commonName }] }]);
  const certificate = await x509.X509CertificateGenerator.create({
    // 127 random bits, the first bit clear: a serial number is a positive integer.
    serialNumber: Buffer.concat([Buffer.from([0x40]), randomBytes(15)]).toString('hex'),
    subject,
    issuer: issuer?.subjectName ?? subject,
    notBefore: new Date(request.notBeforeMs ?? 0),
    notAfter: new Date(request.notAfterMs),
    signingAlgorithm,
    publicKey,
    signingKey,
    extensions: [
      ...extensionsFor(request.purpose, x509),
      await x509.SubjectKeyIdentifierExtension.create(publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(issuer?.publicKey ?? publicKey),
    ],
  });
  return { certificatePem: `${certificate.toString('pem')}\n`, privateKeyPem: pair.privateKey };
}

function extensionsFor(purpose: CertificatePurpose, x509: typeof X509) {
  const { KeyUsageFlags, ExtendedKeyUsage } = x509;
  if (purpose.kind === 'authority')
    return [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    ];
  const usage = purpose.kind === 'server' ? ExtendedKeyUsage.serverAuth : ExtendedKeyUsage.clientAuth;
  const leaf = [
    new x509.BasicConstraintsExtension(false, undefined, true),
    new x509.KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
    new x509.ExtendedKeyUsageExtension([usage]),
  ];
  if (purpose.kind === 'client') return leaf;
  const names = purpose.names.map((name) => ({ type: isIP(name) === 0 ? 'dns' : 'ip', value: name }) as const);
  return [...leaf, new x509.SubjectAlternativeNameExtension(names)];
}

function derOf(pem: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.from(pem.replace(/-----[^-]+-----/g, ''), 'base64'));
}
