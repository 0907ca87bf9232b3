// A registry of images on loopback, Debian's `docker-registry` run by hand, and images for it that are made on the spot: a real
// pull has to come from somewhere.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type Docker from 'dockerode';

const program = '/usr/bin/docker-registry';

/** Null: it can be started. */
export const whyNoRegistry = existsSync(program) ? null : `${program} is not installed (Debian's docker-registry)`;

export interface LoopbackRegistry {
  /** `127.0.0.1:port`: engines take a registry on loopback without TLS. */
  readonly address: string;
  stop(): Promise<void>;
}

/** `auth`: as its configuration has it (htpasswd, token); nobody is asked without. */
export async function startLoopbackRegistry({ auth }: { readonly auth?: object } = {}): Promise<LoopbackRegistry> {
  const home = mkdtempSync(join(tmpdir(), 'lanyard-registry-'));
  const configuration = {
    version: 0.1,
    log: { level: 'info', formatter: 'json' },
    storage: { filesystem: { rootdirectory: join(home, 'images') } },
    http: { addr: '127.0.0.1:0' },
    auth,
  };
  // YAML takes JSON.
  writeFileSync(join(home, 'registry.yml'), JSON.stringify(configuration));
  const child = spawn(program, ['serve', join(home, 'registry.yml')], { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const address = await new Promise<string>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the registry ended with code ${code}`)));
    createInterface({ input: child.stderr }).on('line', (line) => {
      const [, heard] = /listening on (127\.0\.0\.1:\d+)/.exec(line) ?? [];
      if (heard !== undefined) resolve(heard);
    });
  });
  return {
    address,
    async stop() {
      child.kill('SIGTERM');
      await ended;
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** `from` and one more layer of bytes that do not compress, in the registry that the reference names. */
export async function publishLayer(
  docker: Docker,
  image: { readonly from: string; readonly reference: string; readonly bytes: number },
): Promise<void> {
  await addLayer(docker, image);
  await pushTo(docker, image.reference);
}

/** `from` and one more layer of bytes that do not compress, under the reference. */
export async function addLayer(
  docker: Docker,
  image: { readonly from: string; readonly reference: string; readonly bytes: number },
): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'lanyard-layer-'));
  const container = await docker.createContainer({ Image: image.from });
  try {
    writeFileSync(join(home, `blob-${image.bytes}`), randomBytes(image.bytes));
    await container.putArchive(spawn('tar', ['-C', home, '-c', '.'], { stdio: ['ignore', 'pipe', 'inherit'] }).stdout, {
      path: '/tmp',
    });
    const [, repo = '', tag = ''] = /^(.*):([^:/]+)$/.exec(image.reference) ?? [];
    await container.commit({ repo, tag });
  } finally {
    await container.remove({ force: true });
    rmSync(home, { recursive: true, force: true });
  }
}

export async function pushTo(
  docker: Docker,
  reference: string,
  credential: Docker.AuthConfig | object = {},
): Promise<void> {
  const stream = (await docker.getImage(reference).push({ authconfig: credential })) as Readable;
  let answer = '';
  for await (const chunk of stream) answer += String(chunk);
  if (answer.includes('"error"')) throw new Error(`docker push of ${reference} failed: ${answer}`);
}
