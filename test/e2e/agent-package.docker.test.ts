// The agent's Debian package: built, installed by dpkg for real on this very Debian, run as its own user against a real hub and
// a real engine, and purged. What is installed lands in a layer over the root folder, which is gone with the test.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildAgentPackage } from '#entry/agent-package.ts';
import { startHubProgram, type HubProgram } from '#entry/hub-program.ts';
import { createSystemClock } from '#entry/system-clock.ts';
import { eventually } from '#test/support/eventually.ts';
import { deviceId, moduleIdentity } from '#test/support/hub-parts.ts';

const socketPath = process.env['LANYARD_TEST_DOCKER'] ?? '';
const missing = whyNot();

function whyNot(): string | null {
  if (socketPath === '') return 'no Docker engine';
  if (process.getuid?.() !== 0) return 'only root installs packages';
  if (!existsSync('/usr/bin/dpkg-deb')) return 'this is no Debian';
  try {
    // In a container root may still not mount.
    execFileSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], { stdio: 'ignore' });
    return null;
  } catch {
    return 'mount is refused';
  }
}

/** $1: an empty folder, $2: the package, $3: folder with the secrets, $4: the engine's socket. */
const installed = `
say() { echo "stage: $1"; }
mount -t tmpfs -o size=700m tmpfs "$1"
mkdir "$1/up" "$1/work" "$1/root"
mount -t overlay -o "lowerdir=/,upperdir=$1/up,workdir=$1/work" overlay "$1/root"
root="$1/root"
mount -t proc proc "$root/proc"
mount --bind /dev "$root/dev"
cp "$2" "$root/package.deb"
chroot "$root" dpkg -i /package.deb
if [ -x "$root/usr/bin/systemd-analyze" ]; then
  chroot "$root" systemd-analyze verify --man=no /lib/systemd/system/lanyard-agent.service && say unit-verified
fi
cp "$3/connection-string" "$3/hub-ca.pem" "$root/etc/lanyard-agent/"
# As an upgrade does: what root put there becomes root's alone.
chroot "$root" dpkg -i /package.deb
chroot "$root" stat -c 'mode: %a %U %n' /etc/lanyard-agent /etc/lanyard-agent/connection-string /etc/lanyard-agent/hub-ca.pem
chroot "$root" ls -l /etc/systemd/system/multi-user.target.wants/lanyard-agent.service
# What systemd does for the unit: credentials, the state directory, the socket's group.
chroot "$root" install -d -m 0700 -o lanyard-agent /root-credentials /var/lib/lanyard-agent
chroot "$root" install -m 0400 -o lanyard-agent /etc/lanyard-agent/connection-string /etc/lanyard-agent/hub-ca.pem /root-credentials
touch "$root/run/engine.sock"
mount --bind "$4" "$root/run/engine.sock"
chroot --userspec=lanyard-agent:lanyard-agent --groups="$(stat -c %g "$4")" "$root" /usr/bin/lanyard-agent \\
  --connection-string-file /root-credentials/connection-string --ca /root-credentials/hub-ca.pem \\
  --docker /run/engine.sock --state-dir /var/lib/lanyard-agent &
agent=$!
trap 'kill -TERM "$agent"' TERM
say started
while kill -0 "$agent" 2>/dev/null; do wait "$agent" || true; done
say ended
chroot "$root" dpkg --purge lanyard-agent
for left in /etc/lanyard-agent /var/lib/lanyard-agent /usr/lib/lanyard-agent /lib/systemd/system/lanyard-agent.service; do
  [ ! -e "$root$left" ] || say "left $left"
done
say purged
`;

