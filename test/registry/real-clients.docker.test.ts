// Docker and skopeo, unmodified, against the hub as its users run it: push, pull, copy of every architecture, and a hub that is
// killed in the middle of a pull.
import { execFile, spawnSync } from 'node:child_process';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import Docker from 'dockerode';
import { findFixedPort } from '#test/faults/fixed-port.ts';
import { eventually } from '#test/support/eventually.ts';
import { startHubProcess, type HubProcess } from '#test/support/hub-process.ts';
import { importBusybox } from '#test/support/test-images.ts';

const run = promisify(execFile);
const socketPath = process.env['LANYARD_TEST_DOCKER'] ?? '';
const hasSkopeo = spawnSync('skopeo', ['--version']).status === 0;
const missing =
  socketPath === '' ? 'needs LANYARD_TEST_DOCKER, the socket of a dockerd' : hasSkopeo ? null : 'needs skopeo';

describe.skipIf(missing !== null)(`real clients${missing === null ? '' : ` (${missing})`}`, () => {
  const name = `lanyard-${randomUUID().slice(0, 8)}`;
  const docker = new Docker({ socketPath: socketPath === '' ? '/nowhere' : socketPath });
  const dir = mkdtempSync(join(tmpdir(), 'lanyard-clients-'));
  const environment = { ...process.env, DOCKER_HOST: `unix://${socketPath}`, DOCKER_CONFIG: join(dir, 'docker') };
  let hub: HubProcess;
  let port = 0;
  let key = '';
  const tags: string[] = [];

  const dockerCli = (...args: string[]) => run('docker', args, { env: environment, maxBuffer: 1e7 });
  const creds = () => `service:${key}`;
  const onSite = (path: string) => `127.0.0.1:${port}/${path}`;

  async function startHub(): Promise<void> {
    const ports = ['--https-port', String(port), '--mqtt-port', '0', '--console-port', '0'];
    hub = await startHubProcess(['--data-dir', join(dir, 'hub'), ...ports]);
  }

  beforeAll(async () => {
    port = await findFixedPort();
    await startHub();
    key = /SharedAccessKey=(.*)$/.exec(hub.ready.serviceConnectionString)?.[1] ?? '';
    mkdirSync(join(dir, 'certs'));
    cpSync(hub.ready.caFile, join(dir, 'certs', 'ca.crt'));
    await importBusybox(docker, `${name}:base`, ['sleep', '600']);
    await dockerCli('login', '-u', 'service', '-p', key, `127.0.0.1:${port}`);
  });
  afterAll(async () => {
    for (const tag of [`${name}:base`, ...tags]) await dockerCli('rmi', '-f', tag).catch(() => undefined);
    await hub.end('SIGTERM');
    rmSync(dir, { recursive: true, force: true });
  });

  async function tag(path: string): Promise<string> {
    const image = onSite(path);
    await dockerCli('tag', `${name}:base`, image);
    tags.push(image);
    return image;
  }

  test('when Docker pushes and pulls, the image has the same id and digest', async () => {
    const image = await tag(`${name}/plain:1`);
    const { stdout } = await dockerCli('push', image);
    const [digest] = /sha256:[0-9a-f]{64}/.exec(stdout) ?? [];
    const before = await docker.getImage(image).inspect();
    await dockerCli('rmi', image);
    await dockerCli('pull', image);
    const after = await docker.getImage(image).inspect();
    expect(after.Id).toBe(before.Id);
    expect(after.RepoDigests).toContain(`${image.replace(/:1$/, '')}@${digest}`);
  });

  test('when skopeo copies every architecture from a layout and back, each byte is the same', async () => {
    const from = aLayout(join(dir, 'from'), ['amd64', 'arm64', 'arm']);
    const site = `docker://${onSite(`${name}/many:1`)}`;
    const certs = join(dir, 'certs');
    await skopeo(
      'copy',
      '--all',
      '--preserve-digests',
      '--dest-creds',
      creds(),
      '--dest-cert-dir',
      certs,
      `oci:${from}:1`,
      site,
    );
    await skopeo(
      'copy',
      '--all',
      '--preserve-digests',
      '--src-creds',
      creds(),
      '--src-cert-dir',
      certs,
      site,
      `oci:${join(dir, 'to')}:1`,
    );
    for (const digest of blobsOf(from))
      expect(
        readFileSync(join(dir, 'to/blobs/sha256', digest)).equals(readFileSync(join(from, 'blobs/sha256', digest))),
      ).toBe(true);
    const listed = await skopeo(
      'list-tags',
      '--creds',
      creds(),
      '--cert-dir',
      certs,
      `docker://${onSite(`${name}/many`)}`,
    );
    expect(JSON.parse(listed.stdout)).toMatchObject({ Tags: ['1'] });
    await skopeo('delete', '--creds', creds(), '--cert-dir', certs, site);
    await expect(skopeo('inspect', '--creds', creds(), '--cert-dir', certs, site)).rejects.toThrow();
  });

  test('when the hub is killed in the middle of a pull and started again, Docker ends with the whole image', async () => {
    const blob = join(dir, 'large');
    writeFileSync(blob, randomBytes(200_000_000));
    const container = (await dockerCli('create', `${name}:base`)).stdout.trim();
    await dockerCli('cp', blob, `${container}:/large`);
    const image = await tag(`${name}/large:1`);
    await dockerCli('commit', container, image);
    await dockerCli('rm', container);
    await dockerCli('push', image);
    const { Id } = await docker.getImage(image).inspect();
    await dockerCli('rmi', image);
    const pulling = dockerCli('pull', image).then(
      () => 'whole',
      () => 'broken',
    );
    await eventually(async () => {
      const { stdout } = await run('ss', ['-tn', 'state', 'established', `( sport = :${port} )`]);
      if (!/\d+ +\d+ +127/.test(stdout)) throw new Error('nobody pulls yet');
    });
    await hub.end('SIGKILL');
    await startHub();
    // Docker tries a broken download again; where it gave the pull up, the next one goes on with the layers that are whole.
    if ((await pulling) === 'broken') await dockerCli('pull', image);
    expect((await docker.getImage(image).inspect()).Id).toBe(Id);
  });
});

