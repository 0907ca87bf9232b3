// `npm run package:app`: makes the desktop app's packages in `out/packages`. Flags: `--platform linux-x64` and the like (this
// machine's when none is given), `--stage-only` to gather what would be packed, and `--dir` for the unpacked app alone.
// The packing tool is fetched at its pinned version: it and the hundreds of packages it brings are for this command only.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { asAppError } from '#base/errors.ts';
import { appPlatforms, stageApp, type AppPlatform, type AppStage } from './app-package.ts';
import { isBuildStale, productRoot } from './build-freshness.js';
import { buildAll } from './page-build.ts';

const packer = 'electron-builder@26.17.0';
const systemFlags = { darwin: '--mac', linux: '--linux', win32: '--win' } as const;

async function pack(root: string, platform: AppPlatform, stage: AppStage, isUnpacked: boolean): Promise<number> {
  const [system, machine] = platform.split('-') as [keyof typeof systemFlags, string];
  const targets = ['--projectDir', stage.dir, systemFlags[system], `--${machine}`, '--publish', 'never'];
  const args = [
    '--yes',
    packer,
    ...targets,
    '--config',
    join(root, 'resources/packages/app/electron-builder.json'),
    `-c.electronVersion=${stage.electronVersion}`,
    `-c.directories.output=${join(root, 'out/packages')}`,
    `-c.directories.buildResources=${join(root, 'resources/icons')}`,
    ...(isUnpacked ? ['--dir'] : []),
  ];
  const packing = spawn('npx', args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });
  return new Promise((resolve, reject) => {
    packing.once('error', reject);
    packing.once('close', (code) => resolve(code ?? 1));
  });
}

try {
  const { values } = parseArgs({
    options: { platform: { type: 'string' }, 'stage-only': { type: 'boolean' }, dir: { type: 'boolean' } },
    strict: true,
  });
  const platform = z.enum(appPlatforms).parse(values.platform ?? `${process.platform}-${process.arch}`);
  const root = productRoot(import.meta.dirname);
  if (isBuildStale(root)) await buildAll(root);
  const stage = stageApp(root, platform, join(root, 'out/app', platform));
  process.stdout.write(`${stage.dir}\n`);
  if (values['stage-only'] !== true) process.exitCode = await pack(root, platform, stage, values.dir === true);
} catch (error) {
  // The process entry: what cannot be packed says why.
  process.stderr.write(`${asAppError(error).message}\n`);
  process.exitCode = 1;
}
