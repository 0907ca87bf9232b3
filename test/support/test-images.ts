// Container images made on the spot, since no registry is reachable: Debian's static busybox, and a module written with
// the unmodified Azure SDK together with the Node it runs on.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { spawn } from 'node:child_process';
import type Docker from 'dockerode';

const applets = ['sh', 'sleep', 'echo', 'cat', 'httpd', 'wget', 'true', 'false', 'env', 'ls'];

/** Imports busybox as `reference`, running `command` by default. */
export async function importBusybox(docker: Docker, reference: string, command: readonly string[]): Promise<void> {
  await importTree(docker, reference, [`CMD ${JSON.stringify(command)}`], (root) => {
    mkdirSync(join(root, 'bin'));
    mkdirSync(join(root, 'tmp'));
    cpSync('/bin/busybox', join(root, 'bin/busybox'));
    for (const applet of applets) symlinkSync('busybox', join(root, 'bin', applet));
  });
}

/** Imports Node, `azure-iot-device` with its MQTT transport, and `script` as the module's program. */
export async function importSdkModule(docker: Docker, reference: string, script: string): Promise<void> {
  await importTree(docker, reference, ['CMD ["/bin/node","/app/module.cjs"]', 'WORKDIR /app'], (root) => {
    mkdirSync(join(root, 'app/node_modules'), { recursive: true });
    mkdirSync(join(root, 'tmp'));
    for (const name of dependencyClosure(['azure-iot-device', 'azure-iot-device-mqtt'])) {
      cpSync(join('node_modules', name), join(root, 'app/node_modules', name), { recursive: true });
    }
    writeFileSync(join(root, 'app/module.cjs'), script);
    copyProgram(process.execPath, root, '/bin/node');
  });
}

/** Loads an empty image as `reference` that says it is for another processor. */
export async function loadForeignImage(docker: Docker, reference: string): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'lanyard-image-'));
  // The end of a tar: two empty blocks.
  const layer = Buffer.alloc(1_024);
  const diffId = `sha256:${createHash('sha256').update(layer).digest('hex')}`;
  const rootfs = { type: 'layers', diff_ids: [diffId] };
  writeFileSync(join(root, 'layer.tar'), layer);
  writeFileSync(join(root, 'config.json'), JSON.stringify({ architecture: 's390x', os: 'linux', config: {}, rootfs }));
  const manifest = [{ Config: 'config.json', RepoTags: [reference], Layers: ['layer.tar'] }];
  writeFileSync(join(root, 'manifest.json'), JSON.stringify(manifest));
  const tar = spawn('tar', ['-C', root, '-c', 'manifest.json', 'config.json', 'layer.tar'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const stream = (await docker.loadImage(tar.stdout)) as Readable;
  let answer = '';
  for await (const chunk of stream) answer += String(chunk);
  rmSync(root, { recursive: true, force: true });
  if (answer.includes('"error"')) throw new Error(`docker load of ${reference} failed: ${answer}`);
}

/** The names of the top-level packages that `names` and the packages nested in them need, transitively. */
function dependencyClosure(names: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  const open = [...names];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const folder = join('node_modules', name);
    if (found.has(name) || !existsSync(folder)) continue;
    found.add(name);
    const manifests = globSync(['package.json', '**/node_modules/*/package.json'], { cwd: folder });
    open.push(...manifests.flatMap((manifest) => dependenciesOf(join(folder, manifest))));
  }
  return found;
}

function dependenciesOf(manifest: string): readonly string[] {
  const { dependencies = {} } = JSON.parse(readFileSync(manifest, 'utf8')) as { dependencies?: Record<string, string> };
  return Object.keys(dependencies);
}

/** A dynamically linked program with the libraries it loads, at their own paths. */
function copyProgram(program: string, root: string, target: string): void {
  mkdirSync(dirname(join(root, target)), { recursive: true });
  cpSync(realpathSync(program), join(root, target));
  const libraries = execFileSync('ldd', [program], { encoding: 'utf8' }).matchAll(/(\/\S+) \(0x/g);
  for (const [, library = ''] of libraries) {
    mkdirSync(dirname(join(root, library)), { recursive: true });
    cpSync(realpathSync(library), join(root, library));
  }
}

async function importTree(
  docker: Docker,
  reference: string,
  changes: readonly string[],
  fill: (root: string) => void,
): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'lanyard-image-'));
  fill(root);
  const [repo, tag] = reference.split(':');
  const tar = spawn('tar', ['-C', root, '-c', '.'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const stream = (await docker.importImage(tar.stdout, { repo, tag, changes })) as Readable;
  let answer = '';
  for await (const chunk of stream) answer += String(chunk);
  rmSync(root, { recursive: true, force: true });
  if (answer.includes('"error"')) throw new Error(`docker import of ${reference} failed: ${answer}`);
}
