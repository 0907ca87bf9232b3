// The site's CA and the certificates it makes, judged by OpenSSL and by Node's own TLS, not by the library that wrote them.
import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createServer } from 'node:tls';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openServerCertificate, reachableNames } from '#hub/certificates/server-certificate.ts';
import { openSiteCa } from '#hub/certificates/site-ca.ts';
import { createFakeClock } from '#test/support/fake-clock.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'site-ca-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

const yearMs = 365 * 24 * 3_600_000;

// The independent judge of what we make.
const judge = 'openssl';

function openssl(...args: string[]): string {
  return execFileSync(judge, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

describe('the site CA', () => {
  test('when the hub starts again, it is the same one', async () => {
    const clock = createFakeClock();
    const first = await openSiteCa({ dir, clock });
    const second = await openSiteCa({ dir, clock });
    expect(second.certificatePem).toBe(first.certificatePem);
    expect(readFileSync(first.caFile, 'utf8')).toBe(first.certificatePem);
  });

  test('when it is made, it is valid from long ago to far ahead, may sign, and its key is for its owner alone', async () => {
    const clock = createFakeClock();
    const { certificatePem } = await openSiteCa({ dir, clock });
    const certificate = new X509Certificate(certificatePem);
    expect(certificate.ca).toBe(true);
    expect(Date.parse(certificate.validFrom)).toBe(0);
    expect(Date.parse(certificate.validTo)).toBeGreaterThan(clock.nowMs() + 10 * yearMs);
    expect(statSync(join(dir, 'site-ca-key.pem')).mode & 0o777).toBe(0o600);
  });

  test('when the laptop believes it is 1980, its certificates still serve today', async () => {
    const ca = await openSiteCa({ dir, clock: createFakeClock(Date.UTC(1980, 0, 1)) });
    expect(Date.parse(new X509Certificate(ca.certificatePem).validTo)).toBeGreaterThan(Date.UTC(2050, 0, 1));
  });

  test('when only the public copy is lost or damaged, it is written anew', async () => {
    const { caFile, certificatePem } = await openSiteCa({ dir, clock: createFakeClock() });
    writeFileSync(caFile, 'half');
    await openSiteCa({ dir, clock: createFakeClock() });
    expect(readFileSync(caFile, 'utf8')).toBe(certificatePem);
  });

  test.each([
    ['empty', () => ''],
    ['cut short', (text: string) => text.slice(0, text.length / 2)],
    ['without its certificate', (text: string) => text.slice(0, text.indexOf('-----BEGIN CERT'))],
    ['scrambled', (text: string) => text.replaceAll(/^M.*$/gm, 'AAAA')],
  ])('when its file is %s, the start is refused and nothing is replaced', async (_, damage) => {
    const { certificatePem, caFile } = await openSiteCa({ dir, clock: createFakeClock() });
    const keyFile = join(dir, 'site-ca-key.pem');
    const damaged = damage(readFileSync(keyFile, 'utf8'));
    writeFileSync(keyFile, damaged);
    await expect(openSiteCa({ dir, clock: createFakeClock() })).rejects.toMatchObject({
      kind: 'refused',
      code: 'site-ca.damaged',
      message: expect.stringContaining(keyFile),
    });
    expect(readFileSync(keyFile, 'utf8')).toBe(damaged);
    expect(readFileSync(caFile, 'utf8')).toBe(certificatePem);
  });

  test('when its key is gone but devices may trust its certificate, the start is refused', async () => {
    const { caFile } = await openSiteCa({ dir, clock: createFakeClock() });
    rmSync(join(dir, 'site-ca-key.pem'));
    await expect(openSiteCa({ dir, clock: createFakeClock() })).rejects.toMatchObject({ code: 'site-ca.damaged' });
    expect(existsSync(caFile)).toBe(true);
  });

  test('when OpenSSL looks at what it signed, strictly, it finds nothing wrong', async () => {
    const clock = createFakeClock(Date.now());
    const ca = await openSiteCa({ dir, clock });
    const server = await openServerCertificate({ dir, ca, clock, names: ['hub.local', '10.0.0.2'] });
    const client = await ca.signClientCertificate('#a device=1');
    writeFileSync(join(dir, 's.pem'), server.certificatePem);
    writeFileSync(join(dir, 'c.pem'), client.certificatePem);
    const verify = (purpose: string, file: string, ...more: string[]) =>
      openssl('verify', '-x509_strict', '-purpose', purpose, '-CAfile', ca.caFile, ...more, join(dir, file));
    expect(verify('sslserver', 's.pem', '-verify_hostname', 'hub.local')).toContain('OK');
    expect(verify('sslserver', 's.pem', '-verify_ip', '10.0.0.2')).toContain('OK');
    expect(verify('sslclient', 'c.pem')).toContain('OK');
    expect(() => verify('sslserver', 'c.pem')).toThrow();
    expect(openssl('x509', '-in', join(dir, 'c.pem'), '-noout', '-subject')).toContain('#a device=1');
  });

  test('when another CA signed a certificate, it says so', async () => {
    const ours = await openSiteCa({ dir, clock: createFakeClock() });
    const elsewhere = mkdtempSync(join(dir, 'other-'));
    const theirs = await openSiteCa({ dir: elsewhere, clock: createFakeClock() });
    const certified = await theirs.signClientCertificate('d1');
    expect(ours.hasSigned(new X509Certificate(certified.certificatePem))).toBe(false);
    expect(theirs.hasSigned(new X509Certificate(certified.certificatePem))).toBe(true);
  });
});

describe('the server certificate', () => {
  test('when names and date still fit, it stays; when a name is new or the end is near, it is made anew', async () => {
    const clock = createFakeClock();
    const ca = await openSiteCa({ dir, clock });
    const open = (names: string[]) => openServerCertificate({ dir, ca, clock, names });
    const first = await open(['localhost', '127.0.0.1']);
    expect((await open(['localhost'])).certificatePem).toBe(first.certificatePem);
    const moved = await open(['localhost', '10.1.2.3']);
    expect(moved.certificatePem).not.toBe(first.certificatePem);
    clock.jumpTo(clock.nowMs() + 2 * yearMs - 30 * 24 * 3_600_000);
    const renewed = await open(['localhost', '10.1.2.3']);
    expect(renewed.certificatePem).not.toBe(moved.certificatePem);
  });

  test('when its file is damaged, it is made anew without a word', async () => {
    const clock = createFakeClock();
    const ca = await openSiteCa({ dir, clock });
    const options = { dir, ca, clock, names: ['localhost'] };
    await openServerCertificate(options);
    writeFileSync(join(dir, 'server.pem'), '-----BEGIN CERTIFICATE-----\nhalf');
    chmodSync(join(dir, 'server.pem'), 0o600);
    expect(new X509Certificate((await openServerCertificate(options)).certificatePem).checkHost('localhost')).toBe(
      'localhost',
    );
  });

  test('when a client trusts the CA alone, TLS 1.3 connects by name and by address', async () => {
    const clock = createFakeClock(Date.now());
    const ca = await openSiteCa({ dir, clock });
    const made = await openServerCertificate({ dir, ca, clock, names: reachableNames('0.0.0.0') });
    const server = createServer({ key: made.privateKeyPem, cert: made.certificatePem }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    for (const host of ['localhost', '127.0.0.1']) {
      const socket = connect({ host, port, ca: ca.certificatePem });
      await once(socket, 'secureConnect');
      expect(socket.authorized).toBe(true);
      expect(socket.getProtocol()).toBe('TLSv1.3');
      socket.destroy();
    }
    server.close();
  });
});