describe.skipIf(missing !== null)(
  `the agent's Debian package${missing === null ? '' : ` (skipped: ${missing})`}`,
  () => {
    const dir = mkdtempSync(join(tmpdir(), 'agent-package-'));
    let deb: string;
    let program: HubProgram;

    beforeAll(async () => {
      deb = await buildAgentPackage({ root: process.cwd(), architecture: 'amd64', outDir: dir, compression: 'none' });
      const flags = { dataDir: join(dir, 'hub'), host: '127.0.0.1', httpsPort: 0, mqttPort: 0, consolePort: 0 };
      program = await startHubProgram(
        { ...flags, demoDevices: 0, limits: {}, rotatesServiceKey: false },
        { clock: createSystemClock(), log: pino({ level: 'silent' }) },
      );
    });
    afterAll(async () => {
      await program.stop();
      rmSync(dir, { recursive: true });
    });

    test('when it is looked at, it holds the agent, its Node and its unit, owned by root, writable by nobody else', () => {
      const rows = execFileSync('dpkg-deb', ['--contents', deb], { encoding: 'utf8' }).trim().split('\n');
      const entries = rows.map((row) => row.split(/\s+/));
      expect(
        entries.filter(([mode, owner]) => owner !== 'root/root' || /^.(?:.{4}w|.{7}w|.*s)/.test(mode ?? '')),
      ).toEqual([]);
      expect(
        entries.filter(([mode]) => mode?.startsWith('-')).map(([mode, , , , , path]) => `${mode} ${path}`),
      ).toEqual([
        '-rw-r--r-- ./etc/lanyard-agent/agent.env',
        '-rw-r--r-- ./lib/systemd/system/lanyard-agent.service',
        '-rwxr-xr-x ./usr/bin/lanyard-agent',
        '-rw-r--r-- ./usr/lib/lanyard-agent/agent.js',
        '-rwxr-xr-x ./usr/lib/lanyard-agent/node',
        '-rw-r--r-- ./usr/lib/lanyard-agent/package.json',
        '-rw-r--r-- ./usr/share/doc/lanyard-agent/copyright',
      ]);
      const control = execFileSync('dpkg-deb', ['--field', deb], { encoding: 'utf8' });
      expect(control).toMatch(/^Package: lanyard-agent\nVersion: \d+\.\d+\.\d+\nArchitecture: amd64$/m);
      const unpacked = join(dir, 'unpacked');
      execFileSync('dpkg-deb', ['-R', deb, unpacked]);
      execFileSync('md5sum', ['--check', '--quiet', 'DEBIAN/md5sums'], { cwd: unpacked });
      for (const script of ['postinst', 'prerm', 'postrm'])
        execFileSync('sh', ['-n', join(unpacked, 'DEBIAN', script)]);
      const bundle = readFileSync(join(unpacked, 'usr/lib/lanyard-agent/agent.js'), 'utf8');
      const imported = [...bundle.matchAll(/^import .* from "([^"]+)";$/gm)].map(([, from]) => from ?? '');
      expect(imported.filter((from) => !from.startsWith('node:') && !/^[a-z_]+(?:\/[a-z]+)?$/.test(from))).toEqual([]);
      expect(bundle).not.toMatch(/require\(["'][^"']+\.node["']\)/);
      rmSync(unpacked, { recursive: true });
    });

    test('when it is installed, its agent runs as its own user until the device reports, ends on SIGTERM, and a purge leaves nothing', async () => {
      const { operations } = program.hub;
      const { authentication } = operations.registry.createDevice(
        { deviceId: deviceId('press'), isEdge: true },
        'service',
      );
      if (authentication.type !== 'sas') throw new Error('the device has no key');
      const hostName = new URL(program.ready.mqtts).host;
      const secrets = join(dir, 'secrets');
      mkdirSync(secrets);
      const text = `HostName=${hostName};DeviceId=press;SharedAccessKey=${authentication.primaryKey}\n`;
      writeFileSync(join(secrets, 'connection-string'), text);
      writeFileSync(join(secrets, 'hub-ca.pem'), readFileSync(program.ready.caFile));
      const layer = join(dir, 'layer');
      mkdirSync(layer);
      const shell = spawn('unshare', ['-m', 'sh', '-eu', '-c', installed, 'sh', layer, deb, secrets, socketPath]);
      let said = '';
      for (const stream of [shell.stdout, shell.stderr])
        stream.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-100_000)));
      const ended = once(shell, 'exit');
      try {
        await waitFor(() => said.includes('stage: started') || shell.exitCode !== null);
        await eventually(() => {
          if (shell.exitCode !== null) throw new Error(said);
          const { reported } = operations.twins.get(moduleIdentity('press', '$edgeAgent'));
          expect(reported.value).toMatchObject({ runtime: { platform: { os: 'linux' } } });
        });
      } finally {
        shell.kill('SIGTERM');
      }
      expect([await ended, said]).toEqual([[0, null], expect.stringContaining('stage: purged')]);
      expect(said).toContain('mode: 700 root /etc/lanyard-agent\nmode: 600 root /etc/lanyard-agent/connection-string');
      expect(said).toContain('mode: 600 root /etc/lanyard-agent/hub-ca.pem');
      if (existsSync('/usr/bin/systemd-analyze')) expect(said).toContain('stage: unit-verified');
      expect(said).not.toContain('stage: left');
      expect(existsSync('/usr/lib/lanyard-agent')).toBe(false);
    });
  },
);

/** dpkg takes its time on a busy machine: longer than `eventually` waits. */
async function waitFor(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 50));
}