function skopeo(...args: string[]) {
  return run('skopeo', args, { maxBuffer: 1e7 });
}

function blobsOf(layout: string): readonly string[] {
  return spawnSync('ls', [join(layout, 'blobs/sha256')])
    .stdout.toString()
    .trim()
    .split('\n');
}

/** An OCI layout with one image for each architecture under the tag 1. */
function aLayout(dir: string, architectures: readonly string[]): string {
  mkdirSync(join(dir, 'blobs/sha256'), { recursive: true });
  const put = (content: Buffer, mediaType: string) => {
    const hex = createHash('sha256').update(content).digest('hex');
    writeFileSync(join(dir, 'blobs/sha256', hex), content);
    return { mediaType, digest: `sha256:${hex}`, size: content.byteLength };
  };
  const asJson = (document: object, mediaType: string) => put(Buffer.from(JSON.stringify(document)), mediaType);
  const manifests = architectures.map((architecture) => {
    const layer = put(Buffer.from(randomBytes(100_000)), 'application/vnd.oci.image.layer.v1.tar');
    const rootfs = { type: 'layers', diff_ids: [layer.digest] };
    const config = asJson({ architecture, os: 'linux', rootfs }, 'application/vnd.oci.image.config.v1+json');
    const mediaType = 'application/vnd.oci.image.manifest.v1+json';
    const manifest = asJson({ schemaVersion: 2, mediaType, config, layers: [layer] }, mediaType);
    return { ...manifest, platform: { architecture, os: 'linux' } };
  });
  const indexType = 'application/vnd.oci.image.index.v1+json';
  const index = asJson({ schemaVersion: 2, mediaType: indexType, manifests }, indexType);
  const annotations = { 'org.opencontainers.image.ref.name': '1' };
  writeFileSync(join(dir, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [{ ...index, annotations }] }));
  writeFileSync(join(dir, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
  return dir;
}
