// The key by which a device is known to its neighbours, made at each start and never written down. Nobody has to trust who signed
// its certificate: the hub tells each side the fingerprint that it will meet.
import { generateKeyPairSync, randomBytes, X509Certificate } from 'node:crypto';
import { fingerprintOf } from '#contract/sibling-headers.ts';

export interface SiblingIdentity {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
  /** 64 hex digits. */
  readonly fingerprint: string;
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
/** No clock is asked: devices without a battery live in 1970. */
const [notBefore, notAfter] = [new Date(0), new Date('2100-01-01T00:00:00Z')];

export async function makeSiblingIdentity(): Promise<SiblingIdentity> {
  // Loaded only here: it costs a fifth of a second, and most devices pass nothing on.
  await import('reflect-metadata');
  const { X509CertificateGenerator } = await import('@peculiar/x509');
  const pair = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'der' },
  });
  const { subtle } = globalThis.crypto;
  const keys = {
    publicKey: await subtle.importKey('spki', new Uint8Array(pair.publicKey), algorithm, true, ['verify']),
    privateKey: await subtle.importKey('pkcs8', new Uint8Array(pair.privateKey), algorithm, false, ['sign']),
  };
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: Buffer.concat([Buffer.from([0x40]), randomBytes(15)]).toString('hex'),
    name: 'CN=Lanyard neighbour',
    notBefore,
    notAfter,
    signingAlgorithm: algorithm,
    keys,
  });
  const certificatePem = `${certificate.toString('pem')}\n`;
  const privateKeyPem = `-----BEGIN PRIVATE KEY-----\n${pair.privateKey.toString('base64')}\n-----END PRIVATE KEY-----\n`;
  return {
    certificatePem,
    privateKeyPem,
    fingerprint: fingerprintOf(new X509Certificate(certificatePem).fingerprint256),
  };
}
